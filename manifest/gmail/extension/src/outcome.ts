/** What the journal is told of a mail that Gmail was handed. */

import type { Answer, Outcome } from "@atesaki/common/src/wire.ts";
import type { Judged } from "./answers.ts";
import type { Departure } from "./compose.ts";
import type { Worker } from "./protocol.ts";

/** Null where nobody saw what became of it: no outcome is better than a wrong one. */
export function outcomeOf(departure: Departure, released: boolean): Outcome | null {
  const outcomes: Record<Departure, Outcome | null> = {
    left: released ? "sent_anyway" : "sent",
    stayed: "cancelled",
    unknown: null,
  };
  return outcomes[departure];
}

/**
 * Tells what became of a mail; `recorded` is the answer to its press of Send where it was judged while composing.
 *
 * A lost outcome costs a statistic, so it never stops the sender.
 */
export async function report(
  worker: Worker,
  { message, answer }: Judged,
  recorded: Answer | null,
  outcome: Outcome,
): Promise<void> {
  const { decision_id } = recorded ?? answer;
  await worker.report(decision_id, outcome, message.sender.address).catch(() => undefined);
}
