/** Every word that a client shows by itself, in both languages; sentences about a message come from the server. */

import { stringsAtSend } from "./strings_at_send.ts";
import type { StringsAtSend } from "./strings_at_send.ts";
import { OF_MEETING } from "./strings_of_meeting.ts";
import { SECOND_CHECK } from "./strings_of_second_check.ts";
import type { SecondCheckStrings } from "./strings_of_second_check.ts";
import type { Locale, Message } from "./wire.ts";

type Count = (count: number) => string;

export interface Strings extends StringsAtSend {
  readonly uncheckedMayGo: string;
  readonly title: string;
  readonly checking: string;
  readonly held: string;
  readonly caution: string;
  readonly clear: string;
  readonly pressSend: string;
  readonly pressSendWithin: string;
  readonly released: string;
  readonly notChecked: string;
  readonly notRecorded: string;
  readonly tryAgain: string;
  readonly why: string;
  readonly from: string;
  readonly nobody: string;
  readonly mayNotGo: string;
  readonly moveToBcc: Count;
  readonly moved: Count;
  readonly removed: Count;
  readonly removeOne: (address: string) => string;
  readonly removeMany: Count;
  readonly undo: string;
  readonly undone: string;
  readonly everyoneSees: string;
  readonly to: string;
  readonly cc: string;
  readonly bcc: string;
  readonly nobodySeesBcc: string;
  readonly recipients: string;
  readonly colleagues: Count;
  readonly people: Count;
  readonly more: Count;
  readonly unknownGroup: string;
  readonly unreadable: string;
  readonly removeRecipients: string;
  readonly removeSelected: string;
  readonly chooseToRemove: string;
  readonly sendIndividually: string;
  readonly sendIndividuallyHow: readonly string[];
  readonly sendAsIs: string;
  readonly tickAll: string;
  readonly notAllTicked: string;
  readonly acknowledge: string;
  readonly reasonLabel: string;
  readonly reasons: readonly string[];
  readonly otherReason: string;
  readonly details: string;
  readonly reasonMissing: string;
  readonly justify: string;
  readonly secondCheck: SecondCheckStrings;
  readonly keepDraft: string;
  readonly keptDraft: string;
  readonly fixFailed: string;
  readonly tooManyToMove: string;
  readonly groupInField: string;
  readonly send: string;
  readonly mayGo: string;
  readonly iHaveLooked: string;
  readonly outOfDate: string;
  readonly reloadFirst: string;
  readonly reload: string;
  readonly notAccepted: string;
}

type StringsOfMessage = Omit<Strings, keyof StringsAtSend>;

export function stringsFor(locale: Locale, item: Message["item"] = "message"): Strings {
  const told = Object.assign({}, STRINGS[locale], stringsAtSend(locale, item));
  if (item === "appointment") {
    return Object.assign(told, OF_MEETING[locale]);
  }
  return told;
}

function plural(count: number, one: string, many: string): string {
  if (count === 1) {
    return "1 " + one;
  }
  return String(count) + " " + many;
}

const JA: StringsOfMessage = {
  uncheckedMayGo:
    "いまは送信前の確認ができませんが、この宛先なら送信できます。もう一度見てから送信してください。",
  title: "宛先の確認",
  checking: "確認しています…",
  held: "このままでは送信できません",
  caution: "送信する前に確かめてください",
  clear: "問題は見つかりませんでした",
  pressSend: "「送信」を押してください。",
  pressSendWithin: "15 分以内に「送信」を押してください。内容を変えると、もう一度確認します。",
  released: "記録しました",
  notChecked: "確認できませんでした",
  notRecorded: "記録できませんでした。まだ送信できません。もう一度お試しください。",
  tryAgain: "もう一度確認する",
  why: "理由",
  from: "差出人",
  nobody: "なし",
  mayNotGo: "このメールは、直さないと送信できません。",
  moveToBcc: (count) => `${count} 人を BCC に移動`,
  moved: (count) => `${count} 人を BCC に移しました。`,
  removed: (count) => `${count} 人を宛先から外しました。`,
  removeOne: (address) => `${address} を外す`,
  removeMany: (count) => `${count} 件の宛先を外す`,
  undo: "元に戻す",
  undone: "元に戻しました。",
  everyoneSees: "受け取った人に見える宛先",
  to: "宛先",
  cc: "CC",
  bcc: "BCC",
  nobodySeesBcc: "BCC の人は、ほかの人には見えません。",
  recipients: "宛先の一覧",
  colleagues: (count) => `職員 ${count} 人`,
  people: (count) => `${count} 人`,
  more: (count) => `ほか ${count} 人`,
  unknownGroup: "中身の分からない連絡先グループ",
  unreadable: "アドレスを読み取れない宛先",
  removeRecipients: "宛先から外す",
  removeSelected: "選んだ宛先を外す",
  chooseToRemove: "外す宛先を選んでください。",
  sendIndividually: "1 人ずつ送る",
  sendIndividuallyHow: [
    "1 人に 1 通ずつ送れば、ほかの人のアドレスは見えません。",
    "このメールを下書きに残し、宛先を 1 人だけにした写しを人数分つくって送ってください。",
    "人数が多いときは、Word の差し込み印刷で電子メールに出力できます。",
  ],
  sendAsIs: "直さずに送る",
  tickAll: "確かめたことにチェックを入れてください。",
  notAllTicked: "すべての項目にチェックを入れてください。",
  acknowledge: "確かめたので送る",
  reasonLabel: "このまま送る理由",
  reasons: [
    "宛先の人は互いのアドレスを知っている",
    "相手から全員に返信するよう頼まれた",
    "上司の指示による",
    "そのほか",
  ],
  otherReason: "そのほか",
  details: "くわしい理由",
  reasonMissing: "理由を書いてください。",
  justify: "理由を記録して送る",
  secondCheck: SECOND_CHECK.ja,
  keepDraft: "送らずに下書きに残す",
  keptDraft: "送信していません。メールは下書きに残っています。",
  fixFailed:
    "宛先を変えられませんでした。宛先が全員そろっているか確かめ、手で直してから、もう一度確認してください。",
  tooManyToMove: "宛先が多すぎて、すべてを読み取れません。分けて送ってください。",
  groupInField:
    "連絡先グループが入っているため、宛先を書き換えられません。グループを外すか展開してください。",
  send: "送信する",
  mayGo: "このまま送信できます。",
  iHaveLooked: "宛先と CC を確かめました。",
  outOfDate: "更新されました",
  reloadFirst:
    "宛先を確認する機能が新しくなりました。Gmail を読み込み直してから送信してください。下書きは残っています。",
  reload: "Gmail を読み込み直す",
  notAccepted: "送信を続けられませんでした。宛先の一覧を開いて、もう一度お試しください。",
};

