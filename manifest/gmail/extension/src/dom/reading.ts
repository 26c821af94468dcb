/** Reads a mail from Gmail's page; what isn't where we know it is an error, never an empty list. */

import type { Attachment, Field, Thread } from "@atesaki/common/src/wire.ts";
import type { Draft, Entry } from "../compose.ts";
import { Unreadable } from "../compose.ts";
import { accountOf, chipsOf, recipientRow, typedIn } from "./page.ts";

const SUBJECT = 'input[name="subjectbox"]';
const BODY = '.Ap [g_editable="true"]';
const SENDER = 'input[name="from"]';
const ATTACHED = 'input[name="attach"]';
const FORWARD = ".Un.J-JN-M-I .mI";
const REPLY = ".HQ";
/** Names in the headings of the mails that are on screen. */
const IN_CONVERSATION = "[role=listitem] [email], .adn [email]";

/** The whole mail; `seen` are the people who were in To and Cc when the reply was opened. */
export function readDraft(root: HTMLElement, seen: readonly string[]): Draft {
  return {
    sender: readSender(root),
    to: readField(root, "to"),
    cc: readField(root, "cc"),
    bcc: readField(root, "bcc"),
    ...readContent(root, seen),
  };
}

/** Everything but the people. */
export function readContent(
  root: HTMLElement,
  seen: readonly string[],
): Omit<Draft, "sender" | "to" | "cc" | "bcc"> {
  const attachments = readAttachments(root);
  return {
    subject: root.querySelector<HTMLInputElement>(SUBJECT)?.value ?? "",
    body: root.querySelector<HTMLElement>(BODY)?.innerText ?? "",
    attachments,
    thread: readThread(root, seen),
    unread: attachments.every((each) => each.name) ? [] : ["attachments"],
  };
}

/** Recipients of one field, with what is typed behind them; To is always there, Cc and Bcc come on demand. */
function readField(root: HTMLElement, field: Field): Entry[] {
  const row = recipientRow(root, field);
  if (!row) {
    if (field === "to") {
      throw new Unreadable("recipients_missing");
    }
    return [];
  }
  return [...chipsOf(row).map(entryOf), ...readTyped(row)];
}

function entryOf(chip: HTMLElement): Entry {
  const name = chip.getAttribute("data-name") ?? "";
  const address = chip.getAttribute("data-hovercard-id") ?? name;
  if (!address) {
    throw new Unreadable("recipients_unreadable");
  }
  return { emailAddress: address, displayName: name };
}

/** A quoted name and what stands in angle brackets are whole; a quote that nothing ends is a sign like others. */
const TYPED = /(?:"(?:[^"\\]|\\.)*"|<[^<>]*>|[^,;\n])+/g;

/** Gmail makes recipients of what is typed when Send is pressed, so it counts before. */
export function readTyped(row: ParentNode): Entry[] {
  const texts = (typedIn(row)?.value ?? "").match(TYPED) ?? [];
  const entries = texts.map((each) => each.trim()).filter(Boolean);
  return entries.map((text) => ({
    emailAddress: /<([^<>]+)>\s*$/.exec(text)?.[1] ?? text,
    displayName: "",
  }));
}

function readSender(root: HTMLElement): Entry {
  const address = root.querySelector<HTMLInputElement>(SENDER)?.value ?? "";
  const account = address.includes("@") ? address : accountOf(document);
  if (!account) {
    throw new Unreadable("sender_missing");
  }
  return { emailAddress: account, displayName: "" };
}

// Behind each mark stands a link with the name and, apart from it, a rounded size in words of Gmail's language.
function readAttachments(root: HTMLElement): Attachment[] {
  return [...root.querySelectorAll<HTMLElement>(ATTACHED)].map((each) => {
    const link = each.nextElementSibling;
    const name = link?.querySelector(".vI") ?? link?.firstElementChild ?? link;
    return { name: name?.textContent.trim() ?? "", size: 0, inline: false };
  });
}

function readThread(root: HTMLElement, seen: readonly string[]): Thread {
  if (root.querySelector(FORWARD)) {
    return { kind: "forward", recipients: [] };
  }
  if (!isReply(root)) {
    return { kind: "new", recipients: [] };
  }
  return { kind: seen.length > 1 ? "reply_all" : "reply", recipients: seen };
}

function isReply(root: HTMLElement): boolean {
  return root.querySelector(REPLY) !== null || root.closest('[role="listitem"], .adn') !== null;
}

/**
 * Who already sees whom in the conversation: in To or Cc when the reply was opened, and named in a mail on screen.
 *
 * Both, because a reopened draft may hold somebody whom the sender added.
 */
export function seenInThread(root: HTMLElement): string[] {
  if (!isReply(root)) {
    return [];
  }
  const named = [...document.querySelectorAll(IN_CONVERSATION)].map((each) =>
    keyOf(each.getAttribute("email")),
  );
  const visible = [...readField(root, "to"), ...readField(root, "cc")].map((each) => each.emailAddress);
  return visible.filter((address) => named.includes(keyOf(address)));
}

function keyOf(address: string | null): string {
  return (address ?? "").trim().toLowerCase();
}
