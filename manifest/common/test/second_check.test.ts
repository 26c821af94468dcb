/** Asking another person to check: what was typed stays, what was seen stays, and only the server's word lets anybody press Send. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { SecondCheck } from "../src/wire.ts";
import {
  answered,
  ASK,
  document,
  focused,
  held,
  later,
  page,
  press,
  settled,
  texts,
  view,
  write,
} from "./asking.ts";
import { WAITING } from "./made.ts";

test("the safe way keeps the focus, and asking is one button with a note", async (context) => {
  const asking = await held(context, null);
  assert.equal(focused(), "Move 1 to Bcc");
  write(asking.root, "  the list of 2026  ");
  await press(asking.root, ASK);
  assert.deepEqual(asking.notes, ["the list of 2026"]);
  assert.equal(asking.root.querySelector("input")?.value, WAITING.url);
  assert.equal(focused(), "Copy link");
  assert.match(
    texts(asking.root, ".check-news").join(),
    /Waiting for an answer; it can't be sent yet.*until/,
  );
  assert.deepEqual(texts(asking.root, "form button").includes(ASK), false);
});

test("whoever asks learns that checkers are told by mail, where they are", async (context) => {
  const alone = await held(context, WAITING);
  assert.doesNotMatch(texts(alone.root, ".hint").join(), /by mail/);
  alone.now = { ...WAITING, told: true };
  await later(context);
  assert.match(texts(alone.root, ".hint").join(), /Hand this link on.* is told by mail, too/);
});

test("a first look that takes its time is said, since what was granted still looks held", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let answer: (check: SecondCheck) => void = () => undefined;
  const state = () => new Promise<SecondCheck>((resolve) => (answer = resolve));
  const { root, draw } = view({ secondChecks: { state, ask: state, withdraw: state } });
  draw();
  assert.deepEqual(texts(root, ".check-news"), [""]);
  context.mock.timers.tick(1_000);
  assert.deepEqual(texts(root, ".check-news"), ["Looking whether a colleague has checked it…"]);
  answer(answered("granted"));
  await Promise.resolve().then(() => undefined);
  assert.match(texts(root, ".check-news").join(), /It has been checked/);
});

test("what could not be asked keeps what was typed, also when everything is drawn anew", async (context) => {
  const asking = await held(context, null);
  write(asking.root, "by phone");
  asking.now = new Error("503");
  await press(asking.root, ASK);
  assert.match(texts(asking.root, ".problem").join(), /could not be asked/);
  assert.equal(asking.root.querySelector("textarea")?.value, "by phone");
  asking.draw();
  await settled();
  assert.equal(asking.root.querySelector("textarea")?.value, "by phone");
  asking.now = null;
  await press(asking.root, ASK);
  assert.deepEqual(asking.notes, ["by phone", "by phone"]);
});

test("a request that waits is looked at again until it is answered, and not while nobody looks", async (context) => {
  const asking = await held(context, WAITING);
  await later(context);
  assert.equal(asking.seen.length, 2);
  Object.defineProperty(document, "hidden", { value: true, configurable: true });
  await later(context);
  assert.equal(asking.seen.length, 2);
  Object.defineProperty(document, "hidden", { value: false, configurable: true });
  document.dispatchEvent(new page.Event("visibilitychange"));
  await settled();
  assert.equal(asking.seen.length, 3);
  asking.now = answered("declined", "Ask the list's owner <b>first</b>");
  await later(context);
  await later(context);
  assert.equal(asking.seen.length, 4);
  assert.match(texts(asking.root, ".check-news").join(), /Sato says: not yet/);
  assert.deepEqual(texts(asking.root, ".comment dd"), ["Ask the list's owner <b>first</b>"]);
  assert.ok(texts(asking.root, ".check p").includes("Change the message, or ask them."));
});

test("a check of an earlier decision is looked at by its own id, where the server tells how it ended", async (context) => {
  const asking = await held(context, { ...WAITING, decision_id: "d0" });
  await later(context);
  assert.deepEqual(asking.seen, ["d1", "d0"]);
});

test("a view that is gone looks no more", async (context) => {
  const asking = await held(context, WAITING);
  asking.root.remove();
  await later(context);
  document.dispatchEvent(new page.Event("visibilitychange"));
  assert.equal(asking.seen.length, 1);
});

test("a look that fails leaves what was seen, with a sentence, and nobody may press Send", async (context) => {
  const asking = await held(context, WAITING);
  asking.now = new Error("offline");
  await later(context);
  assert.match(
    texts(asking.root, ".check-news").join(),
    /Waiting for an answer.*could not be loaded just now/,
  );
  assert.equal(asking.root.querySelector(".answer-allow"), null);
  asking.now = WAITING;
  await later(context);
  assert.doesNotMatch(texts(asking.root, ".check-news").join(), /could not be loaded/);
});

test("where the first look fails one can ask all the same, and it is looked again", async (context) => {
  const asking = await held(context, new Error("offline"));
  write(asking.root, "half a sen");
  await later(context);
  assert.equal(asking.root.querySelector("textarea")?.value, "half a sen");
  asking.now = WAITING;
  await later(context);
  assert.equal(asking.root.querySelector("input")?.value, WAITING.url);
});

test("once granted the sender is told who checked, and to press Send", async (context) => {
  const asking = await held(context, WAITING);
  asking.now = answered("granted", "The list is right.");
  asking.root.querySelector<HTMLElement>(".check button")?.focus();
  await later(context);
  assert.deepEqual(texts(asking.root, ".answer-allow .verdict"), ["Sato has checked it"]);
  assert.deepEqual(texts(asking.root, ".answer h2"), ["Press Send."]);
  assert.equal(focused(), "Press Send.");
  assert.match(texts(asking.root, ".check-news").join(), /send it by .* If you change anything/);
  assert.deepEqual(texts(asking.root, ".comment dd"), ["The list is right."]);
});

test("what a colleague holds back after all, or whose day is over, is checked again", async (context) => {
  for (const state of ["declined", "expired"] as const) {
    let again = 0;
    const asking = await held(context, answered("granted"), { checkAgain: () => (again += 1) });
    await later(context);
    assert.equal(again, 0);
    asking.now = answered(state, "The other Tanaka!");
    await later(context);
    assert.equal(again, 1);
    context.mock.timers.reset();
  }
});

test("what was sent by its check is not looked at any more", async (context) => {
  const asking = await held(context, answered("granted"));
  asking.now = answered("used");
  await later(context);
  const looks = asking.seen.length;
  await later(context);
  assert.equal(asking.seen.length, looks);
  assert.match(texts(asking.root, ".check-news").join(), /It has been checked/);
});

test("where the client can press Send, its button is there once granted, without the focus", async (context) => {
  let sent = 0;
  const asking = await held(context, WAITING, { send: () => (sent += 1) });
  assert.equal(texts(asking.root, "button").includes("Send"), false);
  asking.now = answered("granted");
  await later(context);
  assert.deepEqual(texts(asking.root, ".ways button"), [
    "Send",
    "Move 1 to Bcc",
    "Don't send, keep the draft",
  ]);
  assert.equal(focused(), "It can be sent now.");
  await press(asking.root, "Send");
  assert.equal(sent, 1);
});

for (const state of ["declined", "expired", "used"] as const) {
  test(`a check that is ${state} lets nothing go, and another can be asked for`, async (context) => {
    let again = 0;
    const asking = await held(context, answered(state), { checkAgain: () => (again += 1) });
    assert.equal(asking.root.querySelector(".answer-allow"), null);
    await press(asking.root, "Ask again");
    assert.equal(again, 1);
  });
}

test("what was declined at an earlier Send is told, and another can be asked for at once", async (context) => {
  const declined = { ...answered("declined", "Not her"), decision_id: "d0" };
  const asking = await held(context, declined);
  assert.deepEqual(texts(asking.root, ".comment dd"), ["Not her"]);
  asking.now = WAITING;
  await press(asking.root, ASK);
  assert.equal(asking.root.querySelector("input")?.value, WAITING.url);
});

for (const [may, said, selected] of [
  [true, "Copied.", false],
  [false, "It could not be copied. The link is selected: copy it by keyboard or right click.", true],
] as const) {
  test(`the link is ${may ? "copied" : "selected where it can't be copied"}`, async (context) => {
    const asking = await held(context, WAITING);
    const copied: string[] = [];
    const writeText = (text: string) =>
      may ? Promise.resolve(copied.push(text)) : Promise.reject(new Error("NotAllowedError"));
    const value = { clipboard: { writeText } };
    Object.defineProperty(globalThis, "navigator", { value, configurable: true });
    Object.assign(document, { execCommand: () => false });
    await press(asking.root, "Copy link");
    assert.ok(texts(asking.root, ".hint").includes(said));
    assert.deepEqual(copied, may ? [WAITING.url] : []);
    assert.equal(document.activeElement.matches("input[readonly]"), selected);
  });
}
