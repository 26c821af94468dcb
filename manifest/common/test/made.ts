/** A message and a second check that waits, as tests need them. */

import type { Message, SecondCheck } from "../src/wire.ts";

/** A new message to nobody, but for what is given. */
export function message(given: Partial<Message> = {}): Message {
  return {
    sender: { address: "staff@hall.example", name: null },
    to: [],
    cc: [],
    bcc: [],
    truncated: [],
    subject: null,
    body_text: null,
    attachments: [],
    thread: { kind: "new", recipients: [] },
    item: "message",
    ...given,
  };
}

export const WAITING: SecondCheck = {
  decision_id: "d1",
  state: "waiting",
  asked_at: "2026-11-28T12:00:00Z",
  expires_at: "2026-12-01T12:00:00Z",
  by: null,
  comment: null,
  url: "https://guard.example.org/console/checks/d1",
};
