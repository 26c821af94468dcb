/** What happened while the backend could not be asked, kept until it can be told. */

import type { DegradedReport } from "@atesaki/common/src/wire.ts";
import type { Host } from "./host.ts";

// Roaming settings outlive the message that was sent unchecked; sessionData would die with it.
const KEY = "atesaki.degraded";
const MOST = 50;

/** The reports not delivered yet; no addresses and no text of a message are ever in them. */
export function undelivered(host: Host): DegradedReport[] {
  try {
    const kept = host.readSetting(KEY);
    if (Array.isArray(kept)) {
      return (kept as unknown[]).filter(isReport);
    }
  } catch {
    // A client that can't read its settings has nothing to deliver.
  }
  return [];
}

/** Adds one report; a client that can't keep it must not hold the message for that. */
export function keep(host: Host, report: DegradedReport): Promise<void> {
  return write(host, undelivered(host).concat([report]).slice(-MOST));
}

/** Forgets what was delivered and keeps what came in the meantime. */
export function forget(host: Host, delivered: readonly DegradedReport[]): Promise<void> {
  if (delivered.length === 0) {
    return Promise.resolve();
  }
  const times = delivered.map((each) => each.at);
  return write(
    host,
    undelivered(host).filter((each) => !times.includes(each.at)),
  );
}

function write(host: Host, reports: readonly DegradedReport[]): Promise<void> {
  return Promise.resolve()
    .then(() => host.writeSetting(KEY, reports))
    .catch(() => undefined);
}

function isReport(value: unknown): value is DegradedReport {
  const report = (value || {}) as Record<string, unknown>;
  const texts = [report.at, report.reason, report.action];
  return texts.every((each) => typeof each === "string") && typeof report.people === "number";
}
