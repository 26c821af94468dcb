/** The pane's session against the fake Outlook and a scripted API: from the dialog to "press Send". */

import assert from "node:assert/strict";
import { test } from "node:test";
import { messagePrint } from "@atesaki/common/src/fingerprint.ts";
import { stringsFor } from "@atesaki/common/src/strings.ts";
import type { Answer } from "@atesaki/common/src/wire.ts";
import { officeHost } from "../src/host.ts";
import { readMessage } from "../src/reading.ts";
import { ALLOW, BLOCK, warn } from "./answers.ts";
import { CONFIG } from "./classic_engine.ts";
import { entries } from "./fake/item.ts";
import { crowd, open } from "./open_pane.ts";

test("the pane shows the dialog's own decision without asking again", async () => {
  const opened = open(crowd(), () => ALLOW);
  const message = await readMessage(officeHost({ read: 200, write: 200, token: 200 }), CONFIG);
  opened.draft.context = JSON.stringify({ print: messagePrint(message), answer: BLOCK });
  await opened.session.start();
  const last = opened.shown.at(-1);
  assert.equal(last?.state === "judged" && last.answer.decision_id, BLOCK.decision_id);
  assert.deepEqual(opened.said, []);
});

test("a message that changed since the dialog is judged anew", async () => {
  const opened = open(crowd(), () => ALLOW);
  opened.draft.context = JSON.stringify({ print: "0123456789abcdef", answer: BLOCK });
  await opened.session.start();
  const last = opened.shown.at(-1);
  assert.equal(last?.state === "judged" && last.answer.action, "allow");
  assert.deepEqual(opened.said, ["check compose"]);
});

test("a context that makes no sense is asked for again, never trusted", async () => {
  const opened = open(crowd(), () => BLOCK);
  opened.draft.context = '{"answer":{"action":"allow"},"print":';
  await opened.session.start();
  const last = opened.shown.at(-1);
  assert.equal(last?.state === "judged" && last.answer.action, "block");
});

test("Move to Bcc moves, reports fixed, checks by itself and offers undo", async () => {
  const opened = open(crowd(), ({ message }) => (message.to.length > 1 ? BLOCK : ALLOW));
  await opened.session.start();
  const settled = opened.settled();
  opened.session.moveToBcc();
  const shown = await settled;
  assert.equal(shown.state === "judged" && shown.answer.action, "allow");
  assert.equal(shown.notice, "26 人を BCC に移しました。");
  assert.equal(shown.undo, true);
  assert.equal(opened.draft.bcc.length, 26);
  assert.deepEqual(opened.said, ["check compose", `fixed ${BLOCK.decision_id}`, "check compose"]);
});

test("undo brings the message back and has it judged again", async () => {
  const opened = open(crowd(), ({ message }) => (message.to.length > 1 ? BLOCK : ALLOW));
  await opened.session.start();
  let settled = opened.settled();
  opened.session.moveToBcc();
  await settled;
  settled = opened.settled();
  opened.session.undo();
  const shown = await settled;
  assert.equal(shown.state === "judged" && shown.answer.action, "block");
  assert.equal(shown.undo, false);
  assert.deepEqual([opened.draft.to.length, opened.draft.bcc.length], [26, 0]);
});

test("a fix that fails says so, reports nothing as fixed and leaves everybody in place", async () => {
  const opened = open(crowd(), () => BLOCK);
  await opened.session.start();
  opened.fake.calls.faults.set("bcc.addAsync", "fail");
  const settled = opened.settled();
  opened.session.moveToBcc();
  const shown = await settled;
  assert.equal(shown.notice, stringsFor("ja").fixFailed);
  assert.equal(opened.draft.to.length, 26);
  assert.ok(!opened.said.some((each) => each.startsWith("fixed")));
});

test("a justification is recorded before the sender is told to press Send", async () => {
  const opened = open(crowd(), () => warn("justify"));
  await opened.session.start();
  const settled = opened.settled();
  opened.session.justify("上司の指示による");
  assert.equal((await settled).state, "released");
  assert.deepEqual(opened.releases, [{ kind: "justify", justification: "上司の指示による", shown_ms: 0 }]);
  assert.deepEqual(opened.said, ["check compose", "release 0192-warn"]);
});

test("a release that could not be recorded keeps the warning", async () => {
  const opened = open(crowd(), () => warn("acknowledge"), {
    release: () => Promise.reject(new Error("503")),
  });
  await opened.session.start();
  const settled = opened.settled();
  opened.session.acknowledge();
  const shown = await settled;
  assert.equal(shown.state, "judged");
  assert.equal(shown.notice, stringsFor("ja").notRecorded);
});

test("a decision too old to be released is asked for anew", async () => {
  const refusal = Object.assign(new Error("410"), { status: 410 });
  let asked = 0;
  const judge = () => ({ ...warn("acknowledge"), decision_id: `d${String((asked += 1))}` });
  const opened = open(crowd(), judge, { release: () => Promise.reject(refusal) });
  await opened.session.start();
  const settled = opened.settled();
  opened.session.acknowledge();
  const shown = await settled;
  assert.equal(shown.state === "judged" && shown.answer.decision_id, "d2");
  assert.equal(shown.notice, stringsFor("ja").notRecorded);
});

test("while the backend is away the pane says that nothing was checked", async () => {
  const opened = open(crowd(), () => {
    throw new Error("offline");
  });
  await opened.session.start();
  assert.equal(opened.shown.at(-1)?.state, "unchecked");
});

test("keeping the draft is reported as cancelled", async () => {
  const opened = open(crowd(), () => BLOCK);
  await opened.session.start();
  const settled = opened.settled();
  opened.session.keepDraft();
  assert.equal((await settled).state, "kept");
  assert.equal(opened.said.at(-1), `cancelled ${BLOCK.decision_id}`);
});

test("recipients changed beside the pane are judged anew, unchanged ones are not", async () => {
  const opened = open(crowd(), () => BLOCK);
  await opened.session.start();
  await opened.session.recipientsChanged();
  assert.deepEqual(opened.said, ["check compose"]);
  opened.draft.to.pop();
  await opened.session.recipientsChanged();
  assert.deepEqual(opened.said, ["check compose", "check compose"]);
});

test("recipients changed during a check are judged after it", async () => {
  let answered: (answer: Answer) => void = () => undefined;
  let asked = 0;
  const opened = open(crowd(), () => BLOCK, {
    decide: () => {
      asked += 1;
      return asked === 1 ? new Promise((resolve) => (answered = resolve)) : Promise.resolve(ALLOW);
    },
  });
  const started = opened.session.start();
  await new Promise((resolve) => setTimeout(resolve, 50));
  opened.draft.to.push(...entries("late@example.com"));
  await opened.session.recipientsChanged();
  const first = opened.settled();
  answered(BLOCK);
  await Promise.all([started, first]);
  const shown = await opened.settled();
  assert.equal(shown.state === "judged" && shown.answer.decision_id, ALLOW.decision_id);
  assert.equal(shown.state === "judged" && shown.message.to.length, 27);
});
