/** Remembers answers for exactly the mail they were given for, and only for a short while. */

import type { Answer } from "@atesaki/common/src/wire.ts";

/** Milliseconds for which an answer counts; policies and rosters change. */
const FRESH = 60_000;
const MOST = 50;

interface Given {
  readonly answer: Answer;
  readonly at: number;
}

export class Answers {
  readonly #exact = new Map<string, Given>();
  readonly #actions = new Map<string, Answer["action"]>();

  /** `clock` counts milliseconds and only goes forward. */
  constructor(private readonly clock: () => number) {}

  keep(print: string, people: string, answer: Answer): void {
    this.#exact.set(print, { answer, at: this.clock() });
    this.#actions.set(people, answer.action);
    for (const map of [this.#exact, this.#actions]) {
      const [oldest] = map.keys();
      if (map.size > MOST && oldest !== undefined) {
        map.delete(oldest);
      }
    }
  }

  /** The answer for the identical mail, or null. */
  for(print: string): Answer | null {
    const given = this.#exact.get(print);
    return given && this.clock() - given.at <= FRESH ? given.answer : null;
  }

  /** Whether these very recipients were not simply allowed before, however long ago. */
  riskyBefore(people: string): boolean {
    return (this.#actions.get(people) ?? "allow") !== "allow";
  }

  /** A release was recorded: the same mail has to be asked about again. */
  forget(print: string): void {
    this.#exact.delete(print);
  }
}
