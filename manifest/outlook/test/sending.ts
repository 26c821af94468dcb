/** Classic Outlook with a message to a crowd or to one person, and the backend on the other side. */

import { CROWD } from "./answers.ts";
import type { Request } from "./classic_engine.ts";
import { FakeHost } from "./fake/host.ts";
import type { Draft } from "./fake/item.ts";
import { draft, entries } from "./fake/item.ts";
import { PROFILES } from "./fake/profiles.ts";

/** A message to 26 people who don't know each other. */
export const crowd = (): Draft => draft({ to: entries(...CROWD) });

/** A message to one person. */
export const one = (): Draft => draft({ to: entries("kenji@example.com") });

/** An Outlook in which a message is being written. */
export function outlook(start = crowd(), profile: keyof typeof PROFILES = "classic"): FakeHost {
  return new FakeHost(PROFILES[profile], start);
}

/** What a request tells the backend. */
export function body(request: Request | undefined): Record<string, Record<string, unknown> | undefined> {
  return JSON.parse(request?.body ?? "null") as Record<string, Record<string, unknown>>;
}

/** A backend or a token that doesn't come. */
export function never(): Promise<never> {
  return new Promise(() => undefined);
}
