/** Who the sender is, vouched for by Google (OpenID Connect); no token is ever a precondition for a decision. */

import type { Browser } from "./browser.ts";
import type { Settings } from "./settings.ts";

const AUTHORIZE = "https://accounts.google.com/o/oauth2/v2/auth";
const NAME = "tokens";
/** Milliseconds before its end in which a token is renewed. */
const EARLY = 5 * 60_000;

interface Token {
  readonly token: string;
  readonly expires: number;
}

/** Asks the backend for a value that only it can make, so that a token answers its question and no other. */
export type Nonce = (settings: Settings) => Promise<string>;

export class Identity {
  readonly #asking = new Map<string, Promise<string>>();

  constructor(
    private readonly browser: Browser,
    private readonly nonce: Nonce,
    private readonly now: () => number,
  ) {}

  /** A token of this account that is at hand; a missing one is fetched behind the scenes for the next time. */
  async token(settings: Settings, account: string): Promise<string | null> {
    if (!settings.oauthClientId || !account) {
      return null;
    }
    const held = (await this.#held())[account];
    if (!held || held.expires - this.now() < EARLY) {
      void this.signIn(settings, account, false).catch(() => undefined);
    }
    return held && held.expires > this.now() ? held.token : null;
  }

  /** Signs in as `account` (any, where it is empty); rejects where that needs a person and `interactive` is false. */
  signIn(settings: Settings, account: string, interactive: boolean): Promise<string> {
    const asking = this.#asking.get(account) ?? this.#signIn(settings, account, interactive);
    this.#asking.set(account, asking);
    const over = () => this.#asking.delete(account);
    asking.then(over, over);
    return asking;
  }

  async #signIn(settings: Settings, account: string, interactive: boolean): Promise<string> {
    const nonce = await this.nonce(settings);
    const state = crypto.randomUUID();
    const url = this.#url(settings, account, { nonce, state, ...(interactive ? {} : { prompt: "none" }) });
    const end = new URLSearchParams(new URL(await this.browser.signIn(url, interactive)).hash.slice(1));
    const token = end.get("id_token");
    if (!token || end.get("state") !== state) {
      throw new Error("The sign-in gave no token");
    }
    return this.#keep(token, nonce, account);
  }

  #url(settings: Settings, account: string, more: Record<string, string>): string {
    const query = new URLSearchParams({
      client_id: settings.oauthClientId ?? "",
      response_type: "id_token",
      scope: "openid email",
      redirect_uri: this.browser.redirectUrl(),
      ...(account && { login_hint: account }),
      ...(settings.hostedDomain && { hd: settings.hostedDomain }),
      ...more,
    });
    return `${AUTHORIZE}?${query.toString()}`;
  }

  // Only the backend judges a token; here it is merely kept apart by account (several may be signed in to Gmail).
  async #keep(token: string, nonce: string, account: string): Promise<string> {
    const claims = claimsOf(token);
    const address = (claims.email ?? "").toLowerCase();
    if (claims.nonce !== nonce || (account && address !== account.toLowerCase())) {
      throw new Error("The token is somebody else's");
    }
    const kept = { token, expires: Number(claims.exp) * 1000 };
    await this.browser.session.write(NAME, { ...(await this.#held()), [address]: kept });
    return address;
  }

  async #held(): Promise<Record<string, Token>> {
    return ((await this.browser.session.read(NAME)) ?? {}) as Record<string, Token>;
  }
}

function claimsOf(token: string): { email?: string; nonce?: string; exp?: number } {
  const body = (token.split(".")[1] ?? "").replaceAll("-", "+").replaceAll("_", "/");
  return JSON.parse(atob(body)) as { email?: string; nonce?: string; exp?: number };
}
