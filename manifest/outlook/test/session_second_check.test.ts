/** Asking for a second check in the pane: the request belongs to the message that was judged, and to no other. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { stringsFor } from "@atesaki/common/src/strings.ts";
import { WAITING } from "@atesaki/common/test/made.ts";
import { warn } from "./answers.ts";
import { entries } from "./fake/item.ts";
import type { Opened } from "./open_pane.ts";
import { crowd, open } from "./open_pane.ts";

/** A pane over a message that waits for a check; `asked` notes what the server was told, and `no` what it answers. */
async function held(no: object | null = null): Promise<Opened & { asked: string[] }> {
  const asked: string[] = [];
  let judged = 0;
  const answer = (...told: readonly unknown[]) => {
    asked.push(told.join(" "));
    return no ? Promise.reject(Object.assign(new Error("no"), no)) : Promise.resolve(WAITING);
  };
  const judge = () => ({ ...warn("second_check"), decision_id: `d${String((judged += 1))}` });
  const opened = open(crowd(), judge, {
    askSecondCheck: (id, note, token) => answer("ask", id, note, token),
    withdrawSecondCheck: (id, token) => answer("withdraw", id, token),
    secondCheck: (id, token) => answer("look", id, token),
  });
  await opened.session.start();
  return { ...opened, asked };
}

/** The decision that the pane shows, and what it says with it. */
function last({ shown }: Opened): [string | null, string | null] {
  const now = shown.at(-1);
  return now?.state === "judged" ? [now.answer.decision_id, now.notice] : [null, null];
}

test("the pane asks and looks for the decision that it shows", async () => {
  const opened = await held();
  const { secondChecks } = opened.session;
  assert.equal((await secondChecks.ask("d1", "a note")).state, "waiting");
  assert.equal((await secondChecks.state("d1"))?.state, "waiting");
  assert.deepEqual(opened.asked, ["ask d1 a note pane-token", "look d1 pane-token"]);
  assert.deepEqual(opened.said, ["check compose"]);
});

test("what was asked is withdrawn also where the draft was changed beside the pane", async () => {
  const opened = await held();
  await opened.session.secondChecks.ask("d1", null);
  opened.draft.subject = "Another list";
  await opened.session.secondChecks.withdraw("d1");
  assert.equal(opened.asked.at(-1), "withdraw d1 pane-token");
  assert.deepEqual(last(opened), ["d1", null]);
});

for (const call of ["ask", "state"] as const) {
  test(`${call} for a draft that was changed beside the pane has it judged anew and asks for nothing`, async () => {
    const opened = await held();
    opened.draft.subject = "Another list";
    await assert.rejects(opened.session.secondChecks[call]("d1", null));
    assert.deepEqual(opened.asked, []);
    const notice = call === "ask" ? stringsFor("ja").secondCheck.askAnew : null;
    assert.deepEqual(last(opened), ["d2", notice]);
  });
}

test("a decision too old to ask for is replaced by a new one, and the sender is told", async () => {
  const opened = await held({ status: 410 });
  await assert.rejects(opened.session.secondChecks.ask("d1", null));
  assert.deepEqual(last(opened), ["d2", stringsFor("ja").secondCheck.askAnew]);
});

for (const status of [0, 429, 503]) {
  test(`a request that fails with ${String(status)} leaves the pane as it is`, async () => {
    const opened = await held({ status });
    await assert.rejects(opened.session.secondChecks.ask("d1", null));
    await assert.rejects(opened.session.secondChecks.state("d1"));
    assert.deepEqual(last(opened), ["d1", null]);
  });
}

test("people who came beside the pane are judged, and the request for those before is not theirs", async () => {
  const opened = await held();
  await opened.session.secondChecks.ask("d1", null);
  opened.draft.to.push(...entries("late@example.com"));
  await opened.session.recipientsChanged();
  assert.deepEqual(last(opened), ["d2", null]);
});
