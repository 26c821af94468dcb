/** Mails that the backend refused, as the extension remembers them. */

import { isRefusal, refusedPrint } from "@atesaki/common/src/refusal.ts";
import type { Answer, Message } from "@atesaki/common/src/wire.ts";

export { refusedPrint };

const MOST = 200;

/** The prints of refused mails after one more answer, which is the last word about its mail. */
export function withAnswer(refused: readonly string[], message: Message, answer: Answer): string[] {
  const print = refusedPrint(message);
  const others = refused.filter((each) => each !== print);
  return isRefusal(answer) ? [...others, print].slice(-MOST) : others;
}
