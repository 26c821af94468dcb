/** The built script in the engine of classic Outlook: what Send does in every case that the backend can cause. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ALLOW, BLOCK, CROWD, warn } from "./answers.ts";
import type { Backend, Request } from "./classic_engine.ts";
import { builtScript, http, load, rendered } from "./classic_engine.ts";
import { FakeHost, SEND_ANYWAY } from "./fake/host.ts";
import { draft, entries } from "./fake/item.ts";
import { PROFILES } from "./fake/profiles.ts";

const crowd = () => draft({ to: entries(...CROWD) });
const one = () => draft({ to: entries("kenji@example.com") });

function outlook(start = crowd(), profile: keyof typeof PROFILES = "classic"): FakeHost {
  return new FakeHost(PROFILES[profile], start);
}

function body(request: Request | undefined): Record<string, Record<string, unknown> | undefined> {
  return JSON.parse(request?.body ?? "null") as Record<string, Record<string, unknown>>;
}

function never(): Promise<never> {
  return new Promise(() => undefined);
}

test("an allowed message is sent without a trace on screen", async () => {
  const host = outlook(one());
  load(host, () => http(200, ALLOW));
  const sending = await host.send();
  assert.equal(sending.sent, true);
  assert.equal(sending.dialog, null);
  assert.equal(sending.completions, 1);
});

test("the facts go to the absolute address with the deployment key and an idempotency key", async () => {
  const host = outlook();
  const [request] = await after(host, () => http(200, BLOCK));
  assert.ok(request);
  assert.equal(request.url, "https://guard.example.org/v1/decisions");
  assert.equal(request.headers["Atesaki-Key"], "k1");
  assert.match(request.headers["Idempotency-Key"] ?? "", /^[a-z0-9]+-[a-z0-9]{10,}$/);
  const { message, client } = body(request);
  assert.ok(message);
  assert.deepEqual(message.sender, { address: "staff@hall.example", name: "職員" });
  assert.equal((message.to as unknown[]).length, 26);
  assert.deepEqual(
    message.to,
    CROWD.map((address) => ({ address, name: null, kind: "person" })),
  );
  assert.equal(message.subject, "お知らせ");
  assert.equal(message.body_text, null, "the body is not among the fields to collect");
  assert.deepEqual(client, { app: "outlook", platform: "windows", version: "1.0.0" });
});

async function after(host: FakeHost, backend: Backend, script = rendered()): Promise<Request[]> {
  const requests = load(host, backend, script);
  await host.send();
  return requests;
}

test("warn with send_anyway shows Outlook's own Send Anyway beside our button", async () => {
  const host = outlook();
  load(host, () => http(200, warn("send_anyway")));
  const { sent, dialog, options } = await host.send();
  assert.equal(sent, false);
  assert.deepEqual(dialog?.buttons, [SEND_ANYWAY, "宛先を確認"]);
  assert.equal(options?.sendModeOverride, "promptUser");
  assert.deepEqual(host.errors, []);
});

for (const release of ["acknowledge", "justify", "second_check", "never"] as const) {
  test(`warn with ${release} has no way on but the button that opens the pane`, async () => {
    const host = outlook();
    load(host, () => http(200, warn(release)));
    const { dialog, options } = await host.send();
    assert.deepEqual(dialog?.buttons, ["宛先を確認"]);
    assert.equal(dialog.commandId, "atesakiPane");
    assert.equal(options?.sendModeOverride, undefined);
  });
}

test("block says why in the server's words and offers Move to Bcc", async () => {
  const host = outlook();
  load(host, () => http(200, BLOCK));
  const { sent, dialog, options, completions } = await host.send();
  assert.equal(sent, false);
  assert.equal(dialog?.text, BLOCK.dialog.text);
  assert.deepEqual(dialog.buttons, ["Bcc に移動"]);
  assert.equal(options?.errorMessageMarkdown, BLOCK.dialog.markdown);
  assert.equal(completions, 1);
  assert.deepEqual(host.errors, []);
});

test("the pane gets the decision as a string that it can parse", async () => {
  const host = outlook();
  load(host, () => http(200, BLOCK));
  const { dialog } = await host.send();
  const context = JSON.parse(dialog?.contextData ?? "") as { answer: { decision_id: string }; print: string };
  assert.equal(context.answer.decision_id, BLOCK.decision_id);
  assert.match(context.print, /^[0-9a-f]{16}$/);
});

test("a decision too large for the dialog's context is left for the pane to ask again", async () => {
  const host = outlook();
  const many = Array.from({ length: 900 }, (_, index) => `person${String(index)}@example.com`);
  load(host, () => http(200, { ...BLOCK, remedies: [{ kind: "move_to_bcc", recipients: many }] }));
  const { dialog } = await host.send();
  assert.equal((JSON.parse(dialog?.contextData ?? "") as { answer: unknown }).answer, null);
});

test("an English Outlook gets English words", async () => {
  const host = outlook();
  host.language = "en-GB";
  const requests = load(host, () => http(200, BLOCK));
  const { dialog } = await host.send();
  assert.deepEqual(dialog?.buttons, ["Move to Bcc"]);
  assert.equal((JSON.parse(requests[0]?.body ?? "") as { locale: string }).locale, "en");
});

test("below Mailbox 1.14 the text itself says how to open the pane", async () => {
  const host = outlook(crowd(), "classic_1_12");
  load(host, () => http(200, { ...BLOCK, dialog: { text: "あ".repeat(500), markdown: "x" } }));
  const { dialog } = await host.send();
  assert.deepEqual(dialog?.buttons, ["Don't Send"]);
  assert.match(dialog.text, /リボンの「宛先を確認」を開いてください。$/);
  assert.deepEqual(host.errors, []);
});

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

test("a field that can't be read is named, not passed off as empty", async () => {
  const host = outlook();
  host.calls.faults.set("to.getAsync", "hang");
  const [request] = await after(host, () => http(200, BLOCK));
  assert.deepEqual(body(request).message?.truncated, ["to"]);
});

test("without an item the message is not waved through", async () => {
  const host = new FakeHost(PROFILES.classic, null);
  load(host, () => http(200, ALLOW));
  const { sent, completions } = await host.send();
  assert.equal(sent, false);
  assert.equal(completions, 1);
});

for (const [profile, cap] of [
  ["classic_1_15", 500],
  ["classic", 1000],
  ["web", 1000],
] as const) {
  test(`${String(cap)} recipients on ${profile} count as truncated`, async () => {
    const many = Array.from({ length: cap + 20 }, (_, index) => `p${String(index)}@hall.example`);
    const host = outlook(draft({ to: entries(...many) }), profile);
    const [request] = await after(host, () => http(200, ALLOW));
    assert.deepEqual(body(request).message?.truncated, ["to"]);
    assert.equal((body(request).message?.to as unknown[]).length, cap);
  });
}

test("a truncated list is risky for the local rule even if everybody in it is a colleague", async () => {
  const many = Array.from({ length: 500 }, (_, index) => `p${String(index)}@hall.example`);
  const host = outlook(draft({ to: entries(...many) }), "classic_1_15");
  load(host, () => http(500, {}));
  assert.equal((await host.send()).sent, false);
});

test("a contact group with an empty address is an unknown distribution list", async () => {
  const group = { emailAddress: "", displayName: "ボランティア", recipientType: "other" };
  const host = outlook(draft({ to: [group] }));
  const [request] = await after(host, () => http(200, ALLOW));
  assert.deepEqual(body(request).message?.to, [
    { address: "", name: "ボランティア", kind: "distribution_list" },
  ]);
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

test("a meeting's attendees are its To and Cc", async () => {
  const meeting = draft({
    itemType: "appointment",
    to: entries("a@example.com"),
    cc: entries("b@example.com"),
  });
  const host = outlook(meeting);
  const requests = load(host, () => http(200, BLOCK));
  const { dialog } = await host.send("onAppointmentSend");
  const { message } = body(requests[0]);
  assert.equal(message?.item, "appointment");
  assert.deepEqual(
    (message.cc as { address: string }[]).map((each) => each.address),
    ["b@example.com"],
  );
  assert.deepEqual(message.truncated, []);
  assert.equal(dialog?.commandId, "atesakiMeetingPane");
});

test("with Entra the token goes along; without one in time the decision is asked for all the same", async () => {
  const entra = { clientId: "c", authority: "https://login.example/t", scope: "s" };
  const host = outlook(one());
  host.token = () => Promise.resolve("token-1");
  const requests = load(host, () => http(200, ALLOW), rendered({ entra }));
  await host.send();
  host.token = never;
  host.draft = one();
  assert.equal((await host.send()).sent, true);
  assert.deepEqual(
    requests.map((each) => each.headers.Authorization),
    ["Bearer token-1", undefined],
  );
});

test("where the page has nested app authentication it is asked first, and Office after it", async () => {
  const entra = { clientId: "c", authority: "https://login.example/t", scope: "s" };
  const asked: unknown[] = [];
  let nested = () => Promise.resolve("nested");
  const page = { atesakiNestedToken: (given: unknown) => (asked.push(given), nested()) };
  const host = outlook(one());
  host.token = () => Promise.resolve("office");
  const requests = load(host, () => http(200, ALLOW), rendered({ entra }), page);
  await host.send();
  nested = () => Promise.reject(new Error("no_account_error"));
  host.draft = one();
  await host.send();
  assert.deepEqual(
    requests.map((each) => each.headers.Authorization),
    ["Bearer nested", "Bearer office"],
  );
  assert.equal(JSON.stringify(asked[0]), JSON.stringify(entra));
});

test("names and subjects with control characters and broken surrogates arrive clean", async () => {
  const person = { emailAddress: "a@example.com", displayName: "A\u0000\tB", recipientType: "user" };
  const host = outlook(draft({ to: [person], subject: "x\ud83d" }));
  const [request] = await after(host, () => http(200, ALLOW));
  assert.deepEqual(body(request).message?.to, [{ address: "a@example.com", name: "A  B", kind: "person" }]);
  assert.equal(body(request).message?.subject, "x\ufffd");
});
