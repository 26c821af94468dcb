/** The facts about this client and its language that go with every question. */

import type { ClientFacts, DegradedReport, Locale } from "@atesaki/common/src/wire.ts";
import type { Config } from "./config.ts";
import type { Host } from "./host.ts";

interface Place {
  readonly host: Host;
  readonly config: Config;
}

/** The facts at Send, with the reports that were not delivered yet. */
export function sendFacts(place: Place, degraded: readonly DegradedReport[]): ClientFacts {
  if (degraded.length === 0) {
    return basics(place);
  }
  return Object.assign(basics(place), { degraded });
}

/** The facts of a look while composing. */
export function composeFacts(place: Place): ClientFacts {
  return Object.assign(basics(place), { moment: "compose" as const });
}

function basics(place: Place): ClientFacts {
  return { app: "outlook", platform: place.host.platform(), version: place.config.version };
}

/** Outlook's display language where we speak it, else the organization's. */
export function localeOf(place: Place): Locale {
  try {
    const language = place.host.language().slice(0, 2).toLowerCase();
    if (language === "ja" || language === "en") {
      return language;
    }
  } catch {
    // Without a language of Outlook's own the organization's is used.
  }
  return place.config.locale;
}
