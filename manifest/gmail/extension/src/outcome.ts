/** What the journal is told of a mail that Gmail was handed. */

import type { Outcome } from "@atesaki/common/src/wire.ts";
import type { Departure } from "./compose.ts";

/** Null where nobody saw what became of it: no outcome is better than a wrong one. */
export function outcomeOf(departure: Departure, released: boolean): Outcome | null {
  const outcomes: Record<Departure, Outcome | null> = {
    left: released ? "sent_anyway" : "sent",
    stayed: "cancelled",
    unknown: null,
  };
  return outcomes[departure];
}
