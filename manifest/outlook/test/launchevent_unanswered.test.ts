/** The built script in classic Outlook: a press of Send whose answer did not arrive, and the presses after it. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ALLOW, warn } from "./answers.ts";
import type { Request } from "./classic_engine.ts";
import { http, load, rendered } from "./classic_engine.ts";
import type { FakeHost } from "./fake/host.ts";
import { body, crowd, never, outlook } from "./sending.ts";

const MINUTE = 60_000;
const HELD = warn("second_check");

/** The backend's side: what it has answered to which key, and the one grant that there is. */
class Server {
  readonly #kept = new Map<string, { message: string; answer: unknown }>();
  grants = 1;
  released = 0;
  answers: "all" | "none" | "busy" = "all";

  readonly respond = (request: Request): unknown => {
    if (this.answers === "busy") {
      return http(409, {});
    }
    const answer = this.#answer(request);
    return this.answers === "none" ? never() : answer;
  };

  #answer(request: Request): unknown {
    const key = String(request.headers["Idempotency-Key"]);
    const { message: sent } = body(request);
    const words = String(sent?.body_text).trim().split(/\s+/);
    const message = JSON.stringify({ ...sent, body_text: words });
    const kept = this.#kept.get(key);
    if (kept) {
      return kept.message === message ? http(200, kept.answer) : http(422, {});
    }
    const answer = this.#judge();
    this.#kept.set(key, { message, answer });
    return http(200, answer);
  }

  #judge(): unknown {
    if (this.grants === 0) {
      return HELD;
    }
    this.grants -= 1;
    this.released += 1;
    return { ...ALLOW, released_by: { decision_id: "0192-held", kind: "second_check" } };
  }
}

interface Desk {
  readonly host: FakeHost;
  readonly server: Server;
  /** The keys under which the backend was asked. */
  keys(): (string | undefined)[];
  reports(): number[];
}

function desk(): Desk {
  const host = outlook();
  const server = new Server();
  const requests = load(host, server.respond, rendered({ fields: ["subject", "body_text", "attachments"] }));
  return {
    host,
    server,
    keys: () => requests.map((each) => each.headers["Idempotency-Key"]),
    reports: () => requests.map((each) => ((body(each).client?.degraded ?? []) as unknown[]).length),
  };
}

/** A desk at which the backend let the message go, and nobody heard of it. */
async function unheard(): Promise<Desk> {
  const opened = desk();
  opened.server.answers = "none";
  assert.equal((await opened.host.send()).sent, false);
  opened.server.answers = "all";
  return opened;
}

function kept({ host }: Desk): Record<string, unknown> {
  return JSON.parse(host.draft?.session.get("atesaki.press") ?? "{}") as Record<string, unknown>;
}

test("what was let go by an answer that came too late goes at the next press, and the grant counts once", async () => {
  const at = await unheard();
  assert.doesNotMatch(JSON.stringify(kept(at)), /@/, "what is kept holds no address");
  assert.equal((await at.host.send()).sent, true);
  const [first, second] = at.keys();
  assert.equal(second, first);
  assert.deepEqual(at.reports(), [0, 0], "a report would be lost with an answer given before");
  at.host.draft = crowd();
  assert.equal((await at.host.send()).sent, false, "an identical message of another draft");
  assert.equal(at.server.released, 1);
  assert.notEqual(at.keys()[2], first);
  assert.equal(at.reports()[2], 1, "the report comes with the next press");
});

test("lines that Outlook breaks differently make no other message of it", async () => {
  const at = await unheard();
  assert.ok(at.host.draft);
  at.host.draft.body = "  本文\r\n";
  assert.equal((await at.host.send()).sent, true);
  assert.equal(at.server.released, 1);
});

test("a changed message is another one: asked under another key, and held", async () => {
  const at = await unheard();
  assert.ok(at.host.draft);
  at.host.draft.body = "another text";
  assert.equal((await at.host.send()).sent, false);
  assert.notEqual(at.keys()[1], at.keys()[0]);
  assert.equal(at.reports()[1], 1);
});

test("where only the backend sees a change it is asked anew in the same press, and nothing goes by the old answer", async () => {
  const at = await unheard();
  assert.ok(at.host.draft);
  at.host.draft.attachments.push({
    id: "0",
    name: "a.pdf",
    size: 1,
    attachmentType: "file",
    isInline: false,
  });
  at.server.grants = 1;
  at.server.answers = "none";
  await at.host.send();
  at.server.answers = "all";
  at.host.draft.attachments = [{ id: "0", name: "a.pdf", size: 2, attachmentType: "file", isInline: false }];
  const { sent, dialog } = await at.host.send();
  assert.equal(sent, false);
  assert.ok(dialog?.text.includes(HELD.dialog.text), "held by a judgement, not for want of one");
  assert.equal(new Set(at.keys()).size, 3);
  assert.deepEqual(at.reports().slice(-2), [0, 2]);
});

test("a press too old for the backend to know is forgotten", async () => {
  const at = await unheard();
  const old = { ...kept(at), at: Date.now() - 15 * MINUTE };
  at.host.draft?.session.set("atesaki.press", JSON.stringify(old));
  assert.equal((await at.host.send()).sent, false);
  assert.notEqual(at.keys()[1], at.keys()[0]);
});

for (const broken of ["{", "[]", '{"key":"A B","at":1}', '{"key":"k"}']) {
  test(`a kept press that makes no sense is none: ${broken}`, async () => {
    const at = desk();
    at.host.draft?.session.set("atesaki.press", broken);
    assert.equal((await at.host.send()).sent, true);
  });
}

test("while the first try is under way the message waits, and its key with it", async () => {
  const at = await unheard();
  at.server.answers = "busy";
  assert.equal((await at.host.send()).sent, false);
  at.server.answers = "all";
  assert.equal((await at.host.send()).sent, true);
  assert.equal(new Set(at.keys()).size, 1);
});

test("an answer that holds ends the press: the next one is judged anew and tells what happened", async () => {
  const at = desk();
  at.server.grants = 0;
  at.server.answers = "none";
  await at.host.send();
  at.server.answers = "all";
  await at.host.send();
  at.server.grants = 1;
  assert.equal((await at.host.send()).sent, true, "granted meanwhile");
  const [first, second, third] = at.keys();
  assert.ok(first === second && second !== third);
  assert.deepEqual(at.reports(), [0, 0, 1]);
});

test("what another add-in stops after its release is let go by the same one, for Outlook closes what it sends", async () => {
  const at = desk();
  at.host.stoppedByAnother = true;
  assert.equal((await at.host.send()).sent, false);
  at.host.stoppedByAnother = false;
  assert.equal((await at.host.send()).sent, true);
  assert.equal(at.server.released, 1);
  at.host.draft = crowd();
  assert.equal((await at.host.send()).sent, false);
});

test("a message that no release let go costs no write, and each press of it is judged", async () => {
  const host = outlook();
  const requests = load(host, () => http(200, ALLOW));
  host.stoppedByAnother = true;
  await host.send();
  assert.equal(host.draft?.session.has("atesaki.press"), false);
  await host.send();
  assert.notEqual(requests[1]?.headers["Idempotency-Key"], requests[0]?.headers["Idempotency-Key"]);
});

test("a client that can't keep the press holds nothing for that", async () => {
  const at = desk();
  at.host.calls.faults.set("sessionData.setAsync", "fail");
  at.server.answers = "none";
  assert.equal((await at.host.send()).completions, 1);
  at.server.answers = "all";
  assert.equal((await at.host.send()).sent, false);
});
