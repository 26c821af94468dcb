/** What the backend writes into the scripts it serves (see README.md, "The interface to the backend"). */

import type { LocalRule } from "@atesaki/common/src/local_rule.ts";
import type { Locale } from "@atesaki/common/src/wire.ts";

interface Timeouts {
  /** All times in milliseconds: one Office call, the backend's answer, the token, small writes, the whole of Send. */
  readonly read: number;
  readonly backend: number;
  readonly token: number;
  readonly write: number;
  readonly total: number;
}

export interface Entra {
  readonly clientId: string;
  readonly authority: string;
  readonly scope: string;
}

export interface Config extends LocalRule {
  readonly apiBase: string;
  readonly key: string;
  readonly version: string;
  /** What holds a risky message while the backend can't be asked: the sender's own word, or nothing but waiting. */
  readonly onRisk: "prompt" | "hold";
  readonly fields: readonly ("subject" | "body_text" | "attachments" | "thread")[];
  readonly timeouts: Timeouts;
  readonly locale: Locale;
  readonly entra: Entra | null;
}

const TIMEOUTS: Timeouts = { read: 1000, backend: 2000, token: 1000, write: 500, total: 4000 };

// An unrendered script knows nobody but the sender's own domain, and the first visible outsider is risky.
const UNRENDERED: Config = {
  apiBase: "",
  key: "",
  version: "0.0.0",
  internalDomains: [],
  peopleThreshold: 1,
  onRisk: "prompt",
  fields: [],
  timeouts: TIMEOUTS,
  locale: "ja",
  entra: null,
};

/** The rendered configuration; what is missing falls back to the careful side. */
export function readConfig(rendered: unknown): Config {
  const given = Object.assign({}, UNRENDERED, typeof rendered === "object" && rendered);
  return Object.assign(given, { timeouts: Object.assign({}, TIMEOUTS, given.timeouts) });
}

/** Ids of the controls that open the pane, as in both manifests. */
export const PANE_COMMANDS = { message: "atesakiPane", appointment: "atesakiMeetingPane" } as const;

/** Keys of `item.sessionData`; lost when the draft is closed, which is the safe direction. */
export const SESSION = {
  thread: "atesaki.thread",
  prefetch: "atesaki.prefetch",
  degraded: "atesaki.degraded",
  refused: "atesaki.refused",
  held: "atesaki.held",
  press: "atesaki.press",
  latest: "atesaki.latest",
} as const;
