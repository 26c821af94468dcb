/** The service worker's work without a browser: settings, profile, reports, sign-in and who may be told what. */

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { message } from "@atesaki/common/test/made.ts";
import { linkTo } from "../src/link.ts";
import type { Guidance, Reply } from "../src/protocol.ts";
import { refusedPrint } from "../src/refusals.ts";
import { platformOf } from "../src/worker/browser.ts";
import { Service } from "../src/worker/service.ts";
import { readSettings } from "../src/worker/settings.ts";
import { FakeBrowser, answer, secondCheck } from "./fakes.ts";

const realFetch = globalThis.fetch;
afterEach(() => {
  globalThis.fetch = realFetch;
});

interface Asked {
  url: URL;
  headers: Headers;
  body: unknown;
}

const PROFILE = {
  collect: ["subject", "everything"],
  fallback: { internal_domains: ["hall.example"], people: 4, on_risk: "hold" },
};

/** Answers as the backend does; what it was asked is returned. */
function backend(replies: (path: string) => Response): Asked[] {
  const asked: Asked[] = [];
  globalThis.fetch = (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const body: unknown = typeof init?.body === "string" ? JSON.parse(init.body) : null;
    asked.push({ url, headers: new Headers(init?.headers), body });
    return Promise.resolve().then(() => replies(url.pathname));
  };
  return asked;
}

function usual(path: string): Response {
  if (path.endsWith("/profile")) {
    return Response.json(PROFILE, { headers: { ETag: '"1"' } });
  }
  return path.endsWith("/nonce") ? Response.json({ nonce: "n1" }) : Response.json(answer("allow"));
}

async function value(reply: Promise<Reply<unknown>>): Promise<unknown> {
  const settled = await reply;
  assert.ok(settled.ok);
  return settled.value;
}

const DECIDE = { ask: "decide", message: message(), locale: "en", composing: false, under: null } as const;
const REPORT = { at: "2026-11-23T00:00:00Z", reason: "offline", action: "prompted", people: 26 } as const;

for (const [problem, policy] of Object.entries({
  no_policy: {},
  no_backend_url: { deploymentKey: "k" },
  bad_backend_url: { backendUrl: "http://atesaki.example", deploymentKey: "k" },
  no_deployment_key: { backendUrl: "https://atesaki.example" },
})) {
  test(`a policy that can't be used is told: ${problem}`, () => {
    assert.equal(readSettings(policy).problem, problem);
  });
}

test("a server of the machine itself may do without TLS", () => {
  for (const backendUrl of ["http://127.0.0.1:8765", "http://localhost:8765/"]) {
    assert.equal(readSettings({ backendUrl, deploymentKey: "k" }).problem, null);
  }
});

test("an unknown fail mode leaves it to the server", () => {
  const read = readSettings({ backendUrl: "https://a.example", deploymentKey: "k", failMode: "open" });
  assert.equal(read.settings?.failMode, null);
});

test("what was refused is remembered by a worker that was started anew, until the backend says otherwise", async () => {
  const browser = new FakeBrowser();
  const print = refusedPrint(message());
  backend(() => Response.json(answer("block")));
  await value(new Service(browser).answer(DECIDE));
  assert.deepEqual(await value(new Service(browser).answer({ ask: "refused", print })), {
    print,
    byBcc: false,
  });
  backend(usual);
  await value(new Service(browser).answer({ ...DECIDE, composing: true }));
  assert.equal(await value(new Service(browser).answer({ ask: "refused", print })), null);
});

test("what is asked about again goes under its key and without the reports, which nobody would record", async () => {
  const service = new Service(new FakeBrowser());
  const asked = backend(usual);
  await value(service.answer({ ask: "degraded", report: REPORT }));
  const under = { key: "k1", again: true };
  await value(service.answer({ ...DECIDE, under }));
  await value(service.answer({ ...DECIDE, under: { key: "k2", again: false } }));
  assert.deepEqual(
    asked.map(({ headers }) => headers.get("Idempotency-Key")),
    ["k1", "k2"],
  );
  const client = { app: "gmail_extension", platform: "Chrome Linux", version: "0.1.0" };
  assert.deepEqual(
    asked.map(({ body }) => (body as { client: unknown }).client),
    [client, { ...client, degraded: [REPORT] }],
  );
});

