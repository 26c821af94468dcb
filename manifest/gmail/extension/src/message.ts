/** Turns a draft into the message of the policy API, with the fields that the rules ask for and no others. */

import { cleanBody, cleanLine } from "@atesaki/common/src/clean_text.ts";
import type { Message, ReadField, Recipient } from "@atesaki/common/src/wire.ts";
import type { Draft, Entry } from "./compose.ts";
import type { Collected } from "./protocol.ts";

/** Bodies longer than this are cut and named as truncated: the API takes 1 MiB, a character up to three bytes. */
const BODY_LIMIT = 250_000;

/** What goes unread until the backend has said what its rules ask for; they must not find nothing in silence. */
const NOT_ASKED: readonly ReadField[] = ["subject", "body", "attachments", "thread"];

/** `collect` is null where the backend has not said yet. */
export function messageOf(draft: Draft, collect: readonly Collected[] | null): Message {
  const wanted = (field: Collected) => collect?.includes(field) ?? false;
  return {
    sender: { address: cleanLine(draft.sender.emailAddress), name: nameOf(draft.sender) },
    to: draft.to.map(recipientOf),
    cc: draft.cc.map(recipientOf),
    bcc: draft.bcc.map(recipientOf),
    truncated: collect ? truncated(draft, wanted("body_text")) : NOT_ASKED,
    subject: wanted("subject") ? cleanLine(draft.subject) : null,
    body_text: wanted("body_text") ? cleanBody(draft.body.slice(0, BODY_LIMIT)) : null,
    attachments: wanted("attachments")
      ? draft.attachments.map((each) => ({ ...each, name: cleanLine(each.name) }))
      : [],
    thread: wanted("thread") ? draft.thread : { kind: "new", recipients: [] },
    item: "message",
  };
}

// Gmail's page doesn't tell groups from people; the backend asks its directory and knows the hosts of mailing lists.
function recipientOf(entry: Entry): Recipient {
  return { address: cleanLine(entry.emailAddress), name: nameOf(entry), kind: "person" };
}

function nameOf(entry: Entry): string | null {
  const name = cleanLine(entry.displayName);
  return name && name !== entry.emailAddress ? name : null;
}

function truncated(draft: Draft, withBody: boolean): ReadField[] {
  const cut = withBody && draft.body.length > BODY_LIMIT;
  return cut ? [...draft.unread, "body"] : [...draft.unread];
}
