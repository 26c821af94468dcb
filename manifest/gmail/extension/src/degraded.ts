/** What is done with a mail that the backend could not be asked about. */

import { recipientsPrint } from "@atesaki/common/src/fingerprint.ts";
import { judgeLocally } from "@atesaki/common/src/local_rule.ts";
import type { DegradedReport, Message } from "@atesaki/common/src/wire.ts";
import type { Answers } from "./answers.ts";
import type { Guidance } from "./protocol.ts";

/** What the backend said about the same recipients before makes the local rule stricter, never milder. */
export function judgedLocally(
  message: Message | null,
  { rule, onRisk }: Guidance,
  answers: Answers,
): Pick<DegradedReport, "action" | "people"> {
  const { risky, people } = judgeLocally(message, rule);
  const known = message !== null && answers.riskyBefore(recipientsPrint(message));
  if (!risky && !known) {
    return { action: "allowed", people };
  }
  return { action: onRisk === "hold" ? "held" : "prompted", people };
}
