/** Which mails the backend refused, for as long as the browser runs: pages are reloaded, and mails move to windows of their own. */

import type { Answer, Message } from "@atesaki/common/src/wire.ts";
import type { Refusal } from "../refusals.ts";
import { refusalOf, withAnswer } from "../refusals.ts";
import type { Store } from "./browser.ts";

const NAME = "refused";

export class Refused {
  #last: Promise<unknown> = Promise.resolve();

  /** Only prints of mails are kept, and not on disk. */
  constructor(private readonly store: Store) {}

  async of(print: string): Promise<Refusal | null> {
    await this.#last.catch(() => undefined);
    return refusalOf(await this.#kept(), print);
  }

  // One after the other: two windows may be answered at once.
  note(message: Message, answer: Answer): Promise<unknown> {
    const next = async () => {
      await this.store.write(NAME, withAnswer(await this.#kept(), message, answer));
    };
    this.#last = this.#last.then(next, next);
    return this.#last;
  }

  async #kept(): Promise<Refusal[]> {
    const kept = await this.store.read(NAME);
    return Array.isArray(kept) ? (kept as Refusal[]) : [];
  }
}
