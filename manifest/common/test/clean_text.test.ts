/** Text is cleaned and shortened without breaking characters. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { cleanBody, cleanLine, shortened } from "../src/clean_text.ts";

test("control characters of a line become spaces, whole emoji stay, halves don't", () => {
  assert.equal(cleanLine("a\r\n\tb\u007f😀\ud83d"), "a   b 😀\ufffd");
});

test("a body keeps its line breaks and loses its NUL", () => {
  assert.equal(cleanBody("a\nb\u0000"), "a\nb ");
});

test("a text that fits is not touched", () => {
  assert.equal(shortened("abc", 3), "abc");
});

test("a long text is cut between words, inside the limit", () => {
  assert.equal(shortened("one two three four", 12), "one two…");
});

test("a text without gaps is cut between characters, never through one", () => {
  const cut = shortened("😀".repeat(10), 8);
  assert.ok(cut.length <= 8 && !/[\ufffd]/.test(cut) && cut.endsWith("…"));
});
