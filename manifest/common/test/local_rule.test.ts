/** The local rule: what counts as risky while nobody can be asked. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isInternal, judgeLocally } from "../src/local_rule.ts";
import type { Recipient } from "../src/wire.ts";
import { message } from "./made.ts";

const RULE = { internalDomains: ["hall.example"], peopleThreshold: 3 };

function people(...addresses: string[]): Recipient[] {
  return addresses.map((address) => ({ address, name: null, kind: "person" }));
}

test("visible outsiders are risky from the threshold on, over To and Cc together", () => {
  const two = message({ to: people("a@x.jp"), cc: people("b@y.jp") });
  assert.deepEqual(judgeLocally(two, RULE), { risky: false, people: 2 });
  const three = message({ to: people("a@x.jp", "c@z.jp"), cc: people("b@y.jp") });
  assert.deepEqual(judgeLocally(three, RULE), { risky: true, people: 3 });
});

test("colleagues and blind recipients are not counted", () => {
  const quiet = message({
    to: people("a@hall.example", "b@hall.example", "c@sub.hall.example"),
    bcc: people("a@x.jp", "b@y.jp", "c@z.jp"),
  });
  assert.deepEqual(judgeLocally(quiet, RULE), { risky: false, people: 0 });
});

test("an unread field, an unknown group and an unread message are risky", () => {
  const group: Recipient = { address: "", name: "組", kind: "distribution_list" };
  assert.equal(judgeLocally(message({ truncated: ["bcc"] }), RULE).risky, true);
  assert.equal(judgeLocally(message({ bcc: [group] }), RULE).risky, true);
  assert.equal(judgeLocally(null, RULE).risky, true);
});

test("an unread subject alone makes nobody's address visible", () => {
  assert.equal(judgeLocally(message({ truncated: ["subject", "body"] }), RULE).risky, false);
});

test("a domain that only ends like ours is not ours", () => {
  assert.equal(isInternal("a@hall.example", RULE.internalDomains), true);
  assert.equal(isInternal("A@SUB.Hall.Example.", RULE.internalDomains), true);
  assert.equal(isInternal("a@evilhall.example", RULE.internalDomains), false);
  assert.equal(isInternal("", RULE.internalDomains), false);
  assert.equal(isInternal("/o=Exchange/cn=hall.example", RULE.internalDomains), false);
});

test("where no domain is declared, the sender's own is ours", () => {
  const rule = { internalDomains: [], peopleThreshold: 1 };
  assert.equal(judgeLocally(message({ to: people("boss@hall.example") }), rule).risky, false);
  assert.equal(judgeLocally(message({ to: people("a@x.jp") }), rule).risky, true);
});

test("customers of the sender's own free-mail provider are no colleagues", () => {
  const sender = { address: "club@gmail.com", name: null };
  const to = people("v1@gmail.com", "v2@gmail.com", "v3@gmail.com");
  assert.deepEqual(judgeLocally(message({ sender, to }), { internalDomains: [], peopleThreshold: 3 }), {
    risky: true,
    people: 3,
  });
});
