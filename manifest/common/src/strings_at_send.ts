/** What Outlook's event script says by itself: all the words that are loaded at every press of Send. */

import type { Locale, Message } from "./wire.ts";

export interface StringsAtSend {
  readonly moveToBccShort: string;
  readonly reviewRecipients: string;
  /** On the button of Outlook's dialog, where another person has to check the message. */
  readonly secondCheckShort: string;
  readonly openPaneYourself: string;
  readonly uncheckedPrompt: string;
  readonly uncheckedHold: string;
  readonly uncheckedRefused: string;
  readonly riskyUnchecked: string;
}

export function stringsAtSend(locale: Locale, item: Message["item"] = "message"): StringsAtSend {
  if (item === "appointment") {
    return Object.assign({}, OF_MESSAGE[locale], OF_MEETING[locale]);
  }
  return OF_MESSAGE[locale];
}

const OF_MESSAGE: Record<Locale, StringsAtSend> = {
  ja: {
    moveToBccShort: "BCC に移動",
    reviewRecipients: "宛先を確認",
    secondCheckShort: "ほかの人の確認",
    openPaneYourself: "リボンの「宛先を確認」を開いてください。",
    uncheckedPrompt:
      "送信前の確認ができませんでした。外部の宛先が互いに見えないか、宛先と CC をもう一度確かめてから送信してください。",
    uncheckedHold:
      "送信前の確認ができないため、まだ送信していません。接続を確かめて、少し待ってからもう一度「送信」を押してください。",
    uncheckedRefused:
      "このメールは先ほどの確認で止められました。いまは確認ができないため、このままでは送信できません。先ほどの案内のとおりに宛先などを直すか（BCC に移すなど）、少し待ってからもう一度確認してください。",
    riskyUnchecked: "この宛先は確認できていません。外部の宛先が互いに見えないか確かめてください。",
  },
  en: {
    moveToBccShort: "Move to Bcc",
    reviewRecipients: "Review recipients",
    secondCheckShort: "Second check",
    openPaneYourself: "Open “Check recipients” in the ribbon.",
    uncheckedPrompt:
      "This message could not be checked. Look at To and Cc once more: would people outside see each other's addresses?",
    uncheckedHold:
      "This message could not be checked and has not been sent. Check your connection, wait a moment and press Send again.",
    uncheckedRefused:
      "This message was held before, and now it can't be checked, so it can't be sent as it is. Fix what you were told then, for example by moving people to Bcc, or wait a moment and check again.",
    riskyUnchecked: "These recipients could not be checked. Would people outside see each other's addresses?",
  },
};

/** Of a meeting, which has attendees. */
const OF_MEETING: Record<Locale, Partial<StringsAtSend>> = {
  ja: {
    reviewRecipients: "出席者を確認",
    uncheckedPrompt:
      "送信前の確認ができませんでした。外部の出席者が互いに見えないか、出席者をもう一度確かめてから送信してください。",
    uncheckedRefused:
      "この会議の案内は先ほどの確認で止められました。いまは確認ができないため、このままでは送信できません。先ほどの案内のとおりに出席者などを直すか、少し待ってからもう一度確認してください。",
    riskyUnchecked: "この出席者は確認できていません。外部の出席者が互いに見えないか確かめてください。",
  },
  en: {
    reviewRecipients: "Review attendees",
    uncheckedPrompt:
      "This meeting could not be checked. Look at the attendees once more: would people outside see each other's addresses?",
    uncheckedHold:
      "This meeting could not be checked and has not been sent. Check your connection, wait a moment and press Send again.",
    uncheckedRefused:
      "This meeting was held before, and now it can't be checked, so it can't be sent as it is. Fix what you were told then, for example by removing attendees, or wait a moment and check again.",
    riskyUnchecked: "These attendees could not be checked. Would people outside see each other's addresses?",
  },
};
