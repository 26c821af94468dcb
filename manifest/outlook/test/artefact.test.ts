/** The built launchevent.js is what the oldest classic Outlook can load. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { stringsFor } from "@atesaki/common/src/strings.ts";
import { stringsAtSend } from "@atesaki/common/src/strings_at_send.ts";
import { parse, tokenizer } from "acorn";
import { builtScript, PLACEHOLDER } from "./classic_engine.ts";

const script = builtScript();
const words = new Set(names(script));

function* names(source: string): Generator<string> {
  for (const token of tokenizer(source, { ecmaVersion: 2016 })) {
    if (token.type.label === "name") {
      yield source.slice(token.start, token.end);
    }
  }
}

test("it is one ES2016 script, no module", () => {
  assert.doesNotThrow(() => parse(script, { ecmaVersion: 2016, sourceType: "script" }));
});

test("it has no conditional operator, which keeps old builds from loading it", () => {
  const found = [...tokenizer(script, { ecmaVersion: 2016 })].filter((token) => token.type.label === "?");
  assert.deepEqual(found, []);
});

test("it knows no DOM, no storage, and nothing else that the engine lacks", () => {
  const missing = [
    "window",
    "document",
    "localStorage",
    "sessionStorage",
    "XMLHttpRequest",
    "AbortController",
    "TextEncoder",
    "crypto",
    "Headers",
    "URL",
    "globalThis",
    "require",
    "async",
    "await",
    "displayDialogAsync",
  ].filter((name) => words.has(name));
  assert.deepEqual(missing, []);
});

test("the backend finds its placeholder exactly once", () => {
  assert.equal(script.split(PLACEHOLDER).length, 2);
});

test("it registers the handler of every event at its top level", () => {
  const registered = [...script.matchAll(/Office\.actions\.associate\(\s*"(\w+)"/g)].map((match) => match[1]);
  assert.deepEqual(registered, [
    "onMessageSend",
    "onAppointmentSend",
    "onMessageRecipientsChanged",
    "onNewMessageCompose",
  ]);
});

for (const [locale, item] of [
  ["ja", "message"],
  ["en", "message"],
  ["ja", "appointment"],
  ["en", "appointment"],
] as const) {
  test(`of the words in ${locale} for one ${item} it carries what Send says, and none of the pane's`, () => {
    const carried = said(stringsFor(locale, item)).filter((text) => script.includes(JSON.stringify(text)));
    assert.deepEqual(new Set(carried), new Set(said(stringsAtSend(locale, item))));
  });
}

test("it neither asks for second checks nor sees how they stand, which the pane does", () => {
  assert.doesNotMatch(script, /\/second_check|\/release"|\/outcome"/);
});

function said(words: object): string[] {
  return Object.values(words).flatMap((each: unknown) => {
    if (typeof each === "object" && each !== null) {
      return said(each);
    }
    return typeof each === "string" ? [each] : [];
  });
}
