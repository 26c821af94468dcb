/** Answers are taken only when they are whole. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { readAnswer, readSecondCheck } from "../src/wire.ts";

const WHOLE = {
  decision_id: "1",
  action: "warn",
  release: "acknowledge",
  findings: [{ reason: "r", action: "warn", mode: "enforce", evidence: {} }],
  remedies: [{ kind: "move_to_bcc", recipients: ["a@x.jp"] }],
  headline: "h",
  dialog: { text: "t", markdown: "m" },
};

test("a whole answer is taken, with whatever the server added", () => {
  assert.equal(readAnswer({ ...WHOLE, added_later: 1 }).action, "warn");
});

const BROKEN: Record<string, unknown> = {
  nothing: null,
  "a text": "allow",
  "no id": { ...WHOLE, decision_id: undefined },
  "an unknown action": { ...WHOLE, action: "permit" },
  "a warning without a release": { ...WHOLE, release: null },
  "no dialog": { ...WHOLE, dialog: null },
  "no headline": { ...WHOLE, headline: undefined },
  "findings that are no list": { ...WHOLE, findings: {} },
  "a finding without a reason": { ...WHOLE, findings: [{ action: "warn", evidence: {} }] },
  "an unknown remedy": { ...WHOLE, remedies: [{ kind: "delete", recipients: [] }] },
  "a remedy for numbers": { ...WHOLE, remedies: [{ kind: "remove", recipients: [1] }] },
};

for (const [name, value] of Object.entries(BROKEN)) {
  test(`${name} is not an answer`, () => {
    assert.throws(() => readAnswer(value), /not what it should be/);
  });
}

const WAITING = {
  decision_id: "1",
  state: "waiting",
  asked_at: "2026-11-28T12:00:00.123456Z",
  expires_at: "2026-12-01T12:00:00Z",
  by: null,
  comment: null,
  url: "https://guard.example.org/console/checks/1",
};

test("a whole second check is taken, and no part of one", () => {
  assert.equal(readSecondCheck(WAITING).state, "waiting");
  const wrong = {
    state: "approved",
    asked_at: "soon",
    expires_at: null,
    by: 1,
    comment: undefined,
    url: null,
    told: "yes",
  };
  for (const [key, value] of Object.entries(wrong)) {
    assert.throws(() => readSecondCheck({ ...WAITING, [key]: value }), /not what it should be/, key);
  }
});
