/** A meeting from Send to the pane: told in its own words, its attendees changed, and nobody ever "moved to Bcc". */

import assert from "node:assert/strict";
import { test } from "node:test";
import { moveToBcc, removeRecipients, undo } from "../pane/fix.ts";
import { officeHost } from "../src/host.ts";
import { ALLOW, BLOCK, CROWD } from "./answers.ts";
import { http, load, rendered } from "./classic_engine.ts";
import type { Draft } from "./fake/item.ts";
import { draft, entries } from "./fake/item.ts";
import { body, never, outlook } from "./sending.ts";

const INDIVIDUALLY = [{ kind: "send_individually", recipients: CROWD }] as const;
const SENDER = { emailAddress: "staff@hall.example", displayName: "職員" };

const meeting = (given: Partial<Draft> = {}): Draft =>
  draft({ itemType: "appointment", to: entries(...CROWD), cc: entries("room@hall.example"), ...given });

for (const [language, button] of [
  ["ja-JP", "出席者を確認"],
  ["en-US", "Review attendees"],
] as const) {
  test(`in ${language} the dialog of a meeting speaks of attendees`, async () => {
    const host = outlook(meeting());
    host.language = language;
    load(host, () => http(200, { ...BLOCK, remedies: INDIVIDUALLY }));
    const { sent, dialog, completions } = await host.send("onAppointmentSend");
    assert.equal(sent, false);
    assert.equal(completions, 1);
    assert.deepEqual(dialog?.buttons, [button]);
    assert.equal(dialog.commandId, "atesakiMeetingPane");
    assert.deepEqual(host.errors, []);
  });
}

for (const [language, text] of [
  ["ja-JP", /外部の出席者が互いに見えないか/],
  ["en-US", /This meeting could not be checked. Look at the attendees/],
] as const) {
  test(`in ${language} a meeting that could not be checked is told as one`, async () => {
    const host = outlook(meeting());
    host.language = language;
    load(host, never);
    const { dialog } = await host.send("onAppointmentSend");
    assert.match(dialog?.text ?? "", text);
    assert.doesNotMatch(dialog?.text ?? "", /宛先|CC|\bCc\b|\bTo\b/);
  });
}

test("a meeting that is held until the server answers is no message", async () => {
  const host = outlook(meeting());
  host.language = "en-US";
  load(host, never, rendered({ onRisk: "hold" }));
  const { dialog } = await host.send("onAppointmentSend");
  assert.match(dialog?.text ?? "", /^This meeting could not be checked and has not been sent/);
});

test("an exception in every Office call ends in the words for a meeting, too", async () => {
  const host = outlook(meeting());
  host.calls.faults.set("*", "throw");
  load(host, never);
  const { dialog, completions } = await host.send("onAppointmentSend");
  assert.equal(completions, 1);
  assert.match(dialog?.text ?? "", /外部の出席者/);
});

test("a meeting with nobody in it is sent: Outlook keeps no attendee back", async () => {
  const host = outlook(meeting({ to: [], cc: [] }));
  const requests = load(host, () => http(200, ALLOW));
  assert.equal((await host.send("onAppointmentSend")).sent, true);
  const { message } = body(requests[0]);
  assert.deepEqual([message?.to, message?.cc, message?.bcc, message?.truncated], [[], [], [], []]);
});

function opened(start: Draft): { host: ReturnType<typeof officeHost>; start: Draft } {
  Object.assign(globalThis, outlook(start, "web").globals());
  return { host: officeHost({ read: 200, write: 200, token: 200 }), start };
}

test("nobody in a meeting is moved to Bcc, and its attendees stay as they are", async () => {
  const { host, start } = opened(meeting());
  await assert.rejects(moveToBcc(host, CROWD, SENDER, 1000));
  assert.deepEqual(
    start.to.map((each) => each.emailAddress),
    CROWD,
  );
  assert.deepEqual(
    start.cc.map((each) => each.emailAddress),
    ["room@hall.example"],
  );
});

test("attendees are removed, and undo brings each back to where they were", async () => {
  const { host, start } = opened(meeting({ cc: entries("room@hall.example", "a@x.jp") }));
  const change = await removeRecipients(host, [...CROWD.slice(1), "a@x.jp"], 1000);
  assert.deepEqual(
    start.to.map((each) => each.emailAddress),
    CROWD.slice(0, 1),
  );
  assert.deepEqual(
    start.cc.map((each) => each.emailAddress),
    ["room@hall.example"],
  );
  await undo(host, change, 1000);
  assert.deepEqual(
    start.to.map((each) => each.emailAddress),
    CROWD,
  );
  assert.deepEqual(
    start.cc.map((each) => each.emailAddress),
    ["room@hall.example", "a@x.jp"],
  );
});
