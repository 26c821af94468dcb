/** Withdrawing the request for a second check: nobody is asked any more, and what was answered first is shown. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { answered, ASK, focused, held, later, press, texts } from "./asking.ts";
import { WAITING } from "./made.ts";

const WITHDRAW = "Withdraw the request";
const NEWS = ".check-news";

test("one button withdraws just the request that is shown, and one can ask anew", async (context) => {
  const asking = await held(context, { ...WAITING, decision_id: "d0" });
  asking.now = null;
  await press(asking.root, WITHDRAW);
  assert.deepEqual(asking.withdrawn, ["d0"]);
  assert.deepEqual(texts(asking.root, NEWS), ["You have withdrawn the request; nobody is being asked now."]);
  assert.ok(!asking.root.querySelector("input[readonly]"));
  assert.equal(focused(), ASK);
  await press(asking.root, ASK);
  assert.equal(asking.root.querySelector("input")?.value, WAITING.url);
});

test("what could not be withdrawn still waits, with a sentence, and is looked at again", async (context) => {
  const asking = await held(context, WAITING);
  asking.now = new Error("offline");
  await press(asking.root, WITHDRAW);
  assert.match(texts(asking.root, NEWS).join(), /Waiting for an answer.*could not be withdrawn/);
  asking.now = answered("granted");
  await later(context);
  assert.match(texts(asking.root, NEWS).join(), /It has been checked/);
});

test("where somebody answered first their answer is shown instead", async (context) => {
  const refusal = Object.assign(new Error("409"), { status: 409 });
  const now = { check: WAITING };
  const secondChecks = {
    state: () => Promise.resolve(now.check),
    ask: () => Promise.reject(refusal),
    withdraw: () => Promise.reject(refusal),
  };
  const asking = await held(context, null, { secondChecks });
  now.check = answered("declined", "Not her");
  await press(asking.root, WITHDRAW);
  assert.match(texts(asking.root, NEWS).join(), /Sato says: not yet/);
  assert.deepEqual(texts(asking.root, ".comment dd"), ["Not her"]);
});

test("a server that knows no withdrawal leaves the request as it is, and that is said", async (context) => {
  const refusal = Object.assign(new Error("404"), { status: 404 });
  const secondChecks = {
    state: () => Promise.resolve(WAITING),
    ask: () => Promise.reject(refusal),
    withdraw: () => Promise.reject(refusal),
  };
  const asking = await held(context, null, { secondChecks });
  await press(asking.root, WITHDRAW);
  assert.match(texts(asking.root, NEWS).join(), /Waiting for an answer.*could not be withdrawn/);
});

const NEEDLESS = ".second-check [role=status]";
const ALLOWED = { action: "allow", release: null, remedies: [] } as const;

test("a draft that was mended and needs no check any more offers to withdraw the request that still waits", async (context) => {
  const asking = await held(context, WAITING);
  asking.draw(ALLOWED);
  assert.match(texts(asking.root, NEEDLESS).join(), /still asked to check this as it stood before/);
  await press(asking.root, WITHDRAW);
  assert.deepEqual(asking.withdrawn, [WAITING.decision_id]);
  assert.deepEqual(texts(asking.root, NEEDLESS), [
    "You have withdrawn the request; nobody is being asked now.",
  ]);
  asking.draw(ALLOWED);
  assert.deepEqual(texts(asking.root, NEEDLESS), []);
});

test("so does one that was changed twice, and one that could not be withdrawn offers it again", async (context) => {
  const asking = await held(context, WAITING);
  asking.now = null;
  asking.draw({ decision_id: "d2" });
  await later(context);
  asking.draw({ release: "acknowledge", action: "warn" });
  asking.now = new Error("offline");
  await press(asking.root, WITHDRAW);
  assert.match(texts(asking.root, NEEDLESS).join(), /could not be withdrawn/);
  asking.now = null;
  await press(asking.root, WITHDRAW);
  assert.match(texts(asking.root, NEEDLESS).join(), /have withdrawn/);
});

test("what nobody can let go is not said to need no check", async (context) => {
  const asking = await held(context, WAITING);
  asking.draw({ release: "never" });
  assert.deepEqual(texts(asking.root, NEEDLESS), []);
  asking.draw(ALLOWED);
  assert.match(texts(asking.root, NEEDLESS).join(), /still asked to check this/);
});

test("what was answered, or let the message go, is nothing to withdraw", async (context) => {
  const asking = await held(context, WAITING);
  asking.draw({ ...ALLOWED, released_by: { decision_id: "d0" } });
  assert.deepEqual(texts(asking.root, NEEDLESS), []);
  asking.draw(ALLOWED);
  asking.now = Object.assign(new Error("409"), { status: 409 });
  await press(asking.root, WITHDRAW);
  assert.deepEqual(texts(asking.root, NEEDLESS), [
    "This request has been answered already, or its time is over.",
  ]);
  asking.draw();
  asking.now = answered("declined");
  await later(context);
  asking.draw(ALLOWED);
  assert.deepEqual(texts(asking.root, NEEDLESS), []);
});
