/** Remembers answers for exactly the mail they were given for, and only for a short while. */

import { recipientsPrint } from "@atesaki/common/src/fingerprint.ts";
import type { Answer, Message } from "@atesaki/common/src/wire.ts";
import type { Refusal } from "./refusals.ts";
import { refusalOf, withAnswer } from "./refusals.ts";

/** Milliseconds for which an answer counts; policies and rosters change. */
const FRESH = 60_000;
const MOST = 50;

/** What was asked about and the answer to it; `since` is when it came, in milliseconds of the same clock. */
export interface Judged {
  readonly answer: Answer;
  readonly message: Message;
  readonly print: string;
  readonly since: number;
}

/** The mail that was asked about in vain; null where it could not be read, or kept changing. */
export interface Asked {
  readonly message: Message | null;
  readonly print: string | null;
}

interface Given {
  readonly answer: Answer;
  readonly at: number;
}

export class Answers {
  readonly #exact = new Map<string, Given>();
  readonly #actions = new Map<string, Answer["action"]>();
  #refused: readonly Refusal[] = [];

  /** `clock` counts milliseconds and only goes forward. */
  constructor(private readonly clock: () => number) {}

  /** An answer given while composing: it may be used once more at Send, for the identical mail. */
  keep(print: string, message: Message, answer: Answer): void {
    this.#exact.set(print, { answer, at: this.clock() });
    bounded(this.#exact);
    this.note(message, answer);
  }

  /** Any answer: it makes the local rule stricter. */
  note(message: Message, answer: Answer): void {
    this.#actions.set(recipientsPrint(message), answer.action);
    bounded(this.#actions);
    this.#refused = withAnswer(this.#refused, message, answer);
  }

  /** The answer for the identical mail, or null. */
  for(print: string): Answer | null {
    const given = this.#exact.get(print);
    return given && this.clock() - given.at <= FRESH ? given.answer : null;
  }

  /** The last answer about the mail with this `refusedPrint` where that was a refusal, however long ago. */
  refused(print: string): Refusal | null {
    return refusalOf(this.#refused, print);
  }

  /** Whether these very recipients were not simply allowed before, however long ago. */
  riskyBefore(people: string): boolean {
    return (this.#actions.get(people) ?? "allow") !== "allow";
  }
}

function bounded(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MOST && oldest !== undefined) {
    map.delete(oldest);
  }
}
