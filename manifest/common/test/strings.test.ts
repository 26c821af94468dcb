/** Every string exists in both languages and keeps Outlook's limits. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { stringsFor } from "../src/strings.ts";
import type { Strings } from "../src/strings.ts";

const both = { ja: stringsFor("ja"), en: stringsFor("en") };

function spoken(strings: Strings): string[] {
  return Object.values(strings).flatMap((value: string | readonly string[] | ((count: number) => string)) =>
    typeof value === "function" ? [value(1), value(26)] : value,
  );
}

test("both languages say everything, and no English stands in the Japanese", () => {
  assert.equal(spoken(both.ja).length, spoken(both.en).length);
  const words = spoken(both.ja).filter((text) => !/^b?cc$/i.test(text));
  assert.ok(words.every((text) => /[ぁ-んァ-ン一-龥]/.test(text)));
  assert.ok(spoken(both.en).every((text) => text !== "" && !/[ぁ-んァ-ン一-龥]/.test(text)));
});

for (const [locale, strings] of Object.entries(both)) {
  test(`the ${locale} texts fit Outlook's dialog and info bar`, () => {
    assert.ok([strings.moveToBccShort, strings.reviewRecipients].every((label) => label.length <= 20));
    assert.ok([strings.uncheckedPrompt, strings.uncheckedHold].every((text) => text.length <= 500));
    assert.ok(strings.riskyUnchecked.length <= 150);
  });

  test(`in ${locale} the last reason to pick is the one that needs words`, () => {
    assert.equal(strings.reasons.at(-1), strings.otherReason);
  });
}
