/** The words of the dialog in Gmail: the shared ones, and its own way to write to each person separately. */

import type { Strings } from "@atesaki/common/src/strings.ts";
import { stringsFor } from "@atesaki/common/src/strings.ts";
import type { Locale } from "@atesaki/common/src/wire.ts";

const INDIVIDUALLY: Record<Locale, readonly string[]> = {
  ja: [
    "1 人に 1 通ずつ送れば、ほかの人のアドレスは見えません。",
    "このメールを下書きに残し、宛先を 1 人だけにした写しを人数分つくって送ってください。",
    "人数が多いときは、Gmail の「差し込み印刷」（宛先の欄の右にあります）で1 人ずつに送れます。",
  ],
  en: [
    "If each person gets a message of their own, nobody sees anybody else's address.",
    "Keep this message as a draft and send one copy of it to each person.",
    "For many people, use mail merge in Gmail, to the right of the recipients.",
  ],
};

export function wordsFor(locale: Locale): Strings {
  return { ...stringsFor(locale), sendIndividuallyHow: INDIVIDUALLY[locale] };
}

/** Gmail's language where we speak it, else English. */
export function localeOf(language: string): Locale {
  return language.toLowerCase().startsWith("ja") ? "ja" : "en";
}
