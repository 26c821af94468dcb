/** The way out of an outage in the dialog itself: whom the local rule sees can be moved to Bcc, then sent by a press. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { answer } from "./fakes.ts";
import { Desk, VOLUNTEERS, blocked, settled, until } from "./desk.ts";

const FAILS = () => Promise.reject(Object.assign(new Error(), { reason: "timeout" }));

/** A desk whose mail is held because the backend has failed since it said `given`. */
async function heldDesk(given = blocked()): Promise<Desk> {
  const desk = new Desk();
  desk.mail.fields.to = ["boss@hall.example", ...VOLUNTEERS];
  desk.worker.decides = () => Promise.resolve(given);
  desk.mail.press();
  await desk.shown();
  desk.worker.decides = FAILS;
  desk.dialog.actions.checkAgain();
  await until(() => desk.dialog.last?.state === "unchecked");
  return desk;
}

function offered(desk: Desk): readonly string[] {
  const { last } = desk.dialog;
  return last?.state === "unchecked" ? (last.movable ?? []) : [];
}

test("outsiders who would see each other can be moved to Bcc, and nothing goes by itself", async () => {
  for (const given of [blocked(), answer("warn", { release: "acknowledge" })]) {
    const desk = await heldDesk(given);
    assert.deepEqual(offered(desk), VOLUNTEERS);
    desk.dialog.actions.moveToBcc();
    await until(() => desk.dialog.last?.state === "unchecked" && desk.dialog.last.held === "until_pressed");
    assert.deepEqual(desk.mail.fields, { to: ["boss@hall.example"], cc: [], bcc: VOLUNTEERS });
    assert.equal(desk.dialog.last?.notice, "26 people are now in Bcc.");
    await settled();
    assert.deepEqual(desk.mail.sent, []);
    assert.equal(desk.worker.reports.at(-1)?.action, "prompted");
    desk.dialog.actions.sendUnchecked?.();
    await until(() => desk.mail.sent.length === 1);
  }
});

test("a refusal that moving to Bcc would not mend offers no such fix", async () => {
  const desk = await heldDesk(answer("block", { release: "never" }));
  assert.deepEqual(offered(desk), []);
});

test("one outsider sees no other, and what is half typed can't be moved", async () => {
  const desk = new Desk();
  desk.worker.told = { ...desk.worker.told, rule: { internalDomains: ["hall.example"], peopleThreshold: 1 } };
  desk.worker.decides = FAILS;
  desk.mail.fields.to = ["a@x.jp", "taro@", "boss@hall.example"];
  desk.mail.press();
  assert.equal(await desk.shown(), "unchecked");
  assert.deepEqual(offered(desk), []);
});

test("what was moved during the outage can be undone", async () => {
  const desk = await heldDesk();
  desk.dialog.actions.moveToBcc();
  await until(() => desk.dialog.last?.undo === true);
  desk.dialog.actions.undo();
  await until(() => desk.dialog.last?.undo === false && desk.dialog.last.state === "unchecked");
  assert.deepEqual(desk.mail.fields.bcc, []);
  assert.deepEqual(offered(desk), VOLUNTEERS);
});
