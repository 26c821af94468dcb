/** Mails that the backend refused, as the extension remembers them. */

import { isRefusal, refusedPrint } from "@atesaki/common/src/refusal.ts";
import type { Answer, Message } from "@atesaki/common/src/wire.ts";

export { refusedPrint };

const MOST = 200;

/** A refused mail: its `refusedPrint`, and whether moving people to Bcc was the first fix that was offered. */
export interface Refusal {
  readonly print: string;
  readonly byBcc: boolean;
}

/** The refused mails after one more answer, which is the last word about its mail. */
export function withAnswer(refused: readonly Refusal[], message: Message, answer: Answer): Refusal[] {
  const print = refusedPrint(message);
  const others = refused.filter((each) => each.print !== print);
  const byBcc = answer.remedies[0]?.kind === "move_to_bcc";
  return isRefusal(answer) ? [...others, { print, byBcc }].slice(-MOST) : others;
}

/** The refusal of the mail with this print, or null. */
export function refusalOf(refused: readonly Refusal[], print: string): Refusal | null {
  return refused.find((each) => each.print === print) ?? null;
}
