/** What the service worker does for the pages: the only part of the extension that speaks to the backend. */

import { connect, reasonOf } from "@atesaki/common/src/api.ts";
import type { Api, ApiFailure } from "@atesaki/common/src/api.ts";
import type { ClientFacts } from "@atesaki/common/src/wire.ts";
import type { Ask, Health, Reply } from "../protocol.ts";
import type { Browser } from "./browser.ts";
import { Identity } from "./identity.ts";
import { Profiles } from "./profile.ts";
import { Refused } from "./refused.ts";
import { Reports } from "./reports.ts";
import type { ReadSettings, Settings } from "./settings.ts";
import { readSettings } from "./settings.ts";

export const APP = "gmail_extension";
/** Milliseconds for one answer; the page gives up on a decision earlier. */
const TIMEOUT = 4_000;
const HEALTH = "health";

export class Service {
  readonly identity: Identity;
  readonly #profiles: Profiles;
  readonly #reports: Reports;
  readonly #refused: Refused;

  constructor(private readonly browser: Browser) {
    const now = () => Date.now();
    this.identity = new Identity(browser, (settings) => this.#nonce(settings), now);
    this.#profiles = new Profiles(browser.lasting, now);
    this.#reports = new Reports(browser.lasting);
    this.#refused = new Refused(browser.session);
  }

  /** Answers a page; never rejects, since a rejection doesn't cross to the page with its reason. */
  async answer(ask: Ask): Promise<Reply<unknown>> {
    try {
      return { ok: true, value: await this.#handle(ask) };
    } catch (error) {
      const { status = 0 } = error as Partial<ApiFailure>;
      return { ok: false, reason: reasonOf(error), status };
    }
  }

  async settings(): Promise<ReadSettings> {
    return readSettings(await this.browser.managed());
  }

  /** Tells the backend again how well the guard sees Gmail, if a page has said so since the browser started. */
  async heartbeat(): Promise<void> {
    const health = (await this.browser.session.read(HEALTH)) as Health | undefined;
    if (health) {
      await this.#tell(health);
    }
  }

  async #handle(ask: Ask): Promise<unknown> {
    switch (ask.ask) {
      case "guidance":
        return this.#profiles.guidance((await this.settings()).settings);
      case "decide":
        return this.#decide(ask);
      case "release":
        return this.#with(ask.account, (api, token) => api.release(ask.decisionId, ask.release, token));
      case "ask_second_check":
        return this.#with(ask.account, (api, token) => api.askSecondCheck(ask.decisionId, ask.note, token));
      case "withdraw_second_check":
        return this.#with(ask.account, (api, token) => api.withdrawSecondCheck(ask.decisionId, token));
      case "second_check":
        return this.#with(ask.account, (api, token) => api.secondCheck(ask.decisionId, token));
      case "report":
        return this.#with(ask.account, (api, token) => api.report(ask.decisionId, ask.outcome, token));
      case "refused":
        return this.#refused.of(ask.print);
      case "degraded":
        return this.#reports.keep(ask.report);
      case "health":
        await this.browser.session.write(HEALTH, ask.health);
        return this.#tell(ask.health);
    }
  }

  async #decide({ message, locale, composing, under }: Extract<Ask, { ask: "decide" }>): Promise<unknown> {
    // Nobody records a report that comes with an answer given before: it waits for the next press.
    const degraded = composing || under?.again ? [] : await this.#reports.undelivered();
    const client: ClientFacts = {
      app: APP,
      platform: this.browser.platform(),
      version: this.browser.version(),
      ...(composing && { moment: "compose" as const }),
      ...(degraded.length > 0 && { degraded }),
    };
    const request = { message, client, locale };
    const answer = await this.#with(message.sender.address, (api, token) =>
      api.decide(request, token, under?.key),
    );
    if (degraded.length > 0) {
      await this.#reports.forget(degraded);
    }
    await this.#refused.note(message, answer).catch(() => undefined);
    return answer;
  }

  async #with<T>(account: string, work: (api: Api, token: string | null) => Promise<T>): Promise<T> {
    const settings = await this.#settings();
    const api = connect({ apiBase: settings.backendUrl, key: settings.deploymentKey, timeout: TIMEOUT });
    return work(api, await this.identity.token(settings, account.toLowerCase()).catch(() => null));
  }

  async #tell(health: Health): Promise<void> {
    const body = {
      version: this.browser.version(),
      platform: this.browser.platform(),
      healthy: health.problem === null,
      problem: health.problem,
    };
    await this.#post(await this.#settings(), "heartbeat", body);
  }

  async #nonce(settings: Settings): Promise<string> {
    const answer = (await (await this.#post(settings, "nonce", {})).json()) as { nonce: string };
    return answer.nonce;
  }

  async #post(settings: Settings, what: string, body: unknown): Promise<Response> {
    const answer = await fetch(`${settings.backendUrl}/v1/clients/${APP}/${what}`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Atesaki-Key": settings.deploymentKey },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT),
    });
    if (!answer.ok) {
      throw new Error(`The backend refused: ${answer.status}`);
    }
    return answer;
  }

  async #settings(): Promise<Settings> {
    const { settings } = await this.settings();
    if (!settings) {
      throw new Error("No policy of the organization says where the backend is");
    }
    return settings;
  }
}
