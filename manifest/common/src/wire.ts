/** The policy API as clients see it: what they send and what they may rely on in the answer. */

export type Locale = "ja" | "en";
export type Field = "to" | "cc" | "bcc";
export type ReadField = Field | "subject" | "body" | "attachments" | "thread";
export type Action = "allow" | "warn" | "block";
export type Release = "send_anyway" | "acknowledge" | "justify" | "second_check" | "never";
export type CheckState = "waiting" | "granted" | "declined" | "expired" | "used";
export type RemedyKind = "move_to_bcc" | "send_individually" | "remove";
export type Outcome = "sent" | "sent_anyway" | "fixed" | "cancelled";
export type FailureReason = "timeout" | "offline" | "http_4xx" | "http_5xx" | "invalid_answer" | "exception";

export interface Recipient {
  readonly address: string;
  readonly name: string | null;
  readonly kind: "person" | "distribution_list" | "unknown";
}

export interface Attachment {
  readonly name: string;
  readonly size: number;
  readonly inline: boolean;
}

export interface Thread {
  readonly kind: "new" | "reply" | "reply_all" | "forward";
  readonly recipients: readonly string[];
}

export interface Message {
  readonly sender: { readonly address: string; readonly name: string | null };
  readonly to: readonly Recipient[];
  readonly cc: readonly Recipient[];
  readonly bcc: readonly Recipient[];
  readonly truncated: readonly ReadField[];
  readonly subject: string | null;
  readonly body_text: string | null;
  readonly attachments: readonly Attachment[];
  readonly thread: Thread;
  readonly item: "message" | "appointment";
}

/** What a client did by itself while the backend could not be asked; `people` outside would have been visible. */
export interface DegradedReport {
  readonly at: string;
  readonly reason: FailureReason;
  readonly action: "prompted" | "held" | "allowed";
  readonly people: number;
}

/** `moment` tells a look while composing from the press of Send, which is what no `moment` means. */
export interface ClientFacts {
  readonly app: "outlook" | "gmail_extension";
  readonly platform: string;
  readonly version: string;
  readonly moment?: "compose";
  readonly degraded?: readonly DegradedReport[];
}

export interface Finding {
  readonly policy: string;
  readonly rule: string;
  readonly action: Action;
  readonly mode: "enforce" | "simulate";
  readonly reason: string;
  readonly evidence: { readonly recipients?: readonly string[] };
}

export interface Remedy {
  readonly kind: RemedyKind;
  readonly recipients: readonly string[];
}

export interface Answer {
  readonly decision_id: string;
  /** Whether a token proved the sender; an unknown word counts as one that did. */
  readonly assurance?: string;
  readonly action: Action;
  readonly release: Release | null;
  readonly findings: readonly Finding[];
  readonly remedies: readonly Remedy[];
  readonly headline: string;
  /** The release that this answer has used up. */
  readonly released_by?: { readonly decision_id: string } | null;
  readonly dialog: { readonly text: string; readonly markdown: string };
}

/** How the request for another person's check of a message stands; moments are written as in RFC 3339. */
export interface SecondCheck {
  readonly decision_id: string;
  readonly state: CheckState;
  readonly asked_at: string;
  /** While it waits: until when it can be answered; once granted: until when the message may be sent. */
  readonly expires_at: string;
  /** Who answered, and what they wrote. */
  readonly by: string | null;
  readonly comment: string | null;
  /** The page on which it is answered. */
  readonly url: string;
  /** Whether checkers are told by mail, too; a former server doesn't say. */
  readonly told?: boolean;
}

const ACTIONS = ["allow", "warn", "block"];
const RELEASES = ["send_anyway", "acknowledge", "justify", "second_check", "never"];
const CHECK_STATES = ["waiting", "granted", "declined", "expired", "used"];
const REMEDIES = ["move_to_bcc", "send_individually", "remove"];

type Unread = Record<string, unknown>;

/**
 * The answer, proven to have all that the clients rely on.
 *
 * @throws Error where anything is missing or of another kind: a half-understood answer must never let a message go.
 */
export function readAnswer(value: unknown): Answer {
  const answer = asRecord(value);
  const dialog = asRecord(answer.dialog);
  ensure(typeof answer.decision_id === "string" && ACTIONS.includes(String(answer.action)));
  ensure(answer.action === "allow" || RELEASES.includes(String(answer.release)));
  ensure([answer.headline, dialog.text, dialog.markdown].every((each) => typeof each === "string"));
  ensure(asList(answer.findings).every(isFinding) && asList(answer.remedies).every(isRemedy));
  return value as Answer;
}

/**
 * How a second check stands, proven to have all that is shown of it.
 *
 * @throws Error where anything is missing or of another kind: nobody may be told by half an answer that a message can go.
 */
export function readSecondCheck(value: unknown): SecondCheck {
  const check = asRecord(value);
  ensure(CHECK_STATES.includes(String(check.state)));
  ensure([check.decision_id, check.url].every((each) => typeof each === "string"));
  ensure([check.asked_at, check.expires_at].every((each) => !isNaN(Date.parse(String(each)))));
  ensure([check.by, check.comment].every((each) => each === null || typeof each === "string"));
  ensure(["undefined", "boolean"].includes(typeof check.told));
  return value as SecondCheck;
}

function isFinding(value: unknown): boolean {
  const finding = asRecord(value);
  asRecord(finding.evidence);
  return typeof finding.reason === "string" && ACTIONS.includes(String(finding.action));
}

function isRemedy(value: unknown): boolean {
  const remedy = asRecord(value);
  return (
    REMEDIES.includes(String(remedy.kind)) &&
    asList(remedy.recipients).every((each) => typeof each === "string")
  );
}

function asRecord(value: unknown): Unread {
  ensure(typeof value === "object" && value !== null);
  return value as Unread;
}

function asList(value: unknown): readonly unknown[] {
  ensure(Array.isArray(value));
  return value as readonly unknown[];
}

function ensure(holds: boolean): void {
  if (!holds) {
    throw new Error("The answer is not what it should be");
  }
}
