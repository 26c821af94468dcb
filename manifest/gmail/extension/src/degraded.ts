/** What is done with a mail that the backend could not be asked about. */

import { recipientsPrint } from "@atesaki/common/src/fingerprint.ts";
import { judgeLocally } from "@atesaki/common/src/local_rule.ts";
import type { Held } from "@atesaki/common/src/view/warning.ts";
import type { DegradedReport, Message } from "@atesaki/common/src/wire.ts";
import { within } from "@atesaki/common/src/within.ts";
import { refusedPrint } from "./refusals.ts";
import type { Surroundings } from "./surroundings.ts";

type Around = Pick<Surroundings, "guidance" | "answers" | "worker">;

interface Alone extends Pick<DegradedReport, "action" | "people"> {
  readonly held: Held;
}

/** Milliseconds that the worker gets to say what it remembers; it needs no network for that. */
const PATIENCE = 500;

/** What the backend said about the same mail or recipients before makes the local rule stricter, never milder. */
export async function judgedAlone(message: Message | null, around: Around): Promise<Alone> {
  const { rule, onRisk } = around.guidance();
  const { risky, people } = judgeLocally(message, rule);
  if (await wasRefused(message, around)) {
    return { action: "held", people, held: "until_changed" };
  }
  if (!risky && !(message && around.answers.riskyBefore(recipientsPrint(message)))) {
    return { action: "allowed", people, held: "until_acknowledged" };
  }
  return onRisk === "hold"
    ? { action: "held", people, held: "until_checked" }
    : { action: "prompted", people, held: "until_acknowledged" };
}

/** Whether the last answer about this mail was a refusal, on this page or, as the worker remembers, on another one. */
export async function wasRefused(message: Message | null, { answers, worker }: Around): Promise<boolean> {
  if (!message) {
    return false;
  }
  const print = refusedPrint(message);
  const late = new Error("The worker did not remember in time");
  const elsewhere = () => within(PATIENCE, () => worker.refused(print), late).catch(() => false);
  return answers.refused(print) || elsewhere();
}
