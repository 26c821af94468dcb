/** What the journal is told of a mail that was let go: what really happened, or nothing. */

import assert from "node:assert/strict";
import { test } from "node:test";
import type { Departure } from "../src/compose.ts";
import { Desk, settled, until } from "./desk.ts";

async function outcomesOf(departure: Departure): Promise<readonly string[]> {
  const desk = new Desk();
  desk.mail.fields.to = ["boss@hall.example"];
  desk.mail.departs = Promise.resolve(departure);
  desk.mail.press();
  await until(() => desk.mail.sent.length === 1);
  await settled();
  return desk.worker.outcomes;
}

test("a mail that Gmail took but did not send is not told as sent", async () => {
  assert.deepEqual(await outcomesOf("left"), ["sent"]);
  assert.deepEqual(await outcomesOf("stayed"), ["cancelled"]);
  assert.deepEqual(await outcomesOf("unknown"), []);
});

test("a mail whose fate is not yet known can be pressed again", async () => {
  const desk = new Desk();
  desk.mail.fields.to = ["boss@hall.example"];
  desk.mail.departs = new Promise(() => undefined);
  desk.mail.press();
  await until(() => desk.mail.sent.length === 1);
  await new Promise((resolve) => setTimeout(resolve, 2_100));
  desk.mail.press();
  await until(() => desk.mail.sent.length === 2);
});
