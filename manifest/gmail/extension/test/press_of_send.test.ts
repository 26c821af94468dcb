/** One press of Send from beginning to end, without a page: what goes is what was decided, once. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "@atesaki/common/src/wire.ts";
import { wordsFor } from "../src/words.ts";
import { answer } from "./fakes.ts";

import { Desk, VOLUNTEERS, blocked, settled, until } from "./desk.ts";

test("an allowed mail goes once, in the way that was pressed, however often it is pressed", async () => {
  const desk = new Desk();
  desk.mail.fields.to = ["boss@hall.example"];
  desk.mail.press("send_and_archive");
  desk.mail.press("send_and_archive");
  await until(() => desk.mail.sent.length > 0);
  desk.mail.press("send_and_archive");
  await settled();
  assert.deepEqual(
    desk.mail.sent.map((each) => each.kind),
    ["send_and_archive"],
  );
  assert.deepEqual(desk.worker.outcomes, ["sent"]);
});

test("nothing goes while it is undecided", async () => {
  const desk = new Desk();
  desk.worker.decides = () => new Promise(() => undefined);
  desk.mail.fields.to = VOLUNTEERS;
  desk.mail.press();
  await settled();
  desk.mail.press();
  assert.deepEqual(desk.mail.sent, []);
});

test("what was waited for before asking is no longer waited for the answer", async () => {
  const desk = new Desk();
  desk.ready = () => {
    desk.time += 1_900;
    return Promise.resolve();
  };
  desk.worker.decides = () => new Promise(() => undefined);
  desk.mail.fields.to = VOLUNTEERS;
  const pressed = performance.now();
  desk.mail.press();
  assert.equal(await desk.shown(), "unchecked");
  assert.ok(performance.now() - pressed < 1_000);
});

test("an answer given while composing lets the identical mail go at once, and Send is recorded all the same", async () => {
  const desk = new Desk();
  desk.mail.fields.to = ["a@x.jp"];
  desk.remember("allow");
  desk.worker.decides = () => new Promise(() => undefined);
  desk.mail.press();
  await until(() => desk.mail.sent.length === 1);
  assert.deepEqual(
    desk.worker.asked.map((each) => each.composing),
    [false],
  );
});

test("an answer given for another mail is worth nothing", async () => {
  const desk = new Desk();
  desk.mail.fields.to = ["a@x.jp"];
  desk.remember("allow");
  desk.mail.fields.cc = ["b@y.com"];
  desk.worker.decides = () => Promise.resolve(blocked());
  desk.mail.press();
  assert.equal(await desk.shown(), "judged");
  assert.deepEqual(desk.mail.sent, []);
});

test("a warning given while composing is asked for anew, since only Send's own can be released", async () => {
  const desk = new Desk();
  desk.mail.fields.to = VOLUNTEERS;
  desk.remember("block");
  desk.worker.decides = () => Promise.resolve(blocked());
  desk.mail.press();
  await desk.shown();
  assert.equal(desk.worker.asked.length, 1);
});

test("everybody moves to Bcc, it is asked again, and a press in the dialog sends", async () => {
  const desk = new Desk();
  desk.mail.fields = { to: VOLUNTEERS.slice(0, 20), cc: VOLUNTEERS.slice(20), bcc: [] };
  desk.worker.decides = (message) => Promise.resolve(message.to.length > 1 ? blocked() : answer("allow"));
  desk.mail.press();
  await desk.shown();
  desk.dialog.actions.moveToBcc();
  await until(() => desk.worker.outcomes.includes("fixed"));
  assert.equal(await desk.shown(), "judged");
  assert.deepEqual(desk.mail.sent, []);
  assert.equal(desk.worker.asked.at(-1)?.composing, true, "nothing goes by this answer");
  desk.dialog.actions.send?.();
  await until(() => desk.mail.sent.length === 1);
  const { to, cc, bcc } = desk.mail.fields;
  assert.deepEqual([to, cc, bcc.toSorted()], [["staff@hall.example"], [], VOLUNTEERS.toSorted()]);
  await until(() => desk.worker.outcomes.includes("sent"));
});

test("a release is recorded before the mail goes, and a mail whose release is not recorded stays", async () => {
  const desk = new Desk();
  desk.mail.fields.to = VOLUNTEERS;
  desk.worker.decides = () => Promise.resolve(desk.worker.releases.length > 0 ? answer("allow") : blocked());
  desk.worker.takesRelease = false;
  desk.mail.press();
  await desk.shown();
  desk.dialog.actions.justify("because");
  await until(() => desk.dialog.last?.notice === wordsFor("en").notRecorded);
  assert.deepEqual(desk.mail.sent, []);
  desk.worker.takesRelease = true;
  desk.dialog.actions.justify("because");
  await until(() => desk.mail.sent.length === 1);
  await until(() => desk.worker.outcomes.includes("sent_anyway"));
});

test("a mail that changes between the answer and Gmail is asked about again", async () => {
  const desk = new Desk();
  desk.mail.fields.to = ["boss@hall.example"];
  desk.worker.decides = (message) => Promise.resolve(message.to.length > 1 ? blocked() : answer("allow"));
  desk.mail.beforeResend = () => {
    desk.mail.fields.to = ["boss@hall.example", ...VOLUNTEERS];
  };
  desk.mail.press();
  assert.equal(await desk.shown(), "judged");
  assert.deepEqual(desk.mail.sent, []);
});

test("a mail that never stops changing is held", async () => {
  const desk = new Desk();
  desk.mail.fields.to = VOLUNTEERS;
  desk.worker.decides = () => {
    desk.mail.subject += "x";
    return Promise.resolve(answer("allow"));
  };
  desk.mail.press();
  assert.equal(await desk.shown(), "unchecked");
  assert.deepEqual(desk.mail.sent, []);
});

test("without an answer a risky mail waits for its sender's word, and a harmless one goes", async () => {
  const desk = new Desk();
  desk.worker.decides = () => Promise.reject(Object.assign(new Error(), { reason: "http_5xx" }));
  desk.mail.fields.to = VOLUNTEERS;
  desk.mail.press();
  assert.equal(await desk.shown(), "unchecked");
  assert.deepEqual(desk.worker.reports, [
    { at: "1970-01-01T00:00:00.000Z", reason: "http_5xx", action: "prompted", people: 26 },
  ]);
  desk.dialog.actions.sendUnchecked?.();
  await until(() => desk.mail.sent.length === 1);

  const harmless = new Desk();
  harmless.worker.decides = desk.worker.decides;
  harmless.mail.fields.to = ["boss@hall.example"];
  harmless.mail.press();
  await until(() => harmless.mail.sent.length === 1);
  assert.equal(harmless.worker.reports[0]?.action, "allowed");
});

test("a mail that can't be read is held, and goes only by its sender's word", async () => {
  const desk = new Desk();
  desk.mail.broken = true;
  desk.mail.press();
  assert.equal(await desk.shown(), "unchecked");
  desk.dialog.actions.sendUnchecked?.();
  await until(() => desk.mail.sent.length === 1 || desk.mail.broken);
  desk.mail.broken = false;
  await settled();
  assert.ok(desk.mail.sent.length <= 1);
});

test("where the organization wants it, nobody's word replaces the check", async () => {
  const desk = new Desk();
  desk.worker.told = { ...desk.worker.told, onRisk: "hold" };
  desk.worker.decides = () => Promise.reject(new Error());
  desk.mail.fields.to = VOLUNTEERS;
  desk.mail.press();
  await desk.shown();
  assert.equal(desk.dialog.last?.state === "unchecked" && desk.dialog.last.held, "until_checked");
});

test("without a worker nothing goes, not even a harmless mail", async () => {
  const desk = new Desk();
  desk.worker.isAlive = false;
  desk.mail.fields.to = ["boss@hall.example"];
  desk.mail.press();
  assert.equal(await desk.shown(), "reload");
  assert.deepEqual(desk.mail.sent, []);
});

test("a press of Send that Gmail never hears is said, and the next one is asked about again", async () => {
  const desk = new Desk();
  desk.mail.stuck = true;
  desk.mail.fields.to = ["boss@hall.example"];
  desk.mail.press();
  assert.equal(await desk.shown(), "unchecked");
  assert.equal(desk.dialog.last?.notice, wordsFor("en").notAccepted);
  desk.dialog.actions.keepDraft();
  await settled();
  desk.mail.stuck = false;
  desk.mail.press();
  await until(() => desk.mail.sent.length === 1);
});

test("a draft that is kept while the answer is awaited stays, though it would be allowed", async () => {
  const desk = new Desk();
  let answered: (given: Answer) => void = () => undefined;
  desk.worker.decides = () => new Promise((resolve) => (answered = resolve));
  desk.mail.fields.to = ["boss@hall.example"];
  desk.mail.press();
  await until(() => desk.dialog.last?.state === "checking");
  desk.dialog.actions.keepDraft();
  answered(answer("allow"));
  await until(() => desk.worker.outcomes.includes("cancelled"));
  assert.deepEqual(desk.mail.sent, []);
  desk.worker.decides = () => Promise.resolve(answer("allow"));
  desk.mail.press();
  await until(() => desk.mail.sent.length === 1);
});

test("keeping the draft is told, and Send can be pressed again", async () => {
  const desk = new Desk();
  desk.worker.decides = () => Promise.resolve(blocked());
  desk.mail.fields.to = VOLUNTEERS;
  desk.mail.press();
  await desk.shown();
  desk.dialog.actions.keepDraft();
  await until(() => desk.worker.outcomes.includes("cancelled"));
  desk.mail.press();
  assert.equal(await desk.shown(), "judged");
  assert.equal(desk.dialogs.length, 2);
});

test("a decision too old to be released is asked for anew", async () => {
  const desk = new Desk();
  let asked = 0;
  desk.worker.decides = () => Promise.resolve(answer("block", { decision_id: `d${String((asked += 1))}` }));
  const refusal = Object.assign(new Error("410"), { reason: "http_4xx", status: 410 });
  const released: string[] = [];
  desk.worker.release = (id) => {
    released.push(id);
    return id === "d1" ? Promise.reject(refusal) : Promise.resolve(null);
  };
  desk.mail.press();
  await desk.shown();
  desk.dialog.actions.justify("a reason");
  await until(() => asked === 2);
  await desk.shown();
  const { last } = desk.dialog;
  assert.equal(last?.state === "judged" && last.notice, wordsFor("en").notRecorded);
  desk.worker.decides = () => Promise.resolve(answer("allow"));
  desk.dialog.actions.justify("a reason");
  await until(() => desk.mail.sent.length === 1);
  assert.deepEqual(released, ["d1", "d2"]);
});
