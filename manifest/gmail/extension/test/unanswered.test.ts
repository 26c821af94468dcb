/** A press of Send whose answer came too late or not at all, and what is asked after it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "@atesaki/common/src/wire.ts";
import { Desk, VOLUNTEERS, settled, until } from "./desk.ts";
import { answer } from "./fakes.ts";

const MINUTE = 60_000;
const RELEASED = answer("allow", { released_by: { decision_id: "d0" } });
const HELD = answer("block", { release: "second_check" });

function failure(reason: string, status = 0): Promise<Answer> {
  return Promise.reject(Object.assign(new Error(reason), { reason, status }));
}

/** A desk whose mail was let go by an answer that never came. */
async function unheard(): Promise<Desk> {
  const desk = new Desk();
  desk.mail.fields.to = VOLUNTEERS;
  desk.worker.decides = () => failure("timeout");
  desk.mail.press();
  assert.equal(await desk.shown(), "unchecked");
  desk.worker.decides = () => Promise.resolve(RELEASED);
  return desk;
}

/** Under which key the backend was asked, each key by its order, and whether the worker was told that it is an old one. */
function asked({ worker }: Desk): string[] {
  const keys = [...new Set(worker.asked.map(({ under }) => under?.key))];
  return worker.asked.map(({ under }) => `${keys.indexOf(under?.key)}${under?.again ? " again" : ""}`);
}

async function closed(desk: Desk): Promise<void> {
  desk.dialog.actions.keepDraft();
  await until(() => !desk.dialog.isOpen);
  await settled();
}

test("the next press of the same mail asks under the same key, and the press after it under another", async () => {
  const desk = await unheard();
  await closed(desk);
  desk.mail.press();
  await until(() => desk.mail.sent.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  desk.mail.press();
  await until(() => desk.worker.asked.length === 3);
  assert.deepEqual(asked(desk), ["0", "0 again", "1"]);
});

test("checking again shows what became of the press, and Send goes by it", async () => {
  const desk = await unheard();
  desk.dialog.actions.checkAgain();
  await until(() => desk.dialog.last?.state === "judged");
  await settled();
  assert.deepEqual(desk.mail.sent, [], "nothing goes by itself");
  desk.dialog.actions.send?.();
  await until(() => desk.mail.sent.length === 1);
  assert.deepEqual(asked(desk), ["0", "0 again", "0 again"]);
  assert.deepEqual(
    desk.worker.asked.map((each) => each.composing),
    [false, true, false],
  );
});

test("a changed mail is another one, and changed back it is the first again", async () => {
  const desk = await unheard();
  await closed(desk);
  desk.worker.decides = () => Promise.resolve(HELD);
  desk.mail.subject = "changed";
  desk.mail.press();
  await desk.shown();
  await closed(desk);
  desk.mail.subject = "";
  desk.worker.decides = () => Promise.resolve(RELEASED);
  desk.mail.press();
  await until(() => desk.mail.sent.length === 1);
  assert.deepEqual(asked(desk), ["0", "1", "0 again"]);
});

test("an answer that holds ends the press", async () => {
  const desk = await unheard();
  await closed(desk);
  desk.worker.decides = () => Promise.resolve(HELD);
  for (const before of [1, 2]) {
    desk.mail.press();
    await until(() => desk.worker.asked.length > before);
    await until(() => desk.dialog.last?.state === "judged");
    await closed(desk);
  }
  assert.deepEqual(asked(desk), ["0", "0 again", "1"]);
});

test("a press too old for the backend to know is forgotten, and so is one that is from the future", async () => {
  for (const time of [15 * MINUTE, -1]) {
    const desk = await unheard();
    await closed(desk);
    desk.time = time;
    desk.mail.press();
    await until(() => desk.mail.sent.length === 1);
    assert.deepEqual(asked(desk), ["0", "1"]);
  }
});

test("a key that the backend knows for another mail is given up at once", async () => {
  const desk = await unheard();
  await closed(desk);
  desk.worker.decides = () =>
    desk.worker.asked.at(-1)?.under?.again ? failure("http_4xx", 422) : Promise.resolve(HELD);
  desk.mail.press();
  await until(() => desk.dialog.last?.state === "judged");
  assert.deepEqual(asked(desk), ["0", "0 again", "1"]);
});

test("while the first try is under way the mail waits, and its key with it", async () => {
  const desk = await unheard();
  await closed(desk);
  desk.worker.decides = () => failure("http_4xx", 409);
  desk.mail.press();
  assert.equal(await desk.shown(), "unchecked");
  await closed(desk);
  desk.worker.decides = () => Promise.resolve(RELEASED);
  desk.mail.press();
  await until(() => desk.mail.sent.length === 1);
  assert.deepEqual(asked(desk), ["0", "0 again", "0 again"]);
});

test("where Gmail did not take our press, the next one goes by the same answer", async () => {
  const desk = new Desk();
  desk.mail.fields.to = VOLUNTEERS;
  desk.worker.decides = () => Promise.resolve(RELEASED);
  desk.mail.stuck = true;
  desk.mail.press();
  assert.equal(await desk.shown(), "unchecked");
  desk.mail.stuck = false;
  await closed(desk);
  desk.mail.press();
  await until(() => desk.mail.sent.length === 1);
  assert.deepEqual(asked(desk), ["0", "0 again"]);
});
