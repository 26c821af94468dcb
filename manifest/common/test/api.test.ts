/** Second checks over HTTP: asked by POST, seen by GET, and nothing is taken for granted. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { connect } from "../src/api.ts";

const WAITING = {
  decision_id: "d/1",
  state: "waiting",
  asked_at: "2026-11-28T12:00:00Z",
  expires_at: "2026-12-01T12:00:00Z",
  by: null,
  comment: null,
  url: "https://guard.example.org/console/checks/1",
};

/** The API over a server that gives one answer, and what that server was asked. */
function answering(status: number, body: unknown) {
  const asked: string[] = [];
  const fetch = (url: string, { method, body }: RequestInit) => {
    asked.push([method, url, ...(typeof body === "string" ? [body] : [])].join(" "));
    return Promise.resolve({ ok: status < 400, status, json: () => Promise.resolve(answer) });
  };
  const answer = body;
  Object.assign(globalThis, { fetch });
  return { api: connect({ apiBase: "https://guard.example.org", key: "k", timeout: 1000 }), asked };
}

test("a check is asked for by POST, with the note, and looked at by GET", async () => {
  const { api, asked } = answering(200, WAITING);
  assert.equal((await api.askSecondCheck("d/1", "a note", null)).state, "waiting");
  assert.equal((await api.secondCheck("d/1", null))?.state, "waiting");
  const url = "https://guard.example.org/v1/decisions/d%2F1/second_check";
  assert.deepEqual(asked, [`POST ${url} {"note":"a note"}`, `GET ${url}`]);
});

test("a request is withdrawn by POST, and a refusal of that is told", async () => {
  const { api, asked } = answering(200, { ...WAITING, state: "withdrawn" });
  await api.withdrawSecondCheck("d/1", null);
  const url = "https://guard.example.org/v1/decisions/d%2F1/second_check/withdrawal";
  assert.deepEqual(asked, [`POST ${url} {}`]);
  await assert.rejects(answering(409, {}).api.withdrawSecondCheck("d1", null), { status: 409 });
});

test("where nobody asked there is no check, which is no failure", async () => {
  const { api } = answering(404, {});
  assert.equal(await api.secondCheck("d1", null), null);
  await assert.rejects(api.askSecondCheck("d1", null, null), { status: 404 });
});

test("half an answer, or none, is never a check", async () => {
  for (const [status, body] of [
    [200, { ...WAITING, state: "ok" }],
    [503, WAITING],
    [403, WAITING],
  ] as const) {
    const { api } = answering(status, body);
    await assert.rejects(api.secondCheck("d1", null), { status });
    await assert.rejects(api.askSecondCheck("d1", null, null), { status });
  }
});
