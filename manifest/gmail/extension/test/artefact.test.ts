/** The built extension as Chrome gets it: what it may do, and what is nowhere in it. Build first. */

import assert from "node:assert/strict";
import { readFile, readdir } from "node:fs/promises";
import { test } from "node:test";

const BUILT = new URL("../../../dist/gmail/extension/", import.meta.url);

interface Manifest {
  key: string;
  version: string;
  permissions: string[];
  host_permissions: string[];
  content_security_policy: { extension_pages: string };
  web_accessible_resources?: unknown;
  externally_connectable?: unknown;
}

async function text(name: string): Promise<string> {
  return readFile(new URL(name, BUILT), "utf8");
}

async function manifest(): Promise<Manifest> {
  return JSON.parse(await text("manifest.json")) as Manifest;
}

test("it may do what it needs and nothing else", async () => {
  const { permissions, host_permissions, web_accessible_resources, externally_connectable } =
    await manifest();
  assert.deepEqual(permissions.toSorted(), [
    "alarms",
    "declarativeNetRequest",
    "identity",
    "scripting",
    "storage",
  ]);
  assert.deepEqual(host_permissions, ["https://mail.google.com/*"]);
  assert.equal(web_accessible_resources, undefined);
  assert.equal(externally_connectable, undefined);
});

test("no script comes from elsewhere", async () => {
  const scripts = (await readdir(BUILT)).filter((name) => name.endsWith(".js"));
  assert.deepEqual(scripts.toSorted(), [
    "content.js",
    "inboxsdk.js",
    "options.js",
    "pageWorld.js",
    "worker.js",
  ]);
  for (const name of ["content.js", "options.js", "worker.js"]) {
    const code = await text(name);
    assert.doesNotMatch(code, /\beval\(|new Function\(|importScripts|import\(|innerHTML/, name);
  }
  const { content_security_policy } = await manifest();
  assert.match(content_security_policy.extension_pages, /^default-src 'none'; script-src 'self';/);
});

test("only the public key is in it", async () => {
  const { key } = await manifest();
  assert.equal(Buffer.from(key, "base64").length, 294);
  for (const name of await readdir(BUILT, { recursive: true })) {
    assert.doesNotMatch(name, /\.(pem|crx)$/);
  }
});

test("the schema of the policy is one that Chrome loads", async () => {
  const schema = JSON.parse(await text("managed_schema.json")) as {
    type: string;
    additionalProperties?: unknown;
    properties: Record<string, { type?: string }>;
  };
  assert.equal(schema.type, "object");
  assert.equal(schema.additionalProperties, undefined);
  assert.ok(Object.values(schema.properties).every((each) => each.type === "string"));
});

test("both languages name it", async () => {
  for (const locale of ["en", "ja"]) {
    const messages = JSON.parse(await text(`_locales/${locale}/messages.json`)) as Record<
      string,
      { message: string }
    >;
    assert.deepEqual(Object.keys(messages), ["name", "description"]);
    assert.ok((messages.description?.message.length ?? 999) <= 132);
  }
});
