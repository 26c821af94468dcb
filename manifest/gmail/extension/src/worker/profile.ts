/** The backend's profile for this client: asked for now and then, kept for when it can't be asked. */

import type { Collected, Guidance } from "../protocol.ts";
import type { Store } from "./browser.ts";
import type { Settings } from "./settings.ts";

const NAME = "profile";
/** Milliseconds after which a profile is asked for again. */
const FRESH = 5 * 60_000;
const COLLECTED: readonly string[] = ["subject", "body_text", "attachments", "thread"];

interface Kept {
  readonly backendUrl: string;
  readonly etag: string;
  readonly at: number;
  readonly collect: readonly Collected[];
  readonly fallback: Fallback;
}

interface Fallback {
  readonly internal_domains: readonly string[];
  readonly people: number;
  readonly on_risk: "prompt" | "hold";
}

export class Profiles {
  constructor(
    private readonly store: Store,
    private readonly now: () => number,
  ) {}

  /** What the page is told; a backend that can't be asked leaves what it said last, and without that nobody is known. */
  async guidance(settings: Settings | null): Promise<Guidance> {
    const kept = settings && (await this.#current(settings));
    if (!kept) {
      const rule = { internalDomains: [], peopleThreshold: 1 };
      return { configured: settings !== null, collect: null, rule, onRisk: settings?.failMode ?? "prompt" };
    }
    const { internal_domains, people, on_risk } = kept.fallback;
    const rule = { internalDomains: internal_domains, peopleThreshold: people };
    return { configured: true, collect: kept.collect, rule, onRisk: settings.failMode ?? on_risk };
  }

  async #current(settings: Settings): Promise<Kept | null> {
    const kept = (await this.store.read(NAME)) as Kept | undefined;
    const ours = kept?.backendUrl === settings.backendUrl ? kept : null;
    if (ours && this.now() - ours.at < FRESH) {
      return ours;
    }
    return (await this.#asked(settings, ours).catch(() => null)) ?? ours;
  }

  async #asked(settings: Settings, kept: Kept | null): Promise<Kept | null> {
    const headers = { "Atesaki-Key": settings.deploymentKey, ...(kept && { "If-None-Match": kept.etag }) };
    const url = `${settings.backendUrl}/v1/clients/gmail_extension/profile`;
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(2_000) });
    const at = this.now();
    const fresh = answer.status === 304 && kept ? { ...kept, at } : await readProfile(answer, settings, at);
    await this.store.write(NAME, fresh);
    return fresh;
  }
}

async function readProfile(answer: Response, settings: Settings, at: number): Promise<Kept> {
  const body = answer.ok ? ((await answer.json()) as { collect: string[]; fallback: Fallback }) : null;
  const people = Number(body?.fallback.people);
  if (!body || !(people >= 1) || !Array.isArray(body.fallback.internal_domains)) {
    throw new Error("The profile can't be used");
  }
  return {
    backendUrl: settings.backendUrl,
    etag: answer.headers.get("ETag") ?? "",
    at,
    collect: body.collect.filter((each): each is Collected => COLLECTED.includes(each)),
    fallback: body.fallback,
  };
}
