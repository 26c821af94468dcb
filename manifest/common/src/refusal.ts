/** Messages that the backend refused: what was refused once doesn't become sendable because the network fails. */

import { messagePrint } from "./fingerprint.ts";
import type { Answer, Message, Recipient } from "./wire.ts";

/** Whether nothing but a change, or a release that the backend has recorded, lets the message go. */
export function isRefusal({ action, release }: Answer): boolean {
  return action === "block" || release === "second_check" || release === "never";
}

/** The print of what a sender would have to change: not the text, which rarely is why, and not how people are named. */
export function refusedPrint(message: Message): string {
  return messagePrint(bare(message));
}

/** The message with nothing of its people but their addresses, in an order that doesn't depend on the client. */
export function bare(message: Message): Message {
  const sender = { address: message.sender.address.toLowerCase(), name: null };
  const { to, cc, bcc } = message;
  const lists = { to: addressesOf(to), cc: addressesOf(cc), bcc: addressesOf(bcc) };
  return Object.assign({}, message, { sender, truncated: [] }, lists);
}

function addressesOf(recipients: readonly Recipient[]): Recipient[] {
  const addresses = recipients.map((each) => each.address.toLowerCase());
  return Array.from(new Set(addresses))
    .sort()
    .map((address) => ({ address, name: null, kind: "person" as const }));
}
