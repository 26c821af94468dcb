/** What the server refused at Send stays refused while the server can't be asked, until the message is changed. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { stringsFor } from "@atesaki/common/src/strings.ts";
import type { Answer } from "@atesaki/common/src/wire.ts";
import { ALLOW, BLOCK, warn } from "./answers.ts";
import { http, load } from "./classic_engine.ts";
import type { FakeHost } from "./fake/host.ts";
import { SEND_ANYWAY } from "./fake/host.ts";
import type { Draft } from "./fake/item.ts";
import { draft } from "./fake/item.ts";
import { crowd, one, outlook } from "./sending.ts";

/** Outlook with a message that was sent once, and a server that is away since. */
async function refusedBefore(start: Draft, answer: Answer, event?: string): Promise<FakeHost> {
  const host = outlook(start);
  let up = true;
  load(host, () => (up ? http(200, answer) : http(503, {})));
  await host.send(event);
  up = false;
  return host;
}

for (const [name, answer] of [
  ["blocked", BLOCK],
  ["left to a second person", warn("second_check")],
] as const) {
  test(`what was ${name} is not sent because the network fails, with the sender's word or without`, async () => {
    for (const start of [crowd(), one()]) {
      const host = await refusedBefore(start, answer);
      const { sent, dialog, completions } = await host.send();
      assert.deepEqual([sent, completions, dialog?.buttons], [false, 1, ["Don't Send"]]);
      assert.equal(dialog?.text, stringsFor("ja").uncheckedRefused);
      const [report] = host.settings.get("atesaki.degraded") as Record<string, unknown>[];
      assert.equal(report?.action, "held");
      assert.deepEqual(host.errors, []);
    }
  });
}

test("another order, another spelling or another text is no change that counts", async () => {
  const host = await refusedBefore(crowd(), BLOCK);
  host.draft?.to.reverse();
  Object.assign(host.draft?.to[0] ?? {}, { emailAddress: "V26@Gmail.com", displayName: "佐藤" });
  Object.assign(host.draft ?? {}, { body: "別の本文" });
  assert.equal((await host.send()).dialog?.text, stringsFor("ja").uncheckedRefused);
});

test("a message that was mended goes without the check, which is the way out of an outage", async () => {
  const host = await refusedBefore(crowd(), BLOCK);
  Object.assign(host.draft ?? {}, { bcc: host.draft?.to, to: [] });
  assert.equal((await host.send()).sent, true);
});

test("what was only warned about may go by its sender's word", async () => {
  const host = await refusedBefore(crowd(), warn("acknowledge"));
  assert.ok((await host.send()).dialog?.buttons.includes(SEND_ANYWAY));
});

test("the last answer counts: what was allowed since is refused no longer", async () => {
  const host = outlook(one());
  let answer: Answer | null = BLOCK;
  load(host, () => (answer ? http(200, answer) : http(503, {})));
  await host.send();
  const kept = host.draft;
  answer = ALLOW;
  await host.send();
  host.draft = kept;
  answer = null;
  assert.equal((await host.send()).sent, true);
});

for (const fault of ["throw", "fail", "hang"] as const) {
  test(`a draft whose session does ${fault} is answered all the same`, async () => {
    const host = outlook();
    host.calls.faults.set("sessionData.setAsync", fault);
    load(host, () => http(200, BLOCK));
    const { dialog, completions } = await host.send();
    assert.deepEqual([completions, dialog?.text], [1, BLOCK.dialog.text]);
  });
}

for (const [language, text] of [
  ["ja-JP", /^この会議の案内は.*出席者/],
  ["en-US", /^This meeting was held before.*removing attendees/],
] as const) {
  test(`in ${language} a refused meeting is told as one`, async () => {
    const meeting = draft({ itemType: "appointment", to: crowd().to });
    const host = outlook(meeting);
    host.language = language;
    let up = true;
    load(host, () => (up ? http(200, BLOCK) : http(503, {})));
    await host.send("onAppointmentSend");
    up = false;
    assert.match((await host.send("onAppointmentSend")).dialog?.text ?? "", text);
  });
}
