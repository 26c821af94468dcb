/** What the script on Gmail's page and the service worker say to each other. */

import type { ReleaseRequest } from "@atesaki/common/src/api.ts";
import type { LocalRule } from "@atesaki/common/src/local_rule.ts";
import type {
  Answer,
  DegradedReport,
  FailureReason,
  Locale,
  Message,
  Outcome,
  SecondCheck,
} from "@atesaki/common/src/wire.ts";
import type { Problem } from "./compose.ts";
import type { Refusal } from "./refusals.ts";

/** Fields that the organization's rules ask for; nothing else leaves the browser. */
export type Collected = "subject" | "body_text" | "attachments" | "thread";

/** What the page needs to know before anybody presses Send; no key and no address of the backend is in it. */
export interface Guidance {
  readonly configured: boolean;
  /** Null where the backend has not said yet: then nothing is collected, and that is told. */
  readonly collect: readonly Collected[] | null;
  readonly rule: LocalRule;
  readonly onRisk: "prompt" | "hold";
}

/** How well the guard sees Gmail. */
export interface Health {
  readonly adapter: "inboxsdk" | "dom";
  readonly problem: Problem | null;
}

/** The Idempotency-Key of a press of Send; `again` where the backend may have been asked under it before. */
export interface UnderKey {
  readonly key: string;
  readonly again: boolean;
}

export type Ask =
  | { readonly ask: "guidance" }
  | {
      readonly ask: "decide";
      readonly message: Message;
      readonly locale: Locale;
      readonly composing: boolean;
      readonly under: UnderKey | null;
    }
  | {
      readonly ask: "release";
      readonly decisionId: string;
      readonly release: ReleaseRequest;
      readonly account: string;
    }
  | {
      readonly ask: "ask_second_check";
      readonly decisionId: string;
      readonly note: string | null;
      readonly account: string;
    }
  | { readonly ask: "withdraw_second_check"; readonly decisionId: string; readonly account: string }
  | { readonly ask: "second_check"; readonly decisionId: string; readonly account: string }
  | {
      readonly ask: "report";
      readonly decisionId: string;
      readonly outcome: Outcome;
      readonly account: string;
    }
  | { readonly ask: "refused"; readonly print: string }
  | { readonly ask: "degraded"; readonly report: DegradedReport }
  | { readonly ask: "health"; readonly health: Health };

export type Reply<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly reason: FailureReason; readonly status: number };

/** The service worker as the page sees it; every call may reject with an `ApiFailure`. */
export interface Worker {
  /** False once the extension was updated or removed under this page, which then has no worker any more. */
  alive(): boolean;
  guidance(): Promise<Guidance>;
  decide(message: Message, locale: Locale, composing: boolean, under: UnderKey | null): Promise<Answer>;
  release(decisionId: string, release: ReleaseRequest, account: string): Promise<unknown>;
  /** Asks for another person's check of the mail of a decision. */
  askSecondCheck(decisionId: string, note: string | null, account: string): Promise<SecondCheck>;
  /** Takes that back. */
  withdrawSecondCheck(decisionId: string, account: string): Promise<unknown>;
  /** How that stands, null where nobody asked. */
  secondCheck(decisionId: string, account: string): Promise<SecondCheck | null>;
  report(decisionId: string, outcome: Outcome, account: string): Promise<unknown>;
  /** The last answer about the mail with this `refusedPrint` where that was a refusal; no network is needed. */
  refused(print: string): Promise<Refusal | null>;
  degraded(report: DegradedReport): Promise<unknown>;
  health(health: Health): Promise<unknown>;
}
