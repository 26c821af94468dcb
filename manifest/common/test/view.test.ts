/** The warning view in a shadow root: the safe way first, and nothing but text. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Window } from "happy-dom";
import { stringsFor } from "../src/strings.ts";
import type { Actions, Held, Shown } from "../src/view/warning.ts";
import { warningView } from "../src/view/warning.ts";
import type { Answer, Message, Release } from "../src/wire.ts";
import { message } from "./made.ts";

const page = new Window();
Object.assign(globalThis, { document: page.document });

const HOSTILE = '<img src=x onerror="alert(1)">';

const MESSAGE = message({
  to: [
    { address: "a@gmail.com", name: HOSTILE, kind: "person" },
    { address: "b@gmail.com", name: null, kind: "person" },
    { address: "boss@hall.example", name: null, kind: "person" },
    { address: "", name: "組", kind: "distribution_list" },
  ],
  bcc: [{ address: "c@x.jp", name: null, kind: "person" }],
});

function answer(release: Release, remedies: Answer["remedies"] = []): Answer {
  const finding = {
    policy: "p",
    rule: "r",
    action: "warn",
    mode: "enforce",
    reason: HOSTILE,
    evidence: {},
  } as const;
  const dialog = { text: "t", markdown: "m" };
  return { decision_id: "1", action: "warn", release, findings: [finding], remedies, headline: "H", dialog };
}

function opened(
  shown: Partial<Answer> & { release: Release },
  call: Partial<Actions> = {},
  message = MESSAGE,
): ShadowRoot {
  const [root, draw] = view(call);
  const judged = { ...answer(shown.release), ...shown };
  draw({ state: "judged", notice: null, undo: false, answer: judged, message });
  return root;
}

function view(call: Partial<Actions>): [ShadowRoot, (shown: Shown) => void] {
  const nothing = () => undefined;
  const idle = { moveToBcc: nothing, remove: nothing, acknowledge: nothing, justify: nothing };
  const unasked = () => Promise.reject(new Error("nobody is asked here"));
  const secondChecks = { ask: unasked, withdraw: unasked, state: unasked };
  const actions = { ...idle, undo: nothing, checkAgain: nothing, keepDraft: nothing, secondChecks, ...call };
  const host = document.createElement("div");
  document.body.append(host);
  const root = host.attachShadow({ mode: "open" });
  return [root, warningView(root, { strings: stringsFor("en"), internalDomains: ["hall.example"], actions })];
}

function texts(root: ParentNode, selector: string): string[] {
  return [...root.querySelectorAll(selector)].map((each) => each.textContent);
}

function press(root: ParentNode, label: string): void {
  [...root.querySelectorAll("button")].find((each) => each.textContent === label)?.click();
}

test("what would happen is read out with the button that has the focus", () => {
  for (const remedies of [[], [{ kind: "move_to_bcc", recipients: ["a@gmail.com"] } as const]]) {
    const root = opened({ release: "acknowledge", remedies });
    const first = root.querySelector("button[data-first]");
    const described = root.getElementById(first?.getAttribute("aria-describedby") ?? "");
    assert.match(described?.textContent ?? "", /H$/);
  }
});

test("names and reasons are shown as text, whatever they hold", () => {
  const root = opened({ release: "acknowledge" });
  assert.equal(root.querySelector("img"), null);
  assert.ok(texts(root, ".reasons li").includes(HOSTILE));
});

test("a reason that the headline tells already is not told twice", () => {
  const root = opened({ release: "acknowledge", headline: HOSTILE });
  assert.deepEqual(texts(root, ".reasons li"), []);
  assert.ok(!texts(root, "h2").includes("Why"));
});

test("Move to Bcc is the primary button and has the focus", () => {
  let moved = 0;
  const remedies = [{ kind: "move_to_bcc", recipients: ["a@gmail.com", "b@gmail.com"] }] as const;
  const root = opened({ release: "acknowledge", remedies }, { moveToBcc: () => (moved += 1) });
  assert.deepEqual(texts(root, ".primary"), ["Move 2 to Bcc"]);
  assert.equal(root.activeElement?.textContent, "Move 2 to Bcc");
  press(root, "Move 2 to Bcc");
  assert.equal(moved, 1);
});

test("where taking somebody out is the first fix, a button does it, and keeping the draft has the focus", () => {
  const removed: (readonly string[])[] = [];
  const remove = { kind: "remove", recipients: ["a@gmail.com"] } as const;
  const move = { kind: "move_to_bcc", recipients: ["a@gmail.com", "b@gmail.com"] } as const;
  const call = { remove: (addresses: readonly string[]) => removed.push(addresses) };
  const root = opened({ release: "acknowledge", remedies: [remove, move] }, call);
  const keep = "Don't send, keep the draft";
  assert.deepEqual(texts(root, ".ways button"), [keep, "Remove a@gmail.com", "Move 2 to Bcc"]);
  assert.equal(root.activeElement?.textContent, keep);
  press(root, "Remove a@gmail.com");
  assert.deepEqual(removed, [["a@gmail.com"]]);
});

test("of several who may not belong here a button tells the number, and none takes out a group without an address", () => {
  for (const [recipients, labels] of [
    [["a@gmail.com", "", "b@gmail.com"], ["Remove these 2 recipients"]],
    [[""], []],
  ] as const) {
    const root = opened({ release: "acknowledge", remedies: [{ kind: "remove", recipients }] });
    assert.deepEqual(texts(root, ".ways button:not(.primary)"), labels);
  }
});

test("Move to Bcc is the primary button only where it is the first fix", () => {
  const move = { kind: "move_to_bcc", recipients: ["a@gmail.com", "b@gmail.com"] } as const;
  const one = { kind: "send_individually", recipients: ["a@gmail.com"] } as const;
  const root = opened({ release: "acknowledge", remedies: [one, move] });
  assert.deepEqual(texts(root, ".ways button"), ["Don't send, keep the draft", "Move 2 to Bcc"]);
});

test("colleagues are folded away, outsiders are grouped by domain, an unknown group is named", () => {
  const root = opened({ release: "never" });
  const groups = texts(root, ".groups > details > summary");
  assert.deepEqual(groups, [
    "gmail.com — 2 people",
    "Contact group with unknown members",
    "x.jp — 1 person",
    "1 colleague",
  ]);
  assert.equal(root.querySelector(".groups > details[open]"), null);
});

test("what a release has let go is called recorded, not free of problems", () => {
  for (const [released_by, word] of [
    [null, "No problem found"],
    [{ decision_id: "d0" }, "Recorded"],
  ] as const) {
    const root = opened({ action: "allow", release: "acknowledge", released_by });
    assert.deepEqual(texts(root, ".verdict"), [word]);
  }
});

test("acknowledging needs every line ticked", () => {
  let acknowledged = 0;
  const root = opened({ release: "acknowledge" }, { acknowledge: () => (acknowledged += 1) });
  press(root, "I have checked, let it go");
  assert.equal(acknowledged, 0);
  assert.ok(texts(root, ".problem").includes("Please tick every line."));
  root.querySelectorAll<HTMLInputElement>(".other-ways details:last-child input").forEach((box) => {
    box.checked = true;
  });
  press(root, "I have checked, let it go");
  assert.equal(acknowledged, 1);
});

test("another reason needs words; a picked one is enough by itself", () => {
  const given: string[] = [];
  const root = opened({ release: "justify" }, { justify: (reason) => given.push(reason) });
  const picked = root.querySelector("select");
  const written = root.querySelector("textarea");
  assert.ok(picked && written);
  picked.value = "Another reason";
  press(root, "Record the reason and let it go");
  assert.deepEqual(given, []);
  written.value = " asked by phone ";
  press(root, "Record the reason and let it go");
  picked.value = "My manager told me to";
  written.value = "";
  press(root, "Record the reason and let it go");
  assert.deepEqual(given, ["asked by phone", "My manager told me to"]);
});

test("what may never go offers no form to let it go", () => {
  const root = opened({ release: "never" });
  assert.ok(texts(root, "p").includes("This message can't be sent until it is fixed."));
  assert.ok(!texts(root, "summary").includes("Send without fixing it"));
});

test("only recipients with an address can be chosen for removal", () => {
  const chosen: string[][] = [];
  const root = opened({ release: "never" }, { remove: (addresses) => chosen.push([...addresses]) });
  const boxes = [...root.querySelectorAll<HTMLInputElement>(".selection input")];
  assert.equal(boxes.length, 4);
  const first = boxes[0];
  assert.ok(first);
  first.checked = true;
  press(root, "Remove the selected ones");
  assert.deepEqual(chosen, [["a@gmail.com"]]);
});

test("where nobody has an address there is no empty form for removal", () => {
  const group = { address: "", name: "組", kind: "distribution_list" } as const;
  const root = opened({ release: "acknowledge" }, {}, { ...MESSAGE, to: [group], bcc: [] });
  assert.ok(!texts(root, "summary").includes("Remove recipients"));
});

test("a contact group is not one person, and what can't be read is no group", () => {
  const group = { address: "", name: "組", kind: "distribution_list" } as const;
  const typed = { address: "somebody", name: null, kind: "unknown" } as const;
  const summaries = (to: Message["to"]) =>
    texts(opened({ release: "never" }, {}, { ...MESSAGE, to, bcc: [] }), ".groups summary");
  assert.deepEqual(summaries([group]), ["Contact group with unknown members"]);
  assert.deepEqual(summaries([group, typed]), ["Recipients whose address can't be read"]);
});

test("what can't be checked shows its recipients, and the way that helps has the focus", () => {
  const nothing = () => undefined;
  const [root, draw] = view({ sendUnchecked: nothing });
  const shown = { state: "unchecked", notice: null, undo: false, message: MESSAGE } as const;
  const ways = (held: Held, movable: readonly string[] = []) => {
    draw({ ...shown, held, movable });
    return texts(root, ".ways button");
  };
  assert.deepEqual(ways("until_acknowledged"), ["Check again", "Don't send, keep the draft"]);
  assert.deepEqual(ways("until_pressed"), ["Send", "Check again", "Don't send, keep the draft"]);
  const moving = ["Move 2 to Bcc", "Check again", "Don't send, keep the draft"];
  assert.deepEqual(ways("until_changed", ["a@gmail.com", "b@gmail.com"]), moving);
  assert.equal(root.activeElement?.textContent, "Move 2 to Bcc");
  assert.ok(texts(root, "bdi").includes("b@gmail.com"));
});
