/** Second checks in the pane: a request belongs to the message that is shown, and the draft may be another by now. */

import { refusedForGood } from "@atesaki/common/src/api.ts";
import type { Api } from "@atesaki/common/src/api.ts";
import type { SecondChecks } from "@atesaki/common/src/view/second_check.ts";

export interface Pane {
  readonly api: Api;
  /** What the view says when a request had to wait for a new decision. */
  readonly askAnew: string;
  token(): Promise<string | null>;
  /** Whether the draft is still the message that the pane shows. */
  unchanged(): Promise<boolean>;
  /** Judges the draft anew, and says `notice` with what comes of it. */
  anew(notice: string | null): Promise<void>;
}

export function secondChecksIn(pane: Pane): SecondChecks {
  const { api } = pane;
  return {
    ask: async (decisionId, note) => {
      await sameMessage(pane, pane.askAnew);
      try {
        return await api.askSecondCheck(decisionId, note, await pane.token());
      } catch (error) {
        if (refusedForGood(error)) {
          // Too old a decision, for one, stays refused; for a new one can be asked.
          await pane.anew(pane.askAnew);
        }
        throw error;
      }
    },
    // What was asked is taken back also where the draft is another message by now: most of all then.
    withdraw: async (decisionId) => api.withdrawSecondCheck(decisionId, await pane.token()),
    state: async (decisionId) => {
      await sameMessage(pane, null);
      return api.secondCheck(decisionId, await pane.token());
    },
  };
}

async function sameMessage(pane: Pane, notice: string | null): Promise<void> {
  if (!(await pane.unchanged())) {
    await pane.anew(notice);
    throw new Error("The draft is another message by now");
  }
}