test("a colleague is asked through the worker, and half an answer about that is none", async () => {
  const service = new Service(new FakeBrowser());
  const page = linkTo(() => ({ id: "x", sendMessage: (ask) => service.answer(ask) }));
  const asked = backend(() => Response.json(secondCheck("waiting")));
  assert.equal((await page.askSecondCheck("d1", "please", "staff@hall.example")).state, "waiting");
  assert.deepEqual(
    [asked[0]?.url.pathname, asked[0]?.body],
    ["/v1/decisions/d1/second_check", { note: "please" }],
  );
  const withdrawn = backend(() => Response.json({}));
  await page.withdrawSecondCheck("d1", "staff@hall.example");
  assert.equal(withdrawn[0]?.url.pathname, "/v1/decisions/d1/second_check/withdrawal");
  backend(() => Response.json({ ...secondCheck("granted"), url: null }));
  await assert.rejects(page.secondCheck("d1", ""), { reason: "invalid_answer" });
  backend(() => new Response("{}", { status: 404 }));
  assert.equal(await page.secondCheck("d1", ""), null);
});

test("the profile is asked for once, kept, and used while the backend is away", async () => {
  const browser = new FakeBrowser();
  const asked = backend(usual);
  const first = (await value(new Service(browser).answer({ ask: "guidance" }))) as Guidance;
  assert.deepEqual(first, {
    configured: true,
    collect: ["subject"],
    rule: { internalDomains: ["hall.example"], peopleThreshold: 4 },
    onRisk: "hold",
  });
  backend(() => {
    throw new TypeError("offline");
  });
  assert.deepEqual(await value(new Service(browser).answer({ ask: "guidance" })), first);
  assert.equal(asked.length, 1);
});

test("another server's profile is not used", async () => {
  const browser = new FakeBrowser();
  backend(usual);
  await new Service(browser).answer({ ask: "guidance" });
  browser.policy = { ...browser.policy, backendUrl: "https://other.example" };
  backend(() => new Response("", { status: 500 }));
  const guidance = (await value(new Service(browser).answer({ ask: "guidance" }))) as Guidance;
  assert.deepEqual(guidance.rule, { internalDomains: [], peopleThreshold: 1 });
  assert.equal(guidance.collect, null);
});

test("the policy's fail mode wins over the server's", async () => {
  const browser = new FakeBrowser();
  browser.policy = { ...browser.policy, failMode: "prompt" };
  backend(usual);
  const guidance = (await value(new Service(browser).answer({ ask: "guidance" }))) as Guidance;
  assert.equal(guidance.onRisk, "prompt");
});

test("what happened without the backend is told once, at the next Send and not while composing", async () => {
  const service = new Service(new FakeBrowser());
  await service.answer({ ask: "degraded", report: REPORT });
  const asked = backend(usual);
  for (const composing of [true, false, false]) {
    await service.answer({ ...DECIDE, composing });
  }
  const told = asked.map((each) => (each.body as { client: { degraded?: unknown } }).client.degraded);
  assert.deepEqual(told, [undefined, [REPORT], undefined]);
});

test("reports that could not be delivered are kept", async () => {
  const service = new Service(new FakeBrowser());
  await Promise.all(
    [1, 2].map((people) => service.answer({ ask: "degraded", report: { ...REPORT, people } })),
  );
  backend(() => new Response("", { status: 503 }));
  assert.deepEqual(await service.answer(DECIDE), { ok: false, reason: "http_5xx", status: 503 });
  const asked = backend(usual);
  await service.answer(DECIDE);
  assert.equal((asked[0]?.body as { client: { degraded: unknown[] } }).client.degraded.length, 2);
});

