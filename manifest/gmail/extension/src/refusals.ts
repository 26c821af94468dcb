/** Mails that the backend refused: what was refused once doesn't become sendable because the network fails. */

import { messagePrint } from "@atesaki/common/src/fingerprint.ts";
import type { Answer, Message, Recipient } from "@atesaki/common/src/wire.ts";

const MOST = 200;

/** Whether nothing but a change, or a release that the backend has recorded, lets the mail go. */
export function isRefusal({ action, release }: Answer): boolean {
  return action === "block" || release === "second_check" || release === "never";
}

/** The print of what a sender would have to change: not the text, which rarely is why, and not how people are named. */
export function refusedPrint(message: Message): string {
  const { sender, to, cc, bcc, subject, attachments } = message;
  return messagePrint({
    ...message,
    sender: { address: sender.address.toLowerCase(), name: null },
    ...{ to: bare(to), cc: bare(cc), bcc: bare(bcc), subject, attachments, truncated: [] },
  });
}

/** The prints of refused mails after one more answer, which is the last word about its mail. */
export function withAnswer(refused: readonly string[], message: Message, answer: Answer): string[] {
  const print = refusedPrint(message);
  const others = refused.filter((each) => each !== print);
  return isRefusal(answer) ? [...others, print].slice(-MOST) : others;
}

function bare(recipients: readonly Recipient[]): Recipient[] {
  const addresses = [...new Set(recipients.map((each) => each.address.toLowerCase()))].sort();
  return addresses.map((address) => ({ address, name: null, kind: "person" }));
}
