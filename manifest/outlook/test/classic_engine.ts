/** Runs the built launchevent.js as classic Outlook does: alone, without window, document or storage. */

import { readFileSync } from "node:fs";
import vm from "node:vm";
import type { Config } from "../src/config.ts";
import type { FakeHost } from "./fake/host.ts";

const BUILT = new URL("../../dist/outlook/launchevent.js", import.meta.url);

export const PLACEHOLDER = '"@@ATESAKI_CONFIG@@"';

export const CONFIG: Config = {
  apiBase: "https://guard.example.org",
  key: "k1",
  version: "1.0.0",
  internalDomains: ["hall.example"],
  peopleThreshold: 3,
  onRisk: "prompt",
  fields: ["subject", "attachments", "thread"],
  timeouts: { read: 100, backend: 300, token: 100, write: 100, total: 800 },
  locale: "ja",
  entra: null,
};

export function builtScript(): string {
  return readFileSync(BUILT, "utf8");
}

/** What the backend does when it serves the script. */
export function rendered(config: Partial<Config> = {}): string {
  return builtScript().replace(PLACEHOLDER, JSON.stringify({ ...CONFIG, ...config }));
}

export interface Request {
  readonly url: string;
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export type Backend = (request: Request) => unknown;

// What came after ES2016: builds before 2403 have none of it, and a compiler adds syntax only.
const LATER = `
delete globalThis.BigInt;
for (const [owner, names] of [
  [Object, "values entries fromEntries getOwnPropertyDescriptors hasOwn groupBy"],
  [String.prototype, "padStart padEnd trimStart trimEnd matchAll replaceAll at isWellFormed toWellFormed"],
  [Array.prototype, "flat flatMap at findLast findLastIndex toSorted toReversed toSpliced with"],
  [Promise, "allSettled any withResolvers try"],
  [Promise.prototype, "finally"],
]) {
  for (const name of names.split(" ")) delete owner[name];
}
delete globalThis.globalThis;`;

/** Loads the script into a bare engine whose `fetch` is answered by `backend`; returns the requests it makes. `page` is what a page adds. */
export function load(host: FakeHost, backend: Backend, script = rendered(), page: object = {}): Request[] {
  const requests: Request[] = [];
  const fetch = (url: string, options: Omit<Request, "url">) => {
    if (!/^https?:\/\//.test(url)) {
      throw new TypeError("Network request failed");
    }
    const request = { ...options, url };
    requests.push(request);
    return Promise.resolve().then(() => backend(request));
  };
  const globals = { ...page, ...host.globals(), fetch, setTimeout, clearTimeout };
  const engine = vm.createContext(globals);
  vm.runInContext(LATER, engine);
  vm.runInContext(script, engine, { filename: "launchevent.js" });
  return requests;
}

/** A backend's HTTP answer with a JSON body. */
export function http(status: number, body: unknown): unknown {
  return { ok: status < 400, status, json: () => Promise.resolve(structuredClone(body)) };
}
