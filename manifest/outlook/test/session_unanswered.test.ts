/** The pane after a press of Send that got no answer: it shows what the answer was. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { officeHost } from "../src/host.ts";
import { earlierPress, keepPress } from "../src/press.ts";
import { readMessage } from "../src/reading.ts";
import { ALLOW, BLOCK } from "./answers.ts";
import { CONFIG } from "./classic_engine.ts";
import { crowd, lastAction, open } from "./open_pane.ts";

test("a look asks under the key of a press without an answer, and of this message only", async () => {
  const keys: (string | undefined)[] = [];
  const draft = crowd();
  const pane = open(draft, () => BLOCK, {
    decide: (_request, _token, key) => {
      keys.push(key);
      return Promise.resolve(key === undefined ? BLOCK : ALLOW);
    },
  });
  const host = officeHost({ read: 200, write: 200, token: 200 });
  const press = { key: "k1", at: Date.now() };
  await keepPress(host, null, press, await readMessage(host, CONFIG));
  await pane.session.start();
  assert.equal(lastAction(pane), "allow");
  draft.subject = "changed";
  await pane.session.start();
  assert.equal(lastAction(pane), "block");
  assert.deepEqual(keys, ["k1", undefined]);
  const kept = draft.session.get("atesaki.press") ?? null;
  draft.subject = "お知らせ";
  assert.deepEqual(
    earlierPress(kept, await readMessage(host, CONFIG), Date.now()),
    press,
    "Send still has it",
  );
});
