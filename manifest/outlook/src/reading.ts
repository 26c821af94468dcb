/** Reads the item into the message that the policy API takes; what can't be read in full is said, never guessed. */

import { cleanBody, cleanLine } from "@atesaki/common/src/clean_text.ts";
import type { Attachment, Field, Message, ReadField, Recipient, Thread } from "@atesaki/common/src/wire.ts";
import type { Config } from "./config.ts";
import { SESSION } from "./config.ts";
import type { AttachmentEntry, Entry, Host } from "./host.ts";

/** Bodies longer than this are cut and named as truncated: the API takes 1 MiB, a character up to three bytes. */
const BODY_LIMIT = 250000;

/** Longest address that the API takes; a text that is longer is none, and so unreadable there. */
const ADDRESS_LIMIT = 1000;

const FIELDS: readonly Field[] = ["to", "cc", "bcc"];
const THREAD_KINDS: Record<string, Thread["kind"]> = { newMail: "new", reply: "reply", forward: "forward" };

/** The parts that a policy may ask for, and the name by which a missing one is told. */
const PARTS = {
  subject: "subject",
  body_text: "body",
  attachments: "attachments",
  thread: "thread",
} as const;

export type Collected = Pick<Config, "fields">;

/** The whole message; never rejects, because an unread field is itself a fact. */
export function readMessage(host: Host, config: Collected): Promise<Message> {
  const unread: ReadField[] = [];
  const attempt = <T>(field: ReadField, work: () => Promise<T>, instead: T) =>
    Promise.resolve()
      .then(work)
      .catch(() => {
        unread.push(field);
        return instead;
      });
  const wanted = <T>(part: keyof typeof PARTS, work: () => Promise<T>, instead: T) => {
    if (config.fields.includes(part)) {
      return attempt(PARTS[part], work, instead);
    }
    return Promise.resolve(instead);
  };
  return Promise.all([
    readSender(host),
    Promise.all(FIELDS.map((field) => attempt(field, () => readField(host, field, unread), []))),
    wanted<string | null>("subject", () => host.readSubject().then(cleanLine), null),
    wanted<string | null>("body_text", () => host.readBody().then((text) => cutBody(text, unread)), null),
    wanted<readonly Attachment[]>("attachments", () => host.readAttachments().then(attachments), []),
    wanted<Thread>("thread", () => readThread(host), { kind: "new", recipients: [] }),
  ]).then(([sender, lists, subject, body, files, thread]) => ({
    sender,
    to: lists[0] || [],
    cc: lists[1] || [],
    bcc: lists[2] || [],
    truncated: unread,
    subject,
    body_text: body,
    attachments: files,
    thread,
    item: host.itemKind() || "message",
  }));
}

/**
 * The message as it can only be at Send, when somebody is addressed.
 *
 * Where Outlook tells of nobody it keeps them back, as some servers do with personal contact groups (outlook.md §2.3).
 */
export function addressed(message: Message): Message {
  const told = message.to.length + message.cc.length + message.bcc.length > 0;
  if (told || message.item === "appointment" || message.truncated.includes("to")) {
    return message;
  }
  return Object.assign({}, message, { truncated: message.truncated.concat("to") });
}

function readSender(host: Host): Promise<Message["sender"]> {
  return Promise.resolve()
    .then(() => host.readFrom())
    .catch(() => null)
    .then((read) => read || { emailAddress: "", displayName: "" })
    .then((entry) => ({ address: cleanLine(smtpOf(entry) || account(host)), name: nameOf(entry) }));
}

// Classic Outlook tells the directory's own name of a From where a message is sent again (office-js issue 2590),
// which nobody can be asked about as a sender.
function smtpOf(entry: Entry): string {
  const address = entry.emailAddress || "";
  if (address.startsWith("/") || !address.includes("@")) {
    return "";
  }
  return address;
}

function account(host: Host): string {
  try {
    return host.account();
  } catch {
    return "";
  }
}

function readField(host: Host, field: Field, unread: ReadField[]): Promise<Recipient[]> {
  return host.readRecipients(field).then((entries) => {
    if (entries.length >= readCap(host)) {
      unread.push(field);
    }
    return entries.map(recipient);
  });
}

/** Most recipients of one field that this client tells (outlook.md §2.2); a list of that length may be longer. */
export function readCap(host: Host): number {
  const platform = host.platform();
  // Only the new interface, which knows the event of Send, tells all of them.
  if (platform === "mac" && host.supports("1.12")) {
    return Infinity;
  }
  if (platform === "web" || host.supports("1.16")) {
    return 1000;
  }
  return 500;
}

/** Never decides by `recipientType` who is internal (outlook.md §2.3); it only tells groups from people. */
export function recipient(entry: Entry): Recipient {
  const address = cleanLine((entry.emailAddress || "").slice(0, ADDRESS_LIMIT));
  return { address, name: nameOf(entry), kind: kindOf(entry) };
}

function kindOf(entry: Entry): Recipient["kind"] {
  if (!entry.emailAddress || entry.recipientType === "distributionList") {
    return "distribution_list";
  }
  if (entry.recipientType === "user" || entry.recipientType === "externalUser") {
    return "person";
  }
  return "unknown";
}

function nameOf(entry: Entry): string | null {
  return cleanLine(entry.displayName || "") || null;
}

function cutBody(text: string, unread: ReadField[]): string {
  if (text.length > BODY_LIMIT) {
    unread.push("body");
  }
  return cleanBody(text.slice(0, BODY_LIMIT));
}

function attachments(entries: readonly AttachmentEntry[]): Attachment[] {
  return entries.map((each) => ({
    name: cleanLine(each.name || ""),
    size: sizeOf(each),
    inline: each.isInline,
  }));
}

// An attached message has another size at every reading (outlook.md §9.1): a release would never fit it.
function sizeOf(entry: AttachmentEntry): number {
  if (entry.attachmentType === "item") {
    return 0;
  }
  return Math.max(0, Math.floor(Number(entry.size) || 0));
}

// Meetings have no compose type; they count as new.
function readThread(host: Host): Promise<Thread> {
  if (host.itemKind() === "appointment") {
    return Promise.resolve({ kind: "new", recipients: [] });
  }
  return Promise.all([host.readComposeType(), host.readSession(SESSION.thread)]).then(([type, seen]) => {
    const recipients = rememberedThread(seen);
    const kind = THREAD_KINDS[type] || "new";
    if (kind === "reply" && recipients.length > 1) {
      return { kind: "reply_all", recipients };
    }
    return { kind, recipients };
  });
}

function rememberedThread(seen: string | null): string[] {
  try {
    const parsed: unknown = JSON.parse(seen || "[]");
    return (parsed as unknown[]).filter((each): each is string => typeof each === "string");
  } catch {
    return [];
  }
}
