/** Messages that the backend refused: what was refused once doesn't become sendable because the network fails. */

import { messagePrint } from "./fingerprint.ts";
import type { Answer, Message, Recipient } from "./wire.ts";

/** Whether nothing but a change, or a release that the backend has recorded, lets the message go. */
export function isRefusal({ action, release }: Answer): boolean {
  return action === "block" || release === "second_check" || release === "never";
}

/** The print of what a sender would have to change: not the text, which rarely is why, and not how people are named. */
export function refusedPrint(message: Message): string {
  const changed = {
    sender: { address: message.sender.address.toLowerCase(), name: null },
    to: bare(message.to),
    cc: bare(message.cc),
    bcc: bare(message.bcc),
    truncated: [],
  };
  return messagePrint(Object.assign({}, message, changed));
}

function bare(recipients: readonly Recipient[]): Recipient[] {
  const addresses = recipients.map((each) => each.address.toLowerCase());
  return Array.from(new Set(addresses))
    .sort()
    .map((address) => ({ address, name: null, kind: "person" as const }));
}