test("without a policy nobody is asked anything", async () => {
  const browser = new FakeBrowser();
  browser.policy = {};
  const asked = backend(usual);
  assert.deepEqual(await new Service(browser).answer(DECIDE), { ok: false, reason: "exception", status: 0 });
  assert.deepEqual(asked, []);
});

test("a heartbeat repeats what the page said last", async () => {
  const service = new Service(new FakeBrowser());
  const asked = backend(() => new Response(null, { status: 204 }));
  await service.heartbeat();
  await service.answer({ ask: "health", health: { adapter: "dom", problem: "send_button_missing" } });
  await service.heartbeat();
  assert.equal(asked.length, 2);
  assert.deepEqual(asked[1]?.body, {
    version: "0.1.0",
    platform: "Chrome Linux",
    healthy: false,
    problem: "send_button_missing",
  });
});

function token(claims: object): string {
  const part = (content: object) => Buffer.from(JSON.stringify(content)).toString("base64url");
  return `${part({ alg: "RS256" })}.${part(claims)}.x`;
}

function google(browser: FakeBrowser, claims: object): void {
  browser.policy = { ...browser.policy, oauthClientId: "c1", hostedDomain: "hall.example" };
  browser.signsIn = (url) => {
    const id = token({ exp: Date.now() / 1000 + 3600, nonce: url.searchParams.get("nonce"), ...claims });
    const state = url.searchParams.get("state") ?? "";
    return `https://abc.chromiumapp.org/oidc#id_token=${id}&state=${state}`;
  };
}

test("who is signed in to Gmail is vouched for from the second question on, without anybody waiting", async () => {
  const browser = new FakeBrowser();
  google(browser, { email: "staff@hall.example" });
  const asked = backend(usual);
  const service = new Service(browser);
  await service.answer(DECIDE);
  await new Promise((resolve) => setTimeout(resolve, 20));
  await service.answer(DECIDE);
  const bearers = asked
    .filter((each) => each.url.pathname === "/v1/decisions")
    .map((each) => each.headers.get("Authorization")?.slice(0, 7));
  assert.deepEqual(bearers, [undefined, "Bearer "]);
  const { url, interactive } = browser.signIns[0] ?? assert.fail();
  const query = Object.fromEntries(url.searchParams);
  assert.equal(url.origin + url.pathname, "https://accounts.google.com/o/oauth2/v2/auth");
  assert.equal(interactive, false);
  assert.deepEqual(
    [
      query.client_id,
      query.response_type,
      query.scope,
      query.prompt,
      query.login_hint,
      query.hd,
      query.nonce,
    ],
    ["c1", "id_token", "openid email", "none", "staff@hall.example", "hall.example", "n1"],
  );
});

for (const [why, claims] of Object.entries({
  "another account": { email: "other@hall.example" },
  "another nonce": { email: "staff@hall.example", nonce: "n2" },
  "an ended token": { email: "staff@hall.example", exp: 1 },
})) {
  test(`a token of ${why} is not sent`, async () => {
    const browser = new FakeBrowser();
    google(browser, claims);
    const asked = backend(usual);
    const service = new Service(browser);
    await service.answer(DECIDE);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await service.answer(DECIDE);
    assert.ok(asked.every((each) => each.headers.get("Authorization") === null));
  });
}

test("a sign-in that ends with another state is refused", async () => {
  const browser = new FakeBrowser();
  google(browser, { email: "staff@hall.example" });
  browser.signsIn = () => "https://abc.chromiumapp.org/oidc#id_token=a.b.c&state=forged";
  backend(usual);
  const service = new Service(browser);
  const { settings } = await service.settings();
  assert.ok(settings);
  await assert.rejects(service.identity.signIn(settings, "", true));
});

test("the platform names browser and system, and no version", () => {
  const agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/156.0.0.0 Safari/537.36";
  assert.equal(platformOf(agent), "Chrome Windows");
  assert.equal(platformOf(`${agent} Edg/156.0.0.0`), "Edge Windows");
  assert.equal(platformOf("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) Chrome/156"), "Chrome Mac OS");
});
