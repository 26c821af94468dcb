/** Hears presses of Send in front of Gmail, for whichever adapter reads the mail. */

import type { Compose, Listener, SendKind } from "../compose.ts";
import { attemptOf } from "./attempt.ts";

const EVENTS = ["keydown", "mousedown", "mouseup", "click"] as const;

export class Presses {
  #answer: "stop" | "pass" | null = null;
  #stopped: SendKind | null = null;

  /** `mailAt` gives the mail around an element of the page. */
  constructor(
    private readonly listener: Listener,
    private readonly mailAt: (target: Node | null) => Compose | null,
  ) {
    for (const type of EVENTS) {
      // On the window and in capture, registered before Gmail's own scripts run: nobody hears it earlier.
      window.addEventListener(type, this.#onEvent, true);
    }
  }

  /** The answer to the event under way, however many tell of it: one press is one attempt. */
  answered(mail: Compose, kind: SendKind): "stop" | "pass" {
    this.#answer ??= this.listener.attempted(mail, kind);
    return this.#answer;
  }

  readonly #onEvent = (event: Event): void => {
    this.#answer = null;
    const mail = this.mailAt(event.target instanceof Node ? event.target : null);
    const attempt = mail && attemptOf(event, mail.root);
    if (!attempt) {
      return;
    }
    if (attempt.part === "act") {
      this.#stopped = this.answered(mail, attempt.kind) === "pass" ? null : attempt.kind;
    }
    if (this.#stopped === attempt.kind) {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  };
}
