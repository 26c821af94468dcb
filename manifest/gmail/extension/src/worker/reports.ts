/** What happened while the backend could not be asked, kept until it was told. */

import type { DegradedReport } from "@atesaki/common/src/wire.ts";
import type { Store } from "./browser.ts";

const NAME = "degraded";
const MOST = 50;

export class Reports {
  #last: Promise<unknown> = Promise.resolve();

  constructor(private readonly store: Store) {}

  /** Not told yet; no addresses and no text of a mail are ever in them. */
  async undelivered(): Promise<DegradedReport[]> {
    const kept = await this.store.read(NAME);
    return Array.isArray(kept) ? (kept as DegradedReport[]) : [];
  }

  keep(report: DegradedReport): Promise<unknown> {
    return this.#change((kept) => [...kept, report].slice(-MOST));
  }

  /** Forgets what was delivered and keeps what came in the meantime. */
  forget(delivered: readonly DegradedReport[]): Promise<unknown> {
    const told = delivered.map((each) => JSON.stringify(each));
    return this.#change((kept) => kept.filter((each) => !told.includes(JSON.stringify(each))));
  }

  // One after the other: two windows may report at once.
  #change(change: (kept: DegradedReport[]) => DegradedReport[]): Promise<unknown> {
    const next = async () => {
      await this.store.write(NAME, change(await this.undelivered()));
    };
    this.#last = this.#last.then(next, next);
    return this.#last;
  }
}
