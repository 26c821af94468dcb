/** The pane's session against the fake Outlook and a scripted API: from the dialog to "press Send". */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api, DecisionRequest, ReleaseRequest } from "@atesaki/common/src/api.ts";
import { messagePrint } from "@atesaki/common/src/fingerprint.ts";
import { stringsFor } from "@atesaki/common/src/strings.ts";
import type { Shown } from "@atesaki/common/src/view/warning.ts";
import type { Answer } from "@atesaki/common/src/wire.ts";
import { PaneSession } from "../pane/session.ts";
import { completedOptions } from "../src/answer.ts";
import { officeHost } from "../src/host.ts";
import { addressed, readMessage } from "../src/reading.ts";
import { ALLOW, BLOCK, CROWD, warn } from "./answers.ts";
import { CONFIG } from "./classic_engine.ts";
import { FakeHost } from "./fake/host.ts";
import type { Draft } from "./fake/item.ts";
import { draft, entries } from "./fake/item.ts";
import { PROFILES } from "./fake/profiles.ts";

interface Opened {
  readonly fake: FakeHost;
  readonly draft: Draft;
  readonly session: PaneSession;
  readonly shown: Shown[];
  readonly said: string[];
  readonly releases: ReleaseRequest[];
  /** The next thing shown that is not "checking". */
  settled(): Promise<Shown>;
}

/** Opens the pane over a draft; `judge` answers checks and `api` replaces parts of the API. */
function open(
  start: Draft,
  judge: (request: DecisionRequest) => Answer,
  api: Partial<Api> = {},
  profile: keyof typeof PROFILES = "web",
): Opened {
  const fake = new FakeHost(PROFILES[profile], start);
  Object.assign(globalThis, fake.globals());
  const shown: Shown[] = [];
  const said: string[] = [];
  const releases: ReleaseRequest[] = [];
  let tell: (shown: Shown) => void = () => undefined;
  const session = new PaneSession({
    host: officeHost({ read: 200, write: 200, token: 200 }),
    config: CONFIG,
    strings: stringsFor("ja"),
    api: {
      decide: (request) => {
        said.push(`check ${request.client.moment ?? "send"}`);
        return Promise.resolve().then(() => judge(request));
      },
      release: (id, request) => {
        said.push(`release ${id}`);
        releases.push(request);
        return Promise.resolve({});
      },
      report: (id, outcome) => Promise.resolve(said.push(`${outcome} ${id}`)),
      ...api,
    },
    token: () => Promise.resolve("pane-token"),
    show: (each) => {
      shown.push(each);
      if (each.state !== "checking") {
        tell(each);
      }
    },
    clock: () => 1234,
  });
  // A person presses the next button later than the same turn of the event loop.
  const settled = () =>
    new Promise<Shown>((resolve) => {
      tell = (each) => setTimeout(resolve, 0, each);
    });
  return { fake, draft: start, session, shown, said, releases, settled };
}

const crowd = () => draft({ to: entries(...CROWD) });

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
    const last = opened.shown.at(-1);
    assert.equal(last?.state === "judged" && last.answer.action, "warn");
    found = BLOCK;
    await opened.session.start();
    const stricter = opened.shown.at(-1);
    assert.equal(stricter?.state === "judged" && stricter.answer.action, "block");
    found = ALLOW;
    opened.draft.to.push(...entries("b@example.com"));
    await opened.session.start();
    const changed = opened.shown.at(-1);
    assert.equal(changed?.state === "judged" && changed.answer.action, "allow");
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
  const last = opened.shown.at(-1);
  assert.equal(
    last?.state === "judged" && last.answer.action,
    "allow",
    "somebody may have released it since",
  );
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
    const last = opened.shown.at(-1);
    assert.equal(last?.state === "judged" && last.answer.action, "warn");
  });
}

test("a draft to nobody yet is no reason to warn in the pane", async () => {
  const opened = open(draft(), ({ message }) => (message.truncated.length > 0 ? BLOCK : ALLOW));
  await opened.session.start();
  const last = opened.shown.at(-1);
  assert.equal(last?.state === "judged" && last.answer.action, "allow");
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
  const last = opened.shown.at(-1);
  assert.equal(last?.state === "judged" && last.answer.action, "block");
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
  const last = opened.shown.at(-1);
  assert.equal(last?.state === "judged" && last.answer.action, "block");
});
