/** The second check at a press of Send: the mail stays until the backend lets it go, whatever is asked and answered. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answer } from "@atesaki/common/src/wire.ts";
import { wordsFor } from "../src/words.ts";
import { Desk, VOLUNTEERS, settled, until } from "./desk.ts";
import { answer, secondCheck } from "./fakes.ts";

const HELD = answer("block", { release: "second_check" });

/** A desk whose mail is held until the backend says `answers.next`. */
async function heldDesk(): Promise<{ desk: Desk; answers: { next: () => Promise<Answer> } }> {
  const answers = { next: () => Promise.resolve(HELD) };
  const desk = new Desk();
  desk.worker.decides = () => answers.next();
  desk.mail.fields.to = VOLUNTEERS;
  desk.mail.press();
  assert.equal(await desk.shown(), "judged");
  return { desk, answers };
}

test("a colleague is asked in the sender's name, and the mail stays whatever they say", async () => {
  const { desk } = await heldDesk();
  const { secondChecks } = desk.dialog.actions;
  assert.equal(await secondChecks.state("d1"), null);
  assert.equal((await secondChecks.ask("d1", "please")).state, "waiting");
  assert.deepEqual(desk.worker.notes, ["staff@hall.example: please"]);
  desk.worker.check = secondCheck("granted");
  assert.equal((await secondChecks.state("d1"))?.state, "granted");
  desk.dialog.actions.send?.();
  await settled();
  assert.equal(await desk.shown(), "judged");
  assert.deepEqual(desk.mail.sent, []);
});

test("the request is withdrawn in the sender's name, and the mail stays", async () => {
  const { desk } = await heldDesk();
  const { secondChecks } = desk.dialog.actions;
  await secondChecks.ask("d1", null);
  await secondChecks.withdraw("d1");
  assert.equal(desk.worker.notes.at(-1), "staff@hall.example: withdraws d1");
  assert.equal(await secondChecks.state("d1"), null);
  assert.deepEqual(desk.mail.sent, []);
});

test("what a colleague has granted goes once the backend lets it go", async () => {
  const { desk, answers } = await heldDesk();
  answers.next = () => Promise.resolve(answer("allow"));
  desk.dialog.actions.send?.();
  await until(() => desk.worker.outcomes.includes("sent"));
  assert.equal(desk.mail.sent.length, 1);
});

async function closedAndPressedAgain(desk: Desk): Promise<void> {
  desk.dialog.actions.keepDraft();
  await until(() => !desk.dialog.isOpen);
  await settled();
  const before = desk.dialogs.length;
  desk.mail.press();
  await until(() => desk.dialogs.length > before && desk.dialog.last?.state === "judged");
}

test("closing the dialog while a colleague is asked loses nothing, and what they say comes into the open one", async () => {
  const { desk } = await heldDesk();
  await desk.dialog.actions.secondChecks.ask("d1", null);
  await closedAndPressedAgain(desk);
  const { secondChecks } = desk.dialog.actions;
  assert.equal((await secondChecks.state("d2"))?.state, "waiting");
  desk.worker.check = secondCheck("declined", { comment: "Not her" });
  assert.equal((await secondChecks.state("d2"))?.comment, "Not her");
  assert.deepEqual(desk.mail.sent, []);
});

test("a decision too old to be asked about is judged anew, and nobody is asked about another one unseen", async () => {
  const { desk, answers } = await heldDesk();
  answers.next = () => Promise.resolve({ ...HELD, decision_id: "d2" });
  const refusal = Object.assign(new Error("410"), { reason: "http_4xx", status: 410 });
  desk.worker.askSecondCheck = () => Promise.reject(refusal);
  await assert.rejects(async () => desk.dialog.actions.secondChecks.ask("d1", null));
  await until(() => desk.dialog.last?.state === "judged" && desk.dialog.last.answer.decision_id === "d2");
  assert.equal(desk.dialog.last?.notice, wordsFor("en").secondCheck.askAnew);
});

test("asked too often, the sender is told so where they asked, and nothing is judged anew", async () => {
  const { desk } = await heldDesk();
  desk.worker.askSecondCheck = () =>
    Promise.reject(Object.assign(new Error("429"), { reason: "http_4xx", status: 429 }));
  await assert.rejects(async () => desk.dialog.actions.secondChecks.ask("d1", null));
  await settled();
  assert.equal(desk.worker.asked.length, 1);
});

test("checking again uses up no second check: only pressing Send does", async () => {
  const { desk } = await heldDesk();
  desk.dialog.actions.checkAgain();
  await until(() => desk.worker.asked.length === 2);
  desk.dialog.actions.send?.();
  await until(() => desk.worker.asked.length === 3);
  assert.deepEqual(
    desk.worker.asked.map((each) => each.composing),
    [false, true, false],
  );
});

test("while the backend is away a mail that waits for a colleague is held, though they have granted it", async () => {
  const { desk, answers } = await heldDesk();
  desk.worker.check = secondCheck("granted");
  answers.next = () => Promise.reject(Object.assign(new Error(), { reason: "timeout" }));
  desk.dialog.actions.send?.();
  await until(() => desk.dialog.last?.state === "unchecked");
  assert.equal(desk.dialog.last?.state === "unchecked" && desk.dialog.last.held, "until_changed");
  assert.deepEqual(desk.mail.sent, []);
});