const EN: StringsOfMessage = {
  uncheckedMayGo:
    "This message could not be checked, but to these recipients it may go. Look at them once more before you send.",
  title: "Check recipients",
  checking: "Checking…",
  held: "This can't be sent as it is",
  caution: "Please check before you send",
  clear: "No problem found",
  pressSend: "Press Send.",
  pressSendWithin: "Press Send within 15 minutes. If you change anything, it is checked again.",
  released: "Recorded",
  notChecked: "This could not be checked",
  notRecorded: "This could not be recorded, so the message can't go yet. Please try again.",
  tryAgain: "Check again",
  why: "Why",
  from: "From",
  nobody: "Nobody",
  mayNotGo: "This message can't be sent until it is fixed.",
  moveToBcc: (count) => `Move ${count} to Bcc`,
  moved: (count) => plural(count, "person is", "people are") + " now in Bcc.",
  removed: (count) => plural(count, "recipient was", "recipients were") + " removed.",
  removeOne: (address) => `Remove ${address}`,
  removeMany: (count) => `Remove these ${count} recipients`,
  undo: "Undo",
  undone: "Undone.",
  everyoneSees: "What each recipient would see",
  to: "To",
  cc: "Cc",
  bcc: "Bcc",
  nobodySeesBcc: "Nobody sees the people in Bcc.",
  recipients: "All recipients",
  colleagues: (count) => plural(count, "colleague", "colleagues"),
  people: (count) => plural(count, "person", "people"),
  more: (count) => String(count) + " more",
  unknownGroup: "Contact group with unknown members",
  unreadable: "Recipients whose address can't be read",
  removeRecipients: "Remove recipients",
  removeSelected: "Remove the selected ones",
  chooseToRemove: "Select the recipients to remove.",
  sendIndividually: "Send to each person separately",
  sendIndividuallyHow: [
    "If each person gets a message of their own, nobody sees anybody else's address.",
    "Keep this message as a draft and send one copy of it to each person.",
    "For many people, use mail merge in Word and send the result as e-mail.",
  ],
  sendAsIs: "Send without fixing it",
  tickAll: "Tick what you have checked.",
  notAllTicked: "Please tick every line.",
  acknowledge: "I have checked, let it go",
  reasonLabel: "Why it should go as it is",
  reasons: [
    "These people know each other's addresses",
    "They asked for a reply to everybody",
    "My manager told me to",
    "Another reason",
  ],
  otherReason: "Another reason",
  details: "The reason in your words",
  reasonMissing: "Please write the reason.",
  justify: "Record the reason and let it go",
  secondCheck: SECOND_CHECK.en,
  keepDraft: "Don't send, keep the draft",
  keptDraft: "Nothing was sent. The message stays in your drafts.",
  fixFailed:
    "The recipients could not be changed. See that nobody is missing, change them by hand, then check again.",
  tooManyToMove: "There are too many recipients to read them all. Please send to fewer at a time.",
  groupInField: "A contact group keeps the recipients from being changed. Remove or expand the group first.",
  send: "Send",
  mayGo: "It can be sent now.",
  iHaveLooked: "I have looked at To and Cc.",
  outOfDate: "This has been updated",
  reloadFirst: "The check of recipients has been updated. Reload Gmail before you send; your draft is kept.",
  reload: "Reload Gmail",
  notAccepted: "Sending could not go on. Open the list of recipients and try again.",
};

const STRINGS: Record<Locale, StringsOfMessage> = { ja: JA, en: EN };
