/** What the organization's policy says about this extension; see managed_schema.json. */

export interface Settings {
  readonly backendUrl: string;
  readonly deploymentKey: string;
  /** What holds a risky mail while the backend can't be asked; null leaves it to the backend's profile. */
  readonly failMode: "prompt" | "hold" | null;
  readonly oauthClientId: string | null;
  readonly hostedDomain: string | null;
}

/** Why the policy can't be used. */
export type SettingsProblem = "no_policy" | "no_backend_url" | "bad_backend_url" | "no_deployment_key";

export type ReadSettings =
  | { readonly settings: Settings; readonly problem: null }
  | { readonly settings: null; readonly problem: SettingsProblem };

/** The policy as Chrome hands it over, checked: a half-written policy is told, never half-used. */
export function readSettings(managed: Readonly<Record<string, unknown>>): ReadSettings {
  if (Object.keys(managed).length === 0) {
    return { settings: null, problem: "no_policy" };
  }
  const backendUrl = textOf(managed.backendUrl)?.replace(/\/+$/, "") ?? null;
  const deploymentKey = textOf(managed.deploymentKey);
  if (!backendUrl) {
    return { settings: null, problem: "no_backend_url" };
  }
  if (!isAddress(backendUrl)) {
    return { settings: null, problem: "bad_backend_url" };
  }
  if (!deploymentKey) {
    return { settings: null, problem: "no_deployment_key" };
  }
  const failMode = managed.failMode === "prompt" || managed.failMode === "hold" ? managed.failMode : null;
  const oauthClientId = textOf(managed.oauthClientId);
  const hostedDomain = textOf(managed.hostedDomain);
  return { settings: { backendUrl, deploymentKey, failMode, oauthClientId, hostedDomain }, problem: null };
}

// Addresses of people go there, so only a machine's own server may do without TLS.
function isAddress(text: string): boolean {
  if (!URL.canParse(text)) {
    return false;
  }
  const { protocol, hostname } = new URL(text);
  return protocol === "https:" || (protocol === "http:" && ["127.0.0.1", "localhost"].includes(hostname));
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() ? value.trim() : null;
}
