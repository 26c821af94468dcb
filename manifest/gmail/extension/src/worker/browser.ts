/** The one access to chrome.*: what the worker needs of the browser, as promises. */

/** A place to keep values by name. */
export interface Store {
  read(name: string): Promise<unknown>;
  write(name: string, value: unknown): Promise<void>;
}

export interface Browser {
  /** What the organization's policy says; empty without one. */
  managed(): Promise<Record<string, unknown>>;
  /** Outlives the browser. */
  readonly lasting: Store;
  /** Lives as long as the browser runs, and never on disk. */
  readonly session: Store;
  /** "Chrome Linux", from the browser itself. */
  platform(): string;
  version(): string;
  redirectUrl(): string;
  /** The address at the end of a sign-in; rejects where it needs a person and `interactive` is false. */
  signIn(url: string, interactive: boolean): Promise<string>;
}

function storeOf(area: () => chrome.storage.StorageArea): Store {
  return {
    read: async (name) => (await area().get(name))[name],
    write: (name, value) => area().set({ [name]: value }),
  };
}

export const browser: Browser = {
  managed: () => chrome.storage.managed.get(null).catch(() => ({})),
  lasting: storeOf(() => chrome.storage.local),
  session: storeOf(() => chrome.storage.session),
  platform: () => platformOf(navigator.userAgent),
  version: () => chrome.runtime.getManifest().version,
  redirectUrl: () => chrome.identity.getRedirectURL("oidc"),
  signIn: async (url, interactive) => {
    const silent = interactive
      ? {}
      : { abortOnLoadForNonInteractive: false, timeoutMsForNonInteractive: 5_000 };
    const end = await chrome.identity.launchWebAuthFlow({ url, interactive, ...silent });
    if (!end) {
      throw new Error("The sign-in ended nowhere");
    }
    return end;
  },
};

/** Browser and system by name, without version numbers. */
export function platformOf(userAgent: string): string {
  const name = userAgent.includes("Edg/") ? "Edge" : "Chrome";
  const system = ["Windows", "Mac OS", "CrOS", "Linux"].find((each) => userAgent.includes(each)) ?? "other";
  return `${name} ${system}`;
}
