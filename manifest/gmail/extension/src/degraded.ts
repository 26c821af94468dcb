/** What is done with a mail that the backend could not be asked about. */

import { recipientsPrint } from "@atesaki/common/src/fingerprint.ts";
import { judgeLocally, visibleOutsiders } from "@atesaki/common/src/local_rule.ts";
import type { LocalRule } from "@atesaki/common/src/local_rule.ts";
import type { Held } from "@atesaki/common/src/view/warning.ts";
import type { DegradedReport, Message } from "@atesaki/common/src/wire.ts";
import { within } from "@atesaki/common/src/within.ts";
import type { Refusal } from "./refusals.ts";
import { refusedPrint } from "./refusals.ts";
import type { Surroundings } from "./surroundings.ts";

type Around = Pick<Surroundings, "guidance" | "answers" | "worker">;

interface Alone extends Pick<DegradedReport, "action" | "people"> {
  readonly held: Held;
  /** Whom moving to Bcc would hide from each other; nobody where that would be no fix. */
  readonly movable: readonly string[];
}

/** Milliseconds that the worker gets to say what it remembers; it needs no network for that. */
const PATIENCE = 500;

/**
 * What the backend said about the same mail or recipients before makes the local rule stricter, never milder.
 *
 * `looked` where its sender has looked at a warning: then nothing goes by itself.
 */
export async function judgedAlone(message: Message | null, around: Around, looked: boolean): Promise<Alone> {
  const { rule, onRisk } = around.guidance();
  const { risky, people } = judgeLocally(message, rule);
  const refusal = await refusalOf(message, around);
  const movable = (refusal?.byBcc ?? true) ? strangers(message, rule) : [];
  if (refusal) {
    return { action: "held", people, held: "until_changed", movable };
  }
  if (!risky && !(message && around.answers.riskyBefore(recipientsPrint(message)))) {
    return { action: looked ? "prompted" : "allowed", people, held: "until_pressed", movable: [] };
  }
  return onRisk === "hold"
    ? { action: "held", people, held: "until_checked", movable }
    : { action: "prompted", people, held: "until_acknowledged", movable };
}

/** The last answer about this mail where that was a refusal, on this page or, as the worker remembers, on another one. */
export async function refusalOf(
  message: Message | null,
  { answers, worker }: Around,
): Promise<Refusal | null> {
  if (!message) {
    return null;
  }
  const print = refusedPrint(message);
  const late = new Error("The worker did not remember in time");
  const elsewhere = () => within(PATIENCE, () => worker.refused(print), late).catch(() => null);
  return answers.refused(print) ?? elsewhere();
}

// One by itself sees no other, and what is half typed is no address that could be moved.
function strangers(message: Message | null, rule: LocalRule): readonly string[] {
  const visible = message ? visibleOutsiders(message, rule).map((each) => each.address) : [];
  const addresses = [...new Set(visible)].filter((each) => /^[^@\s]+@[^@\s]+\.[^@\s]+$/.test(each));
  return addresses.length > 1 ? addresses : [];
}
