/** Moving and removing recipients through the fake Outlook: nobody is lost, whatever the client does. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { moveToBcc, removeRecipients, undo } from "../pane/fix.ts";
import type { FixError } from "../pane/fix.ts";
import type { Host } from "../src/host.ts";
import { officeHost } from "../src/host.ts";
import { readCap, readMessage } from "../src/reading.ts";
import { FakeHost } from "./fake/host.ts";
import type { Draft } from "./fake/item.ts";
import { draft, entries } from "./fake/item.ts";
import { PROFILES } from "./fake/profiles.ts";

const SENDER = { emailAddress: "staff@hall.example", displayName: "職員" };
const CAP = 1000;

function opened(
  start: Draft,
  profile: keyof typeof PROFILES = "web",
): { fake: FakeHost; host: Host; start: Draft } {
  const fake = new FakeHost(PROFILES[profile], start);
  Object.assign(globalThis, fake.globals());
  return { fake, host: officeHost({ read: 200, write: 200, token: 200 }), start };
}

function addresses(start: Draft): Record<string, string[]> {
  const of = (list: { emailAddress: string }[]) => list.map((each) => each.emailAddress);
  return { to: of(start.to), cc: of(start.cc), bcc: of(start.bcc) };
}

function many(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `p${String(index)}@example.com`);
}

function problem(expected: string): (error: FixError) => boolean {
  return (error) => error.problem === expected;
}

test("outsiders go to Bcc, colleagues stay where they are", async () => {
  const { host, start } = opened(
    draft({ to: entries("boss@hall.example", "a@x.jp"), cc: entries("b@y.jp") }),
  );
  await moveToBcc(host, ["a@x.jp", "b@y.jp"], SENDER, CAP);
  assert.deepEqual(addresses(start), { to: ["boss@hall.example"], cc: [], bcc: ["a@x.jp", "b@y.jp"] });
});

test("an empty To gets the sender, and undo takes the sender out again", async () => {
  const { host, start } = opened(draft({ to: entries("a@x.jp", "b@y.jp") }));
  const change = await moveToBcc(host, ["a@x.jp", "b@y.jp"], SENDER, CAP);
  assert.deepEqual(addresses(start).to, ["staff@hall.example"]);
  await undo(host, change, CAP);
  assert.deepEqual(addresses(start), { to: ["a@x.jp", "b@y.jp"], cc: [], bcc: [] });
});

test("450 recipients are moved in chunks of at most 100", async () => {
  const people = many(450);
  const { host, start, fake } = opened(draft({ to: entries("boss@hall.example", ...people) }));
  await moveToBcc(host, people, SENDER, CAP);
  assert.equal(start.bcc.length, 450);
  assert.deepEqual(addresses(start).to, ["boss@hall.example"]);
  assert.equal(fake.calls.made.filter((call) => call === "bcc.addAsync").length, 5);
});

test("Bcc is filled and read back before To is touched", async () => {
  const { host, fake } = opened(draft({ to: entries("a@x.jp", "b@y.jp") }));
  await moveToBcc(host, ["a@x.jp", "b@y.jp"], SENDER, CAP);
  const { made } = fake.calls;
  const filled = made.indexOf("bcc.addAsync");
  assert.ok(filled < made.indexOf("bcc.getAsync", filled));
  assert.ok(made.indexOf("bcc.getAsync", filled) < made.indexOf("to.setAsync"));
});

test("somebody who is in Bcc already, in other letters, is not added twice", async () => {
  const { host, start } = opened(draft({ to: entries("A@x.jp", "b@y.jp"), bcc: entries("a@X.jp") }));
  await moveToBcc(host, ["A@x.jp", "b@y.jp"], SENDER, CAP);
  assert.deepEqual(addresses(start).bcc, ["a@X.jp", "b@y.jp"]);
});

for (const call of ["bcc.addAsync", "to.setAsync", "cc.setAsync"]) {
  test(`when ${call} fails, everybody is where they were`, async () => {
    const { host, start, fake } = opened(draft({ to: entries("a@x.jp"), cc: entries("b@y.jp") }));
    fake.calls.faults.set(call, "fail");
    await assert.rejects(moveToBcc(host, ["a@x.jp", "b@y.jp"], SENDER, CAP), problem("failed"));
    assert.deepEqual(addresses(start), { to: ["a@x.jp"], cc: ["b@y.jp"], bcc: [] });
  });
}

test("a client that ignores the write and reports success is found out", async () => {
  const { host, start } = opened(draft({ to: entries("a@x.jp") }));
  const deaf = { ...host, addRecipients: () => Promise.resolve() };
  await assert.rejects(moveToBcc(deaf, ["a@x.jp"], SENDER, CAP), problem("failed"));
  assert.deepEqual(addresses(start).to, ["a@x.jp"]);
});

test("a field at the client's cap is never written back", async () => {
  const { host, start, fake } = opened(draft({ to: entries(...many(520)) }), "classic_1_15");
  await assert.rejects(moveToBcc(host, many(520), SENDER, 500), problem("too_many"));
  assert.equal(start.to.length, 520);
  assert.ok(!fake.calls.made.some((call) => /setAsync|addAsync/.test(call)));
});

test("more than Bcc can hold is refused before anything is written", async () => {
  const { host, start } = opened(
    draft({ to: entries(...many(300)), bcc: entries(...many(480).slice(280)) }),
    "classic_1_15",
  );
  await assert.rejects(moveToBcc(host, many(300).concat("q@x.jp"), SENDER, 400), problem("too_many"));
  assert.equal(start.to.length, 300);
});

test("a contact group without an address keeps every field as it is", async () => {
  const group = { emailAddress: "", displayName: "組" };
  const { host, start } = opened(draft({ to: [group, ...entries("a@x.jp", "b@y.jp")] }));
  await assert.rejects(moveToBcc(host, ["a@x.jp"], SENDER, CAP), problem("group_in_field"));
  assert.deepEqual(addresses(start), { to: ["", "a@x.jp", "b@y.jp"], cc: [], bcc: [] });
});

test("removed recipients leave every field, and undo brings back only them", async () => {
  const { host, start } = opened(draft({ to: entries("a@x.jp", "b@y.jp"), bcc: entries("a@x.jp") }));
  const change = await removeRecipients(host, ["a@x.jp"], CAP);
  assert.deepEqual(addresses(start), { to: ["b@y.jp"], cc: [], bcc: [] });
  start.cc.push(...entries("later@z.jp"));
  await undo(host, change, CAP);
  assert.deepEqual(addresses(start), { to: ["b@y.jp", "a@x.jp"], cc: ["later@z.jp"], bcc: ["a@x.jp"] });
});

test("in the classic interface on Mac, which tells 500 of a field, a longer list is neither moved nor called read", async () => {
  const people = many(520);
  const { host, start } = opened(draft({ to: entries(...people) }), "mac_classic");
  await assert.rejects(moveToBcc(host, people.slice(0, 500), SENDER, readCap(host)), problem("too_many"));
  assert.equal(start.to.length, 520);
  assert.deepEqual((await readMessage(host, { fields: [] })).truncated, ["to"]);
});

test("where Outlook refuses to put people back, those it moved stay in Bcc instead of nowhere", async () => {
  const colleagues = Array.from({ length: 150 }, (_, index) => `c${String(index)}@hall.example`);
  const people = many(150);
  const { host, start, fake } = opened(draft({ to: entries(...colleagues, ...people) }));
  fake.calls.faults.set("to.addAsync", "fail");
  await assert.rejects(moveToBcc(host, people, SENDER, CAP), problem("failed"));
  assert.deepEqual(addresses(start).bcc, people);
});

/** Runs `work` the moment Office.js is asked for `call` the first time. */
function during(fake: FakeHost, call: string, work: () => void): void {
  const made = fake.calls.made;
  const push = made.push.bind(made);
  let done = false;
  made.push = (name) => {
    if (name === call && !done) {
      done = true;
      work();
    }
    return push(name);
  };
}

