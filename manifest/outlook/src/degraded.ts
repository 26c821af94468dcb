/** What happened while the backend could not be asked, kept until it can be told. */

import type { DegradedReport } from "@atesaki/common/src/wire.ts";
import { SESSION } from "./config.ts";
import type { Host } from "./host.ts";

// Roaming settings outlive a message that was sent unchecked. Classic Outlook may read old values of them or none
// (outlook.md §4.1), so a message that is not sent keeps its reports in its own session as well.
const KEY = "atesaki.degraded";
const MOST = 50;

const REASONS = ["timeout", "offline", "http_4xx", "http_5xx", "invalid_answer", "exception"];
const ACTIONS = ["prompted", "held", "allowed"];
const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/;

/** The reports not delivered yet; no addresses and no text of a message are ever in them. `session` is the draft's. */
export function undelivered(host: Host, session: string | null): DegradedReport[] {
  const all = inSettings(host).concat(inSession(session));
  const each = all.filter((report, place) => all.findIndex((other) => other.at === report.at) === place);
  return each.sort(byTime).slice(-MOST);
}

/** Adds one report; a client that can't keep it must not hold the message for that. */
export function keep(host: Host, report: DegradedReport, session: string | null): Promise<void> {
  const settings = writeSettings(host, inSettings(host).concat([report]).slice(-MOST));
  if (report.action === "allowed") {
    return settings;
  }
  const more = inSession(session).concat([report]).slice(-MOST);
  return Promise.all([settings, writeSession(host, more)]).then(() => undefined);
}

/** Forgets what was delivered and keeps what came in the meantime. */
export function forget(
  host: Host,
  delivered: readonly DegradedReport[],
  session: string | null,
): Promise<void> {
  if (delivered.length === 0) {
    return Promise.resolve();
  }
  const times = delivered.map((each) => each.at);
  const left = (reports: DegradedReport[]) => reports.filter((each) => !times.includes(each.at));
  const kept = inSession(session);
  const writes = [writeSettings(host, left(inSettings(host)))];
  if (kept.length > 0) {
    writes.push(writeSession(host, left(kept)));
  }
  return Promise.all(writes).then(() => undefined);
}

function inSettings(host: Host): DegradedReport[] {
  try {
    return reportsOf(host.readSetting(KEY));
  } catch {
    // A client that can't read its settings has nothing to deliver.
    return [];
  }
}

function inSession(session: string | null): DegradedReport[] {
  try {
    return reportsOf(JSON.parse(session || "[]"));
  } catch {
    return [];
  }
}

function reportsOf(kept: unknown): DegradedReport[] {
  if (Array.isArray(kept)) {
    return (kept as unknown[]).filter(isReport);
  }
  return [];
}

function writeSettings(host: Host, reports: readonly DegradedReport[]): Promise<void> {
  return Promise.resolve()
    .then(() => host.writeSetting(KEY, reports))
    .catch(() => undefined);
}

function writeSession(host: Host, reports: readonly DegradedReport[]): Promise<void> {
  return Promise.resolve()
    .then(() => host.writeSession(SESSION.degraded, JSON.stringify(reports)))
    .catch(() => undefined);
}

function byTime(one: DegradedReport, other: DegradedReport): number {
  if (one.at < other.at) {
    return -1;
  }
  return 1;
}

// Settings outlive the script that wrote them: one report that the API refuses would have every message refused.
function isReport(value: unknown): value is DegradedReport {
  const { at, reason, action, people } = (value || {}) as Record<string, unknown>;
  const known = REASONS.includes(String(reason)) && ACTIONS.includes(String(action));
  return known && MOMENT.test(String(at)) && Number.isInteger(people) && Number(people) >= 0;
}
