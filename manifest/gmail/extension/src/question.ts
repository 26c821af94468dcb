/** One question at a press of Send: answered in time or not at all, and under one key until the mail has gone or was held. */

import type { Press } from "@atesaki/common/src/press.ts";
import { newPress, ofAnother, stillKept } from "@atesaki/common/src/press.ts";
import type { Answer, Message } from "@atesaki/common/src/wire.ts";
import { within } from "@atesaki/common/src/within.ts";
import type { Guard } from "./guard.ts";
import type { UnderKey } from "./protocol.ts";
import type { Dialog, Surroundings } from "./surroundings.ts";

/** Milliseconds that Send waits for an answer before the local rule decides. */
const PATIENCE = 2_000;
/** Milliseconds after which waiting is shown. */
const SOON = 400;

export class Question {
  #patience = PATIENCE;

  constructor(
    private readonly around: Surroundings,
    private readonly presses: Guard["presses"],
    private readonly dialog: Dialog,
  ) {}

  /** Has these milliseconds count as waited for the first answer. */
  waited(milliseconds: number): void {
    this.#patience -= milliseconds;
  }

  /** Asks about the mail with this print; a `look` lets nothing go and is told what became of a press before it. */
  async ask(message: Message, print: string, look: boolean): Promise<Answer> {
    const under = this.#key(print, look);
    try {
      const answer = await this.#inTime(() => this.around.ask(message, look, under));
      if (answer.action !== "allow") {
        this.presses.delete(print);
      }
      return answer;
    } catch (error) {
      if (under?.again && ofAnother(error)) {
        this.presses.delete(print);
        return await this.ask(message, print, look);
      }
      throw error;
    }
  }

  #key(print: string, look: boolean): UnderKey | null {
    const now = this.around.now().getTime();
    const known = this.presses.get(print);
    if (known && stillKept(known, now)) {
      return { key: known.key, again: true };
    }
    if (look) {
      return null;
    }
    const press: Press = newPress(now);
    this.presses.set(print, press);
    return { key: press.key, again: false };
  }

  async #inTime(work: () => Promise<Answer>): Promise<Answer> {
    const timer = setTimeout(() => {
      this.dialog.show({ state: "checking", notice: null, undo: false });
    }, SOON);
    const late = Object.assign(new Error("No answer in time"), { reason: "timeout" as const });
    try {
      return await within(this.#patience, work, late);
    } finally {
      clearTimeout(timer);
      this.#patience = PATIENCE;
    }
  }
}
