/** The pane's session after what a Send left it, and in clients that keep things back, throw or never answer. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { messagePrint } from "@atesaki/common/src/fingerprint.ts";
import { stringsFor } from "@atesaki/common/src/strings.ts";
import type { Answer } from "@atesaki/common/src/wire.ts";
import { completedOptions } from "../src/answer.ts";
import { officeHost } from "../src/host.ts";
import { addressed, readMessage } from "../src/reading.ts";
import { ALLOW, BLOCK, warn } from "./answers.ts";
import { CONFIG } from "./classic_engine.ts";
import { FakeHost } from "./fake/host.ts";
import { draft, entries } from "./fake/item.ts";
import { PROFILES } from "./fake/profiles.ts";
import { crowd, lastAction, open } from "./open_pane.ts";

for (const [assurance, token] of [
  ["claimed", null],
  ["verified", "pane-token"],
] as const) {
  test(`after a ${assurance} Send the pane asks so that its release fits the next one`, async () => {
    const tokens: (string | null)[] = [];
    const opened = open(crowd(), () => BLOCK, {
      decide: (_request, given) => (tokens.push(given), Promise.resolve(BLOCK)),
    });
    const many = Array.from({ length: 900 }, (_, index) => `person${String(index)}@example.com`);
    const large = { ...BLOCK, assurance, remedies: [{ kind: "move_to_bcc" as const, recipients: many }] };
    const shown = {
      strings: stringsFor("ja"),
      commandId: "atesakiPane",
      print: "p",
      unread: [],
      paneInDialog: true,
    };
    opened.draft.context = completedOptions(large, shown).contextData ?? null;
    await opened.session.start();
    assert.deepEqual(tokens, [token]);
  });
}

for (const [call, way] of [
  ["body.getAsync", "dialog"],
  ["subject.getAsync", "dialog"],
  ["getAttachmentsAsync", "dialog"],
  ["subject.getAsync", "ribbon"],
] as const) {
  test(`what held the message as ${call} took too long can be accepted in the pane opened by the ${way}`, async () => {
    const file = { id: "0", name: "a.pdf", size: 1, attachmentType: "file", isInline: false };
    let found = ALLOW;
    const opened = open(draft({ to: entries("a@example.com"), attachments: [file] }), () => found);
    opened.fake.calls.faults.set(call, "hang");
    const fields = ["subject", "body_text", "attachments"] as const;
    const message = await readMessage(officeHost({ read: 50, write: 50, token: 50 }), { fields });
    const shown = { strings: stringsFor("ja"), commandId: "atesakiPane", paneInDialog: true };
    const [print, unread] = [messagePrint(message), message.truncated];
    const { contextData } = completedOptions(warn("acknowledge"), { ...shown, print, unread });
    opened.draft.context = way === "dialog" ? (contextData ?? null) : null;
    opened.draft.session.set("atesaki.held", contextData ?? "");
    opened.fake.calls.faults.clear();
    await opened.session.start();
    assert.equal(lastAction(opened), "warn");
    found = BLOCK;
    await opened.session.start();
    assert.equal(lastAction(opened), "block");
    found = ALLOW;
    opened.draft.to.push(...entries("b@example.com"));
    await opened.session.start();
    assert.equal(lastAction(opened), "allow");
  });
}

test("opened by the ribbon the pane asks anew, as the sender that Send could prove", async () => {
  const tokens: (string | null)[] = [];
  const opened = open(crowd(), () => ALLOW, {
    decide: (_request, given) => (tokens.push(given), Promise.resolve(ALLOW)),
  });
  const message = await readMessage(officeHost({ read: 200, write: 200, token: 200 }), CONFIG);
  const held = { print: messagePrint(message), answer: BLOCK, claimed: true, unread: [] };
  opened.draft.session.set("atesaki.held", JSON.stringify(held));
  await opened.session.start();
  assert.equal(lastAction(opened), "allow", "somebody may have released it since");
  assert.deepEqual(tokens, [null]);
});

for (const profile of ["web", "classic_1_12"] as const) {
  test(`what ${profile} keeps back of the recipients can be accepted in the pane`, async () => {
    const opened = open(
      draft(),
      ({ message }) => (message.truncated.length > 0 ? warn("acknowledge") : ALLOW),
      {},
      profile,
    );
    const shown = { strings: stringsFor("ja"), commandId: "atesakiPane", paneInDialog: true };
    const atSend = addressed(await readMessage(officeHost({ read: 200, write: 200, token: 200 }), CONFIG));
    const { contextData } = completedOptions(warn("acknowledge"), {
      ...shown,
      print: messagePrint(atSend),
      unread: atSend.truncated,
    });
    opened.draft.context = profile === "web" ? (contextData ?? null) : null;
    await opened.session.start();
    assert.equal(lastAction(opened), "warn");
  });
}

test("a draft to nobody yet is no reason to warn in the pane", async () => {
  const opened = open(draft(), ({ message }) => (message.truncated.length > 0 ? BLOCK : ALLOW));
  await opened.session.start();
  assert.equal(lastAction(opened), "allow");
});

test("the dialog's button counts also while the open pane is checking", async () => {
  let answered: (answer: Answer) => void = () => undefined;
  const opened = open(crowd(), () => ALLOW, { decide: () => new Promise((resolve) => (answered = resolve)) });
  const message = await readMessage(officeHost({ read: 200, write: 200, token: 200 }), CONFIG);
  const checking = opened.session.start();
  await new Promise((resolve) => setTimeout(resolve, 50));
  opened.draft.context = JSON.stringify({ print: messagePrint(message), answer: BLOCK, claimed: true });
  await opened.session.start();
  const first = opened.settled();
  answered(ALLOW);
  await Promise.all([checking, first]);
  const shown = await opened.settled();
  assert.equal(shown.state === "judged" && shown.answer.decision_id, BLOCK.decision_id);
});

for (const profile of ["mac", "ltsc_2024"] as const) {
  test(`${profile}, which knows no change of the dialog's context, opens the pane all the same`, () => {
    Object.assign(globalThis, new FakeHost(PROFILES[profile], crowd()).globals());
    const host = officeHost({ read: 200, write: 200, token: 200 });
    assert.doesNotThrow(() => {
      host.onContextChanged(() => undefined);
      host.onRecipientsChanged(() => undefined);
    });
  });
}

test("a pane without an item to listen to says what could not be read", async () => {
  const opened = open(crowd(), ({ message }) => (message.truncated.includes("to") ? BLOCK : ALLOW));
  opened.fake.draft = null;
  assert.doesNotThrow(() => {
    officeHost({ read: 200, write: 200, token: 200 }).onRecipientsChanged(() => undefined);
  });
  await opened.session.start();
  assert.equal(lastAction(opened), "block");
});

test("whatever throws, the pane ends in words and never in “checking”", async () => {
  const opened = open(crowd(), () => BLOCK);
  await opened.session.start();
  Object.defineProperty(Office.context, "platform", {
    get: () => {
      throw new Error("no platform");
    },
  });
  const settled = opened.settled();
  opened.session.checkAgain();
  assert.equal((await settled).state, "unchecked");
});

test("a client that never tells the dialog's context keeps nobody from reading the message", async () => {
  const opened = open(crowd(), () => BLOCK);
  opened.fake.calls.faults.set("getInitializationContextAsync", "hang");
  const started = opened.session.start();
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.ok(opened.fake.calls.made.includes("to.getAsync"));
  await started;
  assert.equal(lastAction(opened), "block");
});
