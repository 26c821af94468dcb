/** The built script in the engine of classic Outlook: what Send does where nothing could be checked. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ALLOW, BLOCK } from "./answers.ts";
import type { Backend } from "./classic_engine.ts";
import { builtScript, http, load, rendered } from "./classic_engine.ts";
import { FakeHost, SEND_ANYWAY } from "./fake/host.ts";
import { draft, entries } from "./fake/item.ts";
import { PROFILES } from "./fake/profiles.ts";
import { body, crowd, never, one, outlook } from "./sending.ts";

const SILENT: Record<string, { backend: Backend; reason: string }> = {
  "a backend that never answers": { backend: never, reason: "timeout" },
  "HTTP 500": { backend: () => http(500, {}), reason: "http_5xx" },
  "HTTP 503": { backend: () => http(503, {}), reason: "http_5xx" },
  "HTTP 422": { backend: () => http(422, {}), reason: "http_4xx" },
  "HTTP 401": { backend: () => http(401, {}), reason: "http_4xx" },
  "no network": { backend: () => Promise.reject(new TypeError("Network request failed")), reason: "offline" },
  "an answer that is no JSON": {
    backend: () => ({
      ok: true,
      status: 200,
      json: () => Promise.reject(new SyntaxError("Unexpected token <")),
    }),
    reason: "invalid_answer",
  },
  "JSON that is no decision": { backend: () => http(200, { action: "allow" }), reason: "invalid_answer" },
  "a decision with an unknown action": {
    backend: () => http(200, { ...ALLOW, action: "maybe" }),
    reason: "invalid_answer",
  },
  "an empty answer": { backend: () => http(200, null), reason: "invalid_answer" },
};

for (const [name, { backend, reason }] of Object.entries(SILENT)) {
  test(`with ${name} a risky message is held with a way on, and the report is kept`, async () => {
    const host = outlook();
    load(host, backend);
    const { sent, dialog, completions } = await host.send();
    assert.equal(sent, false);
    assert.equal(completions, 1);
    assert.ok(dialog?.buttons.includes(SEND_ANYWAY));
    assert.match(dialog?.text ?? "", /確認ができませんでした/);
    const [report] = host.settings.get("atesaki.degraded") as Record<string, unknown>[];
    assert.equal(report?.reason, reason);
    assert.equal(report.action, "prompted");
    assert.equal(report.people, 26);
  });

  test(`with ${name} a harmless message is sent, and that is reported too`, async () => {
    const host = outlook(one());
    load(host, backend);
    assert.equal((await host.send()).sent, true);
    const [report] = host.settings.get("atesaki.degraded") as Record<string, unknown>[];
    assert.equal(report?.action, "allowed");
    assert.equal(report.reason, reason);
  });
}

test("where the policy says hold, nothing risky leaves unchecked", async () => {
  const host = outlook();
  load(host, () => http(500, {}), rendered({ onRisk: "hold" }));
  const { dialog } = await host.send();
  assert.deepEqual(dialog?.buttons, ["Don't Send"]);
  const [report] = host.settings.get("atesaki.degraded") as Record<string, unknown>[];
  assert.equal(report?.action, "held");
});

test("a client that can't offer Send Anyway holds what could not be checked", async () => {
  const host = outlook(crowd(), "classic_1_12");
  load(host, () => http(500, {}));
  const { dialog } = await host.send();
  assert.match(dialog?.text ?? "", /まだ送信していません/);
  const [report] = host.settings.get("atesaki.degraded") as Record<string, unknown>[];
  assert.equal(report?.action, "held");
});

test("the next contact delivers the report, marked degraded, and then forgets it", async () => {
  const host = outlook();
  let up = false;
  const requests = load(host, () => (up ? http(200, ALLOW) : http(500, {})));
  await host.send();
  host.sendAnyway();
  up = true;
  host.draft = one();
  await host.send();
  host.draft = one();
  await host.send();
  const delivered = requests.map((request) => (body(request).client?.degraded ?? []) as unknown[]);
  assert.deepEqual(
    delivered.map((each) => each.length),
    [0, 1, 0],
  );
  assert.doesNotMatch(JSON.stringify(delivered), /@/, "a report holds no address");
});

test("a report that this version can't read is no reason to be refused ever after", async () => {
  const host = outlook(one());
  const good = { at: "2026-11-23T10:00:00.000Z", reason: "offline", action: "held", people: 3 };
  const bad = [
    { ...good, reason: "unheard_of" },
    { ...good, at: "soon" },
    { ...good, action: "waved" },
  ];
  host.settings.set("atesaki.degraded", [...bad, { ...good, people: 1.5 }, good]);
  const requests = load(host, () => http(200, ALLOW));
  await host.send();
  assert.deepEqual(body(requests[0]).client?.degraded, [good]);
});

test("where classic Outlook reads old settings, a held message still delivers its report, once, by its next answer", async () => {
  const host = outlook(crowd(), "classic_stale");
  let up = false;
  const requests = load(host, () => (up ? http(200, BLOCK) : http(500, {})));
  await host.send();
  await host.send();
  up = true;
  await host.send();
  await host.send();
  await host.send();
  const delivered = requests.map((request) => ((body(request).client?.degraded ?? []) as unknown[]).length);
  assert.deepEqual(delivered.slice(-3), [0, 2, 0], "an answer given before records no report");
});

test("a dropped connection is tried once more, with the same idempotency key", async () => {
  const host = outlook(one());
  let tries = 0;
  const requests = load(host, () => {
    tries += 1;
    return tries === 1 ? Promise.reject(new TypeError("Network request failed")) : http(200, ALLOW);
  });
  assert.equal((await host.send()).sent, true);
  assert.equal(requests.length, 2);
  assert.equal(requests[0]?.headers["Idempotency-Key"], requests[1]?.headers["Idempotency-Key"]);
});

for (const fault of ["throw", "fail", "hang"] as const) {
  test(`when every Office call does ${fault}, the event is completed once and nothing goes unwarned`, async () => {
    const host = outlook();
    host.calls.faults.set("*", fault);
    const requests = load(host, () => http(422, {}));
    const { sent, completions, dialog } = await host.send();
    assert.equal(sent, false);
    assert.equal(completions, 1);
    assert.notEqual(dialog?.text, "");
    assert.ok(requests.length <= 1);
  });
}

const CALLS = [
  "to.getAsync",
  "cc.getAsync",
  "bcc.getAsync",
  "subject.getAsync",
  "from.getAsync",
  "getAttachmentsAsync",
  "getComposeTypeAsync",
  "sessionData.getAsync",
  "isSetSupported",
  "displayLanguage",
  "roamingSettings.get",
  "roamingSettings.saveAsync",
];

for (const call of CALLS) {
  test(`an exception in ${call} never sends the message and completes once`, async () => {
    const host = outlook();
    host.calls.faults.set(call, "throw");
    load(host, () => http(200, BLOCK));
    const { sent, completions } = await host.send();
    assert.equal(sent, false);
    assert.equal(completions, 1);
  });
}

test("a client that doesn't tell its requirement set hides nobody and softens nothing", async () => {
  const host = outlook();
  host.calls.faults.set("isSetSupported", "throw");
  const requests = load(host, () => http(200, BLOCK));
  const { dialog, options } = await host.send();
  assert.equal((body(requests[0]).message?.to as unknown[]).length, 26);
  assert.ok(dialog?.text.startsWith(BLOCK.dialog.text));
  assert.equal(options?.sendModeOverride, undefined);
});

test("without an item the message is not waved through", async () => {
  const host = new FakeHost(PROFILES.classic, null);
  load(host, () => http(200, ALLOW));
  const { sent, completions } = await host.send();
  assert.equal(sent, false);
  assert.equal(completions, 1);
});

test("a truncated list is risky for the local rule even if everybody in it is a colleague", async () => {
  const many = Array.from({ length: 500 }, (_, index) => `p${String(index)}@hall.example`);
  const host = outlook(draft({ to: entries(...many) }), "classic_1_15");
  load(host, () => http(500, {}));
  assert.equal((await host.send()).sent, false);
});

test("a slow client and a slow backend together stay inside the budget", async () => {
  const host = outlook();
  host.calls.faults.set("subject.getAsync", "hang");
  host.calls.faults.set("roamingSettings.saveAsync", "hang");
  load(host, never);
  const { milliseconds, completions } = await host.send();
  assert.ok(milliseconds < 900, `took ${String(milliseconds)} ms of 800`);
  assert.equal(completions, 1);
});

test("an unrendered script warns instead of letting go", async () => {
  const host = outlook(one());
  load(host, () => http(200, ALLOW), builtScript());
  assert.equal((await host.send()).sent, false);
});
