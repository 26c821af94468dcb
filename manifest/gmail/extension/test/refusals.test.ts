/** A mail that was refused doesn't become sendable because the network fails. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { refusedPrint } from "../src/refusals.ts";
import { answer } from "./fakes.ts";
import { Desk, VOLUNTEERS, blocked, settled, until } from "./desk.ts";

const FAILS = () => Promise.reject(Object.assign(new Error(), { reason: "timeout" }));

async function refusedDesk(given = blocked()): Promise<Desk> {
  const desk = new Desk();
  desk.mail.fields.to = VOLUNTEERS;
  desk.worker.decides = () => Promise.resolve(given);
  desk.mail.press();
  await desk.shown();
  desk.dialog.actions.keepDraft();
  await until(() => desk.worker.outcomes.includes("cancelled"));
  desk.worker.decides = FAILS;
  return desk;
}

async function heldAs(desk: Desk): Promise<string> {
  const before = desk.dialogs.length;
  desk.mail.press();
  await until(() => desk.dialogs.length > before);
  assert.equal(await desk.shown(), "unchecked");
  const { last } = desk.dialog;
  return last?.state === "unchecked" ? (last.held ?? "") : "";
}

test("a blocked mail waits for the check, whatever the organization says about other mails", async () => {
  for (const given of [blocked(), answer("warn", { release: "second_check" })]) {
    const desk = await refusedDesk(given);
    assert.equal(await heldAs(desk), "until_changed");
    assert.equal(desk.worker.reports.at(-1)?.action, "held");
  }
});

test("a mail that was only warned about may go by its sender's word", async () => {
  const desk = await refusedDesk(answer("warn", { release: "acknowledge" }));
  assert.equal(await heldAs(desk), "until_acknowledged");
});

test("another text or another order is no change that counts", async () => {
  const desk = await refusedDesk();
  desk.mail.body = "Dear all";
  desk.mail.fields.to = VOLUNTEERS.map((each) => each.toUpperCase()).reverse();
  assert.equal(await heldAs(desk), "until_changed");
});

test("a mail that was mended goes without the check, which is the way out of an outage", async () => {
  const desk = await refusedDesk();
  desk.mail.fields = { to: [], cc: [], bcc: VOLUNTEERS };
  desk.mail.press();
  await until(() => desk.mail.sent.length === 1);
});

test("the last answer counts: what was allowed since is refused no longer", async () => {
  const desk = await refusedDesk();
  desk.worker.decides = () => Promise.resolve(answer("allow"));
  desk.mail.press();
  await until(() => desk.mail.sent.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  desk.worker.decides = FAILS;
  assert.equal(await heldAs(desk), "until_acknowledged");
});

test("a mail that was refused on another page is refused here, too", async () => {
  const desk = await refusedDesk(answer("warn", { release: "acknowledge" }));
  const { message } = desk.worker.asked.at(-1) ?? {};
  assert.ok(message);
  desk.worker.refusedElsewhere = [{ print: refusedPrint(message), byBcc: false }];
  assert.equal(await heldAs(desk), "until_changed");
});

test("a refusal that comes late counts before the sender's tick", async () => {
  const desk = new Desk();
  desk.mail.fields.to = VOLUNTEERS;
  desk.worker.decides = FAILS;
  desk.mail.press();
  assert.equal(await desk.shown(), "unchecked");
  const { message } = desk.worker.asked.at(-1) ?? {};
  assert.ok(message);
  desk.answers.note(message, blocked());
  desk.worker.decides = () => Promise.resolve(blocked());
  desk.dialog.actions.sendUnchecked?.();
  await until(() => desk.dialog.last?.state === "judged");
  await settled();
  assert.deepEqual(desk.mail.sent, []);
});
