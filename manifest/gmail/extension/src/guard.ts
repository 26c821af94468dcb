/** Holds one mail at Send until it is decided; it lets go exactly what was decided, exactly once. */

import type { Press } from "@atesaki/common/src/press.ts";
import type { Compose, SendKind } from "./compose.ts";

/**
 * Where a mail stands. `passing`: our own press of Send is on its way, for exactly the mail with this print.
 * `gone`: Gmail was handed the mail and gets a moment to take it away.
 */
type State =
  | { readonly at: "open" | "deciding" | "gone" }
  | { readonly at: "passing"; readonly print: string | null; readonly arrived: () => void };

/** What became of letting a mail go: `lost` where our press of Send never reached Gmail. */
export type Passed = "passed" | "changed" | "lost";

/** Decides one press of Send; settles once it is over, whatever came of it. */
export type Decide = (guard: Guard, kind: SendKind) => Promise<void>;

/** Milliseconds that Gmail gets to take a mail away before Send works again. */
const GRACE = 2_000;
/** Milliseconds in which our own press of Send comes back as an attempt; InboxSDK presses a little later. */
const ARRIVAL = 1_000;

export class Guard {
  /** By the print of the mail: presses of Send whose answer is not known, or has not been gone by yet. */
  readonly presses = new Map<string, Press>();
  #state: State = { at: "open" };

  /** `print` is the exact content of the mail as text, or null where it can't be read. */
  constructor(
    public compose: Compose,
    readonly print: () => string | null,
    private readonly decide: Decide,
  ) {}

  /** Answers a press of Send at once. Never "pass" but for our own press of exactly the mail that was decided. */
  attempt(kind: SendKind): "stop" | "pass" {
    const state = this.#state;
    if (state.at === "open") {
      this.#begin(kind);
    }
    if (state.at !== "passing") {
      return "stop";
    }
    const same = this.print() === state.print;
    this.#become(same ? { at: "gone" } : { at: "deciding" });
    state.arrived();
    return same ? "pass" : "stop";
  }

  /** Lets the mail go if it is still the one with this print. */
  async pass(kind: SendKind, print: string | null): Promise<Passed> {
    if (this.print() !== print) {
      return "changed";
    }
    const arrival = new Promise<void>((resolve) => {
      this.#become({ at: "passing", print, arrived: resolve });
      setTimeout(resolve, ARRIVAL);
    });
    try {
      this.compose.resend(kind);
      await arrival;
    } catch {
      // Gmail's button is not where it was; the state below says so.
    }
    return this.#afterPress();
  }

  #afterPress(): Passed {
    switch (this.#state.at) {
      case "gone":
        return "passed";
      case "passing":
        this.#become({ at: "deciding" });
        return "lost";
      default:
        return "changed";
    }
  }

  #begin(kind: SendKind): void {
    this.#become({ at: "deciding" });
    const over = () => {
      if (this.#state.at === "deciding") {
        this.#become({ at: "open" });
      }
    };
    void this.decide(this, kind).then(over, over);
  }

  #become(state: State): void {
    this.#state = state;
    if (state.at === "gone") {
      this.presses.clear();
      setTimeout(() => {
        if (this.#state === state) {
          this.#state = { at: "open" };
        }
      }, GRACE);
    }
  }
}
