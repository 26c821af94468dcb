/** The one client of the policy API: absolute URLs, a time limit, one retry, and every failure named. */

import { onceOnly } from "./press.ts";
import { within } from "./within.ts";
import { readAnswer, readSecondCheck } from "./wire.ts";
import type { Answer, ClientFacts, FailureReason, Locale, Message, Outcome, SecondCheck } from "./wire.ts";

export interface Backend {
  readonly apiBase: string;
  readonly key: string;
  readonly timeout: number;
}

export interface DecisionRequest {
  readonly message: Message;
  readonly client: ClientFacts;
  readonly locale: Locale;
}

export interface ReleaseRequest {
  readonly kind: "acknowledge" | "justify";
  readonly justification: string | null;
  readonly shown_ms: number;
}

/** Why the backend gave no usable answer; `status` is 0 where there was none at all. */
export interface ApiFailure extends Error {
  readonly reason: FailureReason;
  readonly status: number;
}

/** All of it that Outlook's event script needs, which is loaded at every press of Send. */
export interface Decides {
  /** Under the same `key` the same message gets the answer that it got before; without one each call is another. */
  decide(request: DecisionRequest, token: string | null, key?: string): Promise<Answer>;
}

export interface Api extends Decides {
  release(decisionId: string, request: ReleaseRequest, token: string | null): Promise<unknown>;
  report(decisionId: string, outcome: Outcome, token: string | null): Promise<unknown>;
  /** Asks for another person's check of the message of a decision; asked twice, it is asked once. */
  askSecondCheck(decisionId: string, note: string | null, token: string | null): Promise<SecondCheck>;
  /** Takes back what was asked for just this decision; fails where it was answered first. */
  withdrawSecondCheck(decisionId: string, token: string | null): Promise<unknown>;
  /** How that stands, null where nobody asked. */
  secondCheck(decisionId: string, token: string | null): Promise<SecondCheck | null>;
}

/** The reason behind any rejection: what is no `ApiFailure` is our own mistake. */
export function reasonOf(error: unknown): FailureReason {
  const reason = (error as { reason?: FailureReason } | null | undefined) || {};
  return reason.reason || "exception";
}

/** Whether the server said no for good, and not that it was asked too often. */
export function refusedForGood(error: unknown): boolean {
  const { status = 0 } = error as Partial<ApiFailure>;
  return status >= 400 && status < 500 && status !== 429;
}

export function connectToDecide(backend: Backend): Decides {
  const path = "/v1/decisions";
  return {
    decide: (request, token, key) =>
      exchange(backend, path, token, request, key).then(understood(readAnswer)),
  };
}

export function connect(backend: Backend): Api {
  const post = (path: string, body: unknown, token: string | null) => exchange(backend, path, token, body);
  const about = (decisionId: string) => "/v1/decisions/" + encodeURIComponent(decisionId);
  const check = (decisionId: string) => about(decisionId) + "/second_check";
  const more: Omit<Api, keyof Decides> = {
    release: (decisionId, request, token) => post(about(decisionId) + "/release", request, token),
    report: (decisionId, outcome, token) => post(about(decisionId) + "/outcome", { outcome }, token),
    askSecondCheck: (decisionId, note, token) =>
      post(check(decisionId), { note }, token).then(understood(readSecondCheck)),
    withdrawSecondCheck: (decisionId, token) => post(check(decisionId) + "/withdrawal", {}, token),
    secondCheck: (decisionId, token) =>
      exchange(backend, check(decisionId), token).then(understood(readSecondCheck)).catch(notAsked),
  };
  return Object.assign(more, connectToDecide(backend));
}

function understood<T>(read: (body: unknown) => T): (body: unknown) => T {
  return (body) => {
    try {
      return read(body);
    } catch {
      throw failure("invalid_answer", 200);
    }
  };
}

function notAsked(error: ApiFailure): null {
  if (error.status === 404) {
    return null;
  }
  throw error;
}

interface Options {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
}

/** Posts `body` where there is one, and asks for the resource where there is none. */
function exchange(
  backend: Backend,
  path: string,
  token: string | null,
  body?: unknown,
  key = onceOnly(),
): Promise<unknown> {
  const options: Options = { method: "GET", headers: headersOf(backend, token, key) };
  if (body !== undefined) {
    Object.assign(options, { method: "POST", body: JSON.stringify(body) });
  }
  const attempt = () => fetch(backend.apiBase + path, options);
  // Classic Outlook drops single connections (outlook.md §8.1.3); the idempotency key makes a second try safe.
  const work = () => started(attempt).catch(attempt).catch(offline).then(parsed);
  return within(backend.timeout, work, failure("timeout", 0));
}

function started<T>(attempt: () => Promise<T>): Promise<T> {
  return Promise.resolve().then(attempt);
}

function headersOf(backend: Backend, token: string | null, key: string): Record<string, string> {
  const headers: Record<string, string> = {
    "Content-Type": "application/json",
    "Atesaki-Key": backend.key,
    "Idempotency-Key": key,
  };
  if (token) {
    headers.Authorization = "Bearer " + token;
  }
  return headers;
}

function offline(): never {
  throw failure("offline", 0);
}

function parsed(answer: { ok: boolean; status: number; json(): Promise<unknown> }): Promise<unknown> {
  if (!answer.ok) {
    throw failure(kindOf(answer.status), answer.status);
  }
  return answer.json().catch(() => {
    throw failure("invalid_answer", answer.status);
  });
}

function kindOf(status: number): FailureReason {
  if (status >= 500) {
    return "http_5xx";
  }
  return "http_4xx";
}

function failure(reason: FailureReason, status: number): ApiFailure {
  return Object.assign(new Error("The backend gave no answer: " + reason), { reason, status });
}
