/** A short print of a message, to see whether it changed; the server's own fingerprint decides about releases. */

import type { Message } from "./wire.ts";

/** The print of the recipients alone: two messages to the same people in the same fields have the same. */
export function recipientsPrint(message: Message): string {
  return print([message.sender.address, message.to, message.cc, message.bcc]);
}

/** The print of all that doesn't change by itself between two readings (bodies do, outlook.md §9.1). */
export function messagePrint(message: Message): string {
  const attachments = message.attachments.map((each) => each.name);
  return print([recipientsPrint(message), message.subject, attachments, message.truncated.slice().sort()]);
}

/** The print of a text. */
export function textPrint(text: string): string {
  return print(text);
}

// FNV-1a over UTF-16 code units, twice with different offsets: 64 bits against accidents, not against attackers.
function print(value: unknown): string {
  const text = JSON.stringify(value);
  return hash(text, 0x811c9dc5) + hash(text, 0x01000193);
}

function hash(text: string, offset: number): string {
  let state = offset;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return ("0000000" + (state >>> 0).toString(16)).slice(-8);
}