const LATE = "late@z.jp";

for (const [call, field] of [
  ["bcc.addAsync", "to"],
  ["bcc.addAsync", "cc"],
  ["bcc.addAsync", "bcc"],
  ["to.setAsync", "cc"],
] as const) {
  test(`whom the sender adds to ${field} during ${call} stays`, async () => {
    const to = entries("boss@hall.example", "a@x.jp");
    const { host, start, fake } = opened(draft({ to, cc: entries("b@y.jp", "c@hall.example") }));
    during(fake, call, () => start[field].push(...entries(LATE)));
    await moveToBcc(host, ["a@x.jp", "b@y.jp"], SENDER, CAP);
    const wanted = { to: ["boss@hall.example"], cc: ["c@hall.example"], bcc: ["a@x.jp", "b@y.jp"] };
    wanted[field].push(LATE);
    assert.deepEqual(new Set(addresses(start)[field]), new Set(wanted[field]));
    assert.equal(start.to.length + start.cc.length + start.bcc.length, 5);
  });
}

test("whom the sender adds during a fix that fails stays, and everybody else is where they were", async () => {
  const { host, start, fake } = opened(draft({ to: entries("boss@hall.example", "a@x.jp") }));
  during(fake, "to.setAsync", () => {
    fake.calls.faults.set("to.setAsync", "fail");
    start.to.push(...entries(LATE));
    setTimeout(() => {
      fake.calls.faults.clear();
    }, 0);
  });
  await assert.rejects(moveToBcc(host, ["a@x.jp"], SENDER, CAP), problem("failed"));
  assert.deepEqual(addresses(start), { to: ["boss@hall.example", "a@x.jp", LATE], cc: [], bcc: [] });
});

test("whom the sender adds while others are removed stays", async () => {
  const to = entries("a@x.jp", "b@y.jp");
  const { host, start, fake } = opened(draft({ to, cc: entries("a@x.jp", "c@z.jp") }));
  during(fake, "to.setAsync", () => start.cc.push(...entries(LATE)));
  await removeRecipients(host, ["a@x.jp"], CAP);
  assert.deepEqual(addresses(start), { to: ["b@y.jp"], cc: ["c@z.jp", LATE], bcc: [] });
});
