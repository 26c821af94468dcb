/** The built script in the engine of classic Outlook: what it tells the backend of a message and its sender. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ALLOW, BLOCK, CROWD } from "./answers.ts";
import type { Backend, Request } from "./classic_engine.ts";
import { http, load, rendered } from "./classic_engine.ts";
import type { FakeHost } from "./fake/host.ts";
import { draft, entries } from "./fake/item.ts";
import { body, never, one, outlook } from "./sending.ts";

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

test("a field that can't be read is named, not passed off as empty", async () => {
  const host = outlook();
  host.calls.faults.set("to.getAsync", "hang");
  const [request] = await after(host, () => http(200, BLOCK));
  assert.deepEqual(body(request).message?.truncated, ["to"]);
});

test("where Outlook tells no From, the account is the sender", async () => {
  const host = outlook(draft({ to: entries("a@example.com"), from: null }));
  const [request] = await after(host, () => http(200, ALLOW));
  assert.deepEqual(body(request).message?.sender, { address: "staff@hall.example", name: null });
});

test("where Outlook tells a directory name for From, the account is the sender", async () => {
  const emailAddress =
    "/o=ExchangeLabs/ou=Exchange Administrative Group (FYDIBOHF23SPDLT)/cn=Recipients/cn=1c2ee";
  const from = { emailAddress, displayName: "職員" };
  const [request] = await after(outlook(draft({ to: entries("a@example.com"), from })), () =>
    http(200, ALLOW),
  );
  assert.deepEqual(body(request).message?.sender, { address: "staff@hall.example", name: "職員" });
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

test("an attached message, whose size is another at every reading, is told without one", async () => {
  const file = { id: "0", name: "a.pdf", size: 1234, attachmentType: "file", isInline: false };
  const item = { id: "1", name: "Fw: お知らせ", size: 40_961, attachmentType: "item", isInline: false };
  const host = outlook(draft({ to: entries("a@example.com"), attachments: [file, item] }));
  const [request] = await after(host, () => http(200, ALLOW));
  assert.deepEqual(body(request).message?.attachments, [
    { name: "a.pdf", size: 1234, inline: false },
    { name: "Fw: お知らせ", size: 0, inline: false },
  ]);
});

test("a recipient longer than the API takes is cut, not a reason to refuse all of them", async () => {
  const pasted = "taro@example.com ".repeat(80);
  const [request] = await after(outlook(draft({ to: entries("a@x.jp", pasted) })), () => http(200, ALLOW));
  const addresses = (body(request).message?.to as { address: string }[]).map((each) => each.address);
  assert.deepEqual(addresses, ["a@x.jp", pasted.slice(0, 1000)]);
});

test("a contact group with an empty address is an unknown distribution list", async () => {
  const group = { emailAddress: "", displayName: "ボランティア", recipientType: "other" };
  const host = outlook(draft({ to: [group] }));
  const [request] = await after(host, () => http(200, ALLOW));
  assert.deepEqual(body(request).message?.to, [
    { address: "", name: "ボランティア", kind: "distribution_list" },
  ]);
});

test("a message that Outlook says is to nobody has recipients that it keeps back", async () => {
  const requests = await after(outlook(draft()), () => http(200, ALLOW));
  assert.deepEqual(body(requests[0]).message?.truncated, ["to"]);
  const hidden = await after(outlook(draft({ bcc: entries("a@example.com") })), () => http(200, ALLOW));
  assert.deepEqual(body(hidden[0]).message?.truncated, []);
});

test("names and subjects with control characters and broken surrogates arrive clean", async () => {
  const person = { emailAddress: "a@example.com", displayName: "A\u0000\tB", recipientType: "user" };
  const host = outlook(draft({ to: [person], subject: "x\ud83d" }));
  const [request] = await after(host, () => http(200, ALLOW));
  assert.deepEqual(body(request).message?.to, [{ address: "a@example.com", name: "A  B", kind: "person" }]);
  assert.equal(body(request).message?.subject, "x\ufffd");
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
