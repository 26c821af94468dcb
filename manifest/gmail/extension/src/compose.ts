/** What the guard needs of a mail being written, and of whatever finds those mails on the page. */

import type { Entry } from "@atesaki/common/src/recipients/fix.ts";
import type { Attachment, Field, ReadField, Thread } from "@atesaki/common/src/wire.ts";

export type { Entry };

/** The ways in which Gmail lets a mail go. */
export type SendKind = "send" | "send_and_archive" | "schedule";

/** A mail as it stands; text typed but not yet made a recipient counts as one. */
export interface Draft {
  readonly sender: Entry;
  readonly to: readonly Entry[];
  readonly cc: readonly Entry[];
  readonly bcc: readonly Entry[];
  readonly subject: string;
  readonly body: string;
  readonly attachments: readonly Attachment[];
  readonly thread: Thread;
  readonly unread: readonly ReadField[];
}

/** What became of a mail that Gmail was handed: it left, its sender is back at it, or nobody saw. */
export type Departure = "left" | "stayed" | "unknown";

/** One mail being written: in a window of Gmail, as a reply below a mail, or in a window of its own. */
export interface Compose {
  /** The same element for the same mail, whichever adapter found it. */
  readonly root: HTMLElement;
  /** Throws `Unreadable` where Gmail's page is not what we know. */
  read(): Draft;
  /** Replaces all recipients of a field; rejects where Gmail doesn't show them in time. */
  setRecipients(field: Field, addresses: readonly string[]): Promise<void>;
  /** Presses Send again in the same way; the press comes back as an attempt. */
  resend(kind: SendKind): void;
  /** What becomes of it after Gmail took our press of Send; it may never be known. */
  departure(): Promise<Departure>;
}

/** Names what can't be found on Gmail's page; stable, and recorded as it is. */
export type Problem =
  | "send_button_missing"
  | "recipients_missing"
  | "recipients_unreadable"
  | "sender_missing"
  | "inboxsdk_failed";

export class Unreadable extends Error {
  constructor(readonly problem: Problem) {
    super(problem);
  }
}

export interface Listener {
  opened(compose: Compose): void;
  /** Recipients may have changed. */
  changed(compose: Compose): void;
  closed(compose: Compose): void;
  /** Somebody presses Send; the answer is given at once, and "stop" means that Gmail never hears of it. */
  attempted(compose: Compose, kind: SendKind): "stop" | "pass";
}

/** Finds mails being written and the presses of Send in them. */
export interface ComposeAdapter {
  readonly name: "inboxsdk" | "dom";
  start(listener: Listener): void;
  /** Whether this adapter watches the mail in `root`. */
  owns(root: Element): boolean;
  /** What keeps it from seeing, or null. */
  problem(): Problem | null;
}
