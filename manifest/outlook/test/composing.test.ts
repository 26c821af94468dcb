/** The built script while composing: info bar, prefetched answer, and the memory of a thread. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ALLOW, BLOCK, CROWD } from "./answers.ts";
import { http, load } from "./classic_engine.ts";
import { FakeHost } from "./fake/host.ts";
import { draft, entries } from "./fake/item.ts";
import { PROFILES } from "./fake/profiles.ts";

function outlook(profile: keyof typeof PROFILES = "web"): FakeHost {
  return new FakeHost(PROFILES[profile], draft({ to: entries(...CROWD) }));
}

test("risky recipients show an info bar, which goes when they are risky no longer", async () => {
  const host = outlook();
  let answer = BLOCK;
  load(host, () => http(200, answer));
  assert.equal(await host.fire("onMessageRecipientsChanged"), 1);
  assert.equal(host.draft?.notices.get("atesaki"), BLOCK.findings[0]?.reason);
  answer = ALLOW;
  await host.fire("onMessageRecipientsChanged");
  assert.equal(host.draft?.notices.size, 0);
});

test("a long reason is cut to what the info bar takes", async () => {
  const host = outlook();
  const finding = { ...BLOCK.findings[0], reason: "とても長い理由です。".repeat(30) };
  load(host, () => http(200, { ...BLOCK, findings: [finding] }));
  await host.fire("onMessageRecipientsChanged");
  const shown = host.draft?.notices.get("atesaki") ?? "";
  assert.ok(shown.length > 100 && shown.length <= 150 && shown.endsWith("…"));
});

test("a pasted list that fires many events asks once, and every event is completed once", async () => {
  const host = outlook();
  const requests = load(host, () => http(200, BLOCK));
  const completions = await Promise.all(
    Array.from({ length: 8 }, () => host.fire("onMessageRecipientsChanged")),
  );
  assert.deepEqual(
    completions,
    Array.from({ length: 8 }, () => 1),
  );
  assert.equal(requests.length, 1);
});

test("it asks once, too, where classic Outlook starts an engine for each event", async () => {
  const host = outlook("classic");
  const requests = await Promise.all(
    Array.from({ length: 8 }, async () => {
      const made = load(host, () => http(200, BLOCK));
      assert.equal(await host.fire("onMessageRecipientsChanged"), 1);
      return made.length;
    }),
  );
  assert.deepEqual(requests, [0, 0, 0, 0, 0, 0, 0, 1]);
  assert.equal(host.draft?.notices.get("atesaki"), BLOCK.findings[0]?.reason);
});

test("a draft that keeps nothing in its session is looked at all the same", async () => {
  const host = outlook("classic");
  host.calls.faults.set("sessionData.setAsync", "fail");
  const requests = load(host, () => http(200, BLOCK));
  await host.fire("onMessageRecipientsChanged");
  await host.fire("onMessageRecipientsChanged");
  assert.equal(requests.length, 2);
});

test("the question while composing says so and is never mistaken for a Send", async () => {
  const host = outlook();
  const requests = load(host, () => http(200, ALLOW));
  await host.fire("onMessageRecipientsChanged");
  const { client } = JSON.parse(requests[0]?.body ?? "") as { client: { moment: string } };
  assert.equal(client.moment, "compose");
});

test("what was said about the same recipients while composing makes the local rule stricter", async () => {
  const host = new FakeHost(PROFILES.web, draft({ to: entries("member@example.com") }));
  let up = true;
  load(host, () => (up ? http(200, BLOCK) : http(500, {})));
  await host.fire("onMessageRecipientsChanged");
  up = false;
  assert.equal((await host.send()).sent, false, "one outsider alone would pass the local rule");
  host.draft?.to.splice(0, 1, ...entries("other@example.com"));
  assert.equal((await host.send()).sent, true, "other recipients: the old answer doesn't count");
});

test("the same recipients are the same, in another order and under names that Outlook found since", async () => {
  const host = new FakeHost(PROFILES.web, draft({ to: entries("a@hall.example", "member@example.com") }));
  let up = true;
  load(host, () => (up ? http(200, BLOCK) : http(500, {})));
  await host.fire("onMessageRecipientsChanged");
  up = false;
  host.draft?.to.reverse();
  Object.assign(host.draft?.to[0] ?? {}, { displayName: "佐藤", emailAddress: "Member@Example.com" });
  assert.equal((await host.send()).sent, false);
});

test("while the backend is away the local rule hints in the info bar", async () => {
  const host = outlook();
  load(host, () => http(503, {}));
  await host.fire("onMessageRecipientsChanged");
  assert.match(host.draft?.notices.get("atesaki") ?? "", /確認できていません/);
});

test("an exception while composing completes the event and sends nothing", async () => {
  const host = outlook();
  host.calls.faults.set("*", "throw");
  load(host, () => http(200, BLOCK));
  assert.equal(await host.fire("onMessageRecipientsChanged"), 1);
  assert.equal(await host.fire("onNewMessageCompose"), 1);
});

test("a reply remembers who was in the thread, and Send tells it", async () => {
  const host = new FakeHost(
    PROFILES.classic,
    draft({ composeType: "reply", to: entries("a@example.com"), cc: entries("b@example.com") }),
  );
  const requests = load(host, () => http(200, ALLOW));
  assert.equal(await host.fire("onNewMessageCompose"), 1);
  host.draft?.to.push(...entries("stranger@example.org"));
  await host.send();
  const { message } = JSON.parse(requests[0]?.body ?? "") as { message: { thread: unknown } };
  assert.deepEqual(message.thread, { kind: "reply_all", recipients: ["a@example.com", "b@example.com"] });
});

for (const call of ["to.getAsync", "sessionData.setAsync"]) {
  test(`a thread is remembered although ${call} takes longer than Send could wait`, async () => {
    const host = new FakeHost(
      PROFILES.mac,
      draft({ composeType: "reply", to: entries("a@example.com", "b@example.com") }),
    );
    load(host, () => http(200, ALLOW));
    host.calls.faults.set(call, "late");
    await host.fire("onNewMessageCompose");
    assert.equal(host.draft?.session.get("atesaki.thread"), '["a@example.com","b@example.com"]');
  });
}

test("a thread is remembered once: whom the sender added before a second event is no old acquaintance", async () => {
  const host = new FakeHost(PROFILES.web, draft({ composeType: "reply", to: entries("a@example.com") }));
  load(host, () => http(200, ALLOW));
  await host.fire("onNewMessageCompose");
  host.draft?.to.push(...entries("stranger@example.org"));
  await host.fire("onNewMessageCompose");
  assert.equal(host.draft?.session.get("atesaki.thread"), '["a@example.com"]');
});

test("a new message remembers no thread", async () => {
  const host = outlook("classic");
  load(host, () => http(200, ALLOW));
  await host.fire("onNewMessageCompose");
  assert.equal(host.draft?.session.size, 0);
});
