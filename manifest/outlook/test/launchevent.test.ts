/** The built script in the engine of classic Outlook: what Send does with what the backend answers. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { ALLOW, BLOCK, CROWD, warn } from "./answers.ts";
import { http, load } from "./classic_engine.ts";
import { SEND_ANYWAY } from "./fake/host.ts";
import { crowd, one, outlook } from "./sending.ts";

test("an allowed message is sent without a trace on screen", async () => {
  const host = outlook(one());
  load(host, () => http(200, ALLOW));
  const sending = await host.send();
  assert.equal(sending.sent, true);
  assert.equal(sending.dialog, null);
  assert.equal(sending.completions, 1);
});

for (const client of ["web", "mac"] as const) {
  test(`in the page of ${client} the script is told of Send, because it calls Office.onReady`, async () => {
    const host = outlook(crowd(), client);
    load(host, () => http(200, BLOCK));
    const { sent, dialog, completions } = await host.send();
    assert.equal(sent, false);
    assert.equal(dialog?.text, BLOCK.dialog.text);
    assert.equal(completions, 1);
  });
}

test("the engine of classic Outlook may lack Office.onReady", async () => {
  const host = outlook();
  const { Office, OfficeRuntime } = host.globals();
  host.globals = () => ({ Office: Object.assign(Office as object, { onReady: undefined }), OfficeRuntime });
  load(host, () => http(200, BLOCK));
  assert.equal((await host.send()).completions, 1);
});

test("warn with send_anyway shows Outlook's own Send Anyway beside our button", async () => {
  const host = outlook();
  load(host, () => http(200, warn("send_anyway")));
  const { sent, dialog, options } = await host.send();
  assert.equal(sent, false);
  assert.deepEqual(dialog?.buttons, [SEND_ANYWAY, "宛先を確認"]);
  assert.equal(options?.sendModeOverride, "promptUser");
  assert.deepEqual(host.errors, []);
});

for (const [release, label] of [
  ["acknowledge", "宛先を確認"],
  ["justify", "宛先を確認"],
  ["second_check", "ほかの人の確認"],
  ["never", "宛先を確認"],
] as const) {
  test(`warn with ${release} has no way on but the button that opens the pane`, async () => {
    const host = outlook();
    load(host, () => http(200, warn(release)));
    const { dialog, options } = await host.send();
    assert.deepEqual(dialog?.buttons, [label]);
    assert.equal(dialog.commandId, "atesakiPane");
    assert.equal(options?.sendModeOverride, undefined);
  });
}

test("block says why in the server's words and offers Move to Bcc", async () => {
  const host = outlook();
  load(host, () => http(200, BLOCK));
  const { sent, dialog, options, completions } = await host.send();
  assert.equal(sent, false);
  assert.equal(dialog?.text, BLOCK.dialog.text);
  assert.deepEqual(dialog.buttons, ["BCC に移動"]);
  assert.equal(options?.errorMessageMarkdown, BLOCK.dialog.markdown);
  assert.equal(completions, 1);
  assert.deepEqual(host.errors, []);
});

test("Move to Bcc stands on the button only where it is the first fix", async () => {
  const host = outlook();
  const remedies = [{ kind: "remove", recipients: CROWD.slice(0, 1) } as const, ...BLOCK.remedies];
  load(host, () => http(200, { ...BLOCK, remedies }));
  const { dialog } = await host.send();
  assert.deepEqual(dialog?.buttons, ["宛先を確認"]);
});

test("the pane gets the decision as a string that it can parse", async () => {
  const host = outlook();
  load(host, () => http(200, BLOCK));
  const { dialog } = await host.send();
  const context = JSON.parse(dialog?.contextData ?? "") as { answer: { decision_id: string }; print: string };
  assert.equal(context.answer.decision_id, BLOCK.decision_id);
  assert.match(context.print, /^[0-9a-f]{16}$/);
});

test("what the dialog's button would tell the pane stays with the draft, for who opens it by the ribbon", async () => {
  const host = outlook();
  load(host, () => http(200, BLOCK));
  const { dialog } = await host.send();
  assert.equal(host.draft?.session.get("atesaki.held"), dialog?.contextData);
});

test("a decision too large for the dialog's context is left for the pane to ask again", async () => {
  const host = outlook();
  const many = Array.from({ length: 900 }, (_, index) => `person${String(index)}@example.com`);
  load(host, () => http(200, { ...BLOCK, remedies: [{ kind: "move_to_bcc", recipients: many }] }));
  const { dialog } = await host.send();
  assert.equal((JSON.parse(dialog?.contextData ?? "") as { answer: unknown }).answer, null);
});

test("an English Outlook gets English words", async () => {
  const host = outlook();
  host.language = "en-GB";
  const requests = load(host, () => http(200, BLOCK));
  const { dialog } = await host.send();
  assert.deepEqual(dialog?.buttons, ["Move to Bcc"]);
  assert.equal((JSON.parse(requests[0]?.body ?? "") as { locale: string }).locale, "en");
});

test("below Mailbox 1.14 the text itself says how to open the pane", async () => {
  const host = outlook(crowd(), "classic_1_12");
  load(host, () => http(200, { ...BLOCK, dialog: { text: "あ".repeat(500), markdown: "x" } }));
  const { dialog } = await host.send();
  assert.deepEqual(dialog?.buttons, ["Don't Send"]);
  assert.match(dialog.text, /リボンの「宛先を確認」を開いてください。$/);
  assert.deepEqual(host.errors, []);
});
