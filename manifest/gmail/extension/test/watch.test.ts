/** What is watched between two presses of Send: asked in advance, tested, and kept up with the backend's rules. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Answers } from "../src/answers.ts";
import type { ComposeAdapter } from "../src/compose.ts";
import { Watch } from "../src/watch.ts";
import { FakeMail, FakeWorker } from "./fakes.ts";

class Page {
  readonly mail = new FakeMail();
  readonly worker = new FakeWorker();
  time = 0;
  readonly watch = new Watch({
    worker: this.worker,
    answers: new Answers(() => this.time),
    locale: () => "en",
    clock: () => this.time,
    press: () => Promise.resolve(),
  });

  constructor() {
    this.mail.fields.to = ["a@x.jp"];
    this.mail.subject = "Minutes";
    const adapter: ComposeAdapter = {
      name: "dom",
      start: () => undefined,
      owns: () => true,
      problem: () => "send_button_missing",
    };
    this.watch.use(adapter);
    this.watch.opened(this.mail);
  }

  /** Lets time go by; Gmail changes something every so many milliseconds. */
  async pass(milliseconds: number, every: number): Promise<void> {
    for (let gone = 0; gone < milliseconds; gone += every) {
      this.time += every;
      mock.timers.tick(every);
      this.watch.changed(this.mail);
      await Promise.resolve();
    }
  }
}

test("a mail on a page that never rests is asked about all the same, once, and tested", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const page = new Page();
    await page.pass(200_000, 200);
    assert.deepEqual(
      page.worker.asked.map((each) => each.composing),
      [true],
    );
    assert.deepEqual(page.worker.healths, [{ adapter: "dom", problem: "send_button_missing" }]);
  } finally {
    mock.timers.reset();
  }
});

test("until the backend has said what its rules ask for, all of that is told as unread", async () => {
  const page = new Page();
  const { told } = page.worker;
  const unread = ["subject", "body", "attachments", "thread"];
  page.worker.told = { ...told, collect: null };
  assert.deepEqual(page.watch.message(page.mail)?.truncated, unread);
  await page.watch.ready();
  assert.deepEqual(page.watch.message(page.mail)?.truncated, unread);
  assert.equal(page.watch.message(page.mail)?.subject, null);
  page.worker.told = told;
  await page.watch.ready();
  assert.deepEqual(page.watch.message(page.mail)?.truncated, []);
});

test("a mail that is open already is read as the rules of now ask for", async () => {
  const page = new Page();
  await page.watch.ready();
  assert.equal(page.watch.message(page.mail)?.subject, null);
  page.worker.told = { ...page.worker.told, collect: ["subject"] };
  await page.watch.ready();
  assert.equal(page.watch.message(page.mail)?.subject, "Minutes");
});
