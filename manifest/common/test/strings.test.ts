/** Every string exists in both languages, of a mail and of a meeting, and keeps Outlook's limits. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { stringsFor } from "../src/strings.ts";
import type { Strings } from "../src/strings.ts";
import type { SecondCheckStrings } from "../src/strings_of_second_check.ts";

const NOON = new Date("2026-11-28T12:00:00+09:00");

const both = { ja: stringsFor("ja"), en: stringsFor("en") };
const ofMeeting = { ja: stringsFor("ja", "appointment"), en: stringsFor("en", "appointment") };

/** What no meeting is told: it has no Bcc, and Gmail sends none. */
const NEVER_OF_MEETING = new Set(
  ["moveToBcc", "moveToBccShort", "moved", "bcc", "nobodySeesBcc"].concat([
    "reload",
    "reloadFirst",
    "notAccepted",
    "uncheckedMayGo",
  ]),
);

/** What leads to the button of the ribbon says what stands on it, whatever is written. */
const RIBBON = "openPaneYourself";

function spoken({ secondCheck, removeOne, ...strings }: Partial<Strings>): string[] {
  const said = Object.values(strings).flatMap(
    (value: string | readonly string[] | ((count: number) => string)) =>
      typeof value === "function" ? [value(1), value(26)] : value,
  );
  const removing = removeOne ? [removeOne("a@x.jp")] : [];
  return [...said, ...removing, ...(secondCheck ? spokenOf(secondCheck) : [])];
}

function spokenOf(words: SecondCheckStrings): string[] {
  const { grantedBy, declinedBy, ...others } = words;
  const of = (value: string | ((at: Date) => string)) => (typeof value === "string" ? value : value(NOON));
  return [
    grantedBy("1"),
    grantedBy(null),
    declinedBy("1"),
    declinedBy(null),
    ...Object.values(others).map(of),
  ];
}

for (const [item, strings] of Object.entries({ mail: both, meeting: ofMeeting })) {
  test(`of a ${item} both languages say everything, and no English stands in the Japanese`, () => {
    assert.equal(spoken(strings.ja).length, spoken(strings.en).length);
    const words = spoken(strings.ja).filter((text) => !/^b?cc$/i.test(text));
    assert.ok(words.every((text) => /[ぁ-んァ-ン一-龥]/.test(text)));
    assert.ok(spoken(strings.en).every((text) => text !== "" && !/[ぁ-んァ-ン一-龥]/.test(text)));
  });
}

for (const [locale, strings] of Object.entries(ofMeeting)) {
  test(`the ${locale} texts of a meeting never speak of a mail's fields`, () => {
    const told = Object.entries(strings).filter(([key]) => !NEVER_OF_MEETING.has(key) && key !== RIBBON);
    const texts = spoken(Object.fromEntries(told));
    const wrong = texts.filter((text) =>
      /宛先|差出人|下書き|このメール|CC|\bCc\b|\bBcc\b|\bTo\b|\bFrom\b|recipient|\bdraft|the message/.test(
        text,
      ),
    );
    assert.deepEqual(wrong, []);
  });
}

for (const [name, strings] of [...Object.entries(both), ...Object.entries(ofMeeting)]) {
  test(`the ${name} texts fit Outlook's dialog and info bar, of a ${strings.title}`, () => {
    assert.ok(
      [strings.moveToBccShort, strings.reviewRecipients, strings.secondCheckShort].every(
        (label) => label.length <= 20,
      ),
    );
    const texts = [strings.uncheckedPrompt, strings.uncheckedHold, strings.uncheckedRefused];
    assert.ok(texts.every((text) => text.length <= 500));
    assert.ok(strings.riskyUnchecked.length <= 150);
  });

  test(`in ${name} the last reason to pick is the one that needs words, of a ${strings.title}`, () => {
    assert.equal(strings.reasons.at(-1), strings.otherReason);
  });
}
