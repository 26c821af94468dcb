/** What is said where a message waits until another person has checked it. */

import type { Locale } from "./wire.ts";

type Moment = (at: Date) => string;
type Person = (by: string | null) => string;

export interface SecondCheckStrings {
  readonly title: string;
  readonly what: string;
  readonly note: string;
  readonly ask: string;
  readonly asking: string;
  readonly notAsked: string;
  readonly askAnew: string;
  readonly waiting: Moment;
  readonly answerUntil: Moment;
  readonly link: string;
  readonly handOn: string;
  readonly told: string;
  readonly copy: string;
  readonly copied: string;
  readonly notCopied: string;
  readonly withdraw: string;
  readonly withdrawing: string;
  readonly withdrawn: string;
  readonly notWithdrawn: string;
  readonly needless: string;
  readonly answeredBefore: string;
  readonly looking: string;
  readonly notSeen: string;
  readonly grantedBy: Person;
  readonly sendUntil: Moment;
  readonly declinedBy: Person;
  readonly comment: string;
  readonly changeOrAsk: string;
  readonly again: string;
  readonly expired: string;
  readonly used: string;
}

function momentIn(language: string, at: Date): string {
  const format = {
    month: "short",
    day: "numeric",
    weekday: "short",
    hour: "numeric",
    minute: "2-digit",
  } as const;
  return at.toLocaleString(language, format);
}

function inJapanese(at: Date): string {
  return momentIn("ja-JP", at);
}

function inEnglish(at: Date): string {
  return momentIn("en-US", at);
}

// Who it was is gone once their personal data is.
function named(by: string | null): string {
  if (!by) {
    return "ほかの人";
  }
  return by + " さん";
}

const JA: SecondCheckStrings = {
  title: "ほかの人の確認",
  what: "このメールは、ほかの人が宛先・件名・添付ファイルの名前を確かめれば送信できます。",
  note: "確かめる人へのメモ（任意）",
  ask: "ほかの人に確認を頼む",
  asking: "頼んでいます…",
  notAsked: "頼めませんでした。少し待ってから、もう一度お試しください。",
  askAnew: "頼む前にもう一度確認しました。変わりがなければ、もう一度頼んでください。",
  waiting: (at) => `${inJapanese(at)} に頼みました。回答を待っています。まだ送信できません。`,
  answerUntil: (at) => `${inJapanese(at)} までに確かめてもらってください。`,
  link: "確かめる人に渡すリンク",
  handOn: "このリンクを、チャットなどで渡してください。本文は表示されないので、必要なら見せてください。",
  told: "確かめる人には、メールでも知らせます。",
  copy: "リンクをコピー",
  copied: "コピーしました。",
  notCopied: "コピーできませんでした。選ばれているリンクを、キーボードか右クリックでコピーしてください。",
  withdraw: "依頼を取り消す",
  withdrawing: "取り消しています…",
  withdrawn: "依頼を取り消しました。いまは、だれにも確認を頼んでいません。",
  notWithdrawn: "取り消せませんでした。少し待ってから、もう一度お試しください。",
  needless:
    "直す前の内容について、ほかの人に確認を頼んだままです。いまの内容に確認は要らないので、依頼を取り消せます。",
  answeredBefore: "この依頼は、もう回答されたか、期限が過ぎています。",
  looking: "ほかの人の確認がすんだか、調べています…",
  notSeen: "いまの状況を読み込めませんでした。しばらくすると、自動でもう一度読み込みます。",
  grantedBy: (by) => `${named(by)}が確かめました`,
  sendUntil: (at) =>
    `確認がすみました。${inJapanese(at)} までに送信してください。内容を変えると、もう一度確認が必要になります。`,
  declinedBy: (by) => `${named(by)}の回答は「まだ送らない」です。`,
  comment: "コメント",
  changeOrAsk: "メールを直すか、その人に聞いてください。",
  again: "もう一度頼む",
  expired: "時間が過ぎたので、この確認では送信できなくなりました。送るには、もう一度頼んでください。",
  used: "この確認では、もう 1 通送信しました。また送るには、もう一度頼んでください。",
};

const EN: SecondCheckStrings = {
  title: "A colleague's check",
  what: "This message can be sent once a colleague has checked its recipients, subject and names of attachments.",
  note: "Note to your colleague (optional)",
  ask: "Ask a colleague to check",
  asking: "Asking…",
  notAsked: "That could not be asked. Please wait a moment and try again.",
  askAnew: "This was checked again before asking. If it is as it should be, please ask once more.",
  waiting: (at) => `You asked on ${inEnglish(at)}. Waiting for an answer; it can't be sent yet.`,
  answerUntil: (at) => `It can be checked until ${inEnglish(at)}.`,
  link: "Link for your colleague",
  handOn: "Hand this link on, for example by chat. The text is not shown there, so show it where it matters.",
  told: "Whoever checks mails is told by mail, too.",
  copy: "Copy link",
  copied: "Copied.",
  notCopied: "It could not be copied. The link is selected: copy it by keyboard or right click.",
  withdraw: "Withdraw the request",
  withdrawing: "Withdrawing…",
  withdrawn: "You have withdrawn the request; nobody is being asked now.",
  notWithdrawn: "That could not be withdrawn. Please wait a moment and try again.",
  needless:
    "A colleague is still asked to check this as it stood before. As it is now it needs no check, so you can withdraw the request.",
  answeredBefore: "This request has been answered already, or its time is over.",
  looking: "Looking whether a colleague has checked it…",
  notSeen: "How this stands could not be loaded just now; it is tried again in a moment.",
  grantedBy: (by) => `${by || "A colleague"} has checked it`,
  sendUntil: (at) =>
    `It has been checked: send it by ${inEnglish(at)}. If you change anything, it needs another check.`,
  declinedBy: (by) => `${by || "A colleague"} says: not yet.`,
  comment: "Comment",
  changeOrAsk: "Change the message, or ask them.",
  again: "Ask again",
  expired: "Its time is over, so this check lets nothing go any more. Please ask again if it is still to go.",
  used: "This check has let one message go. Please ask again to send another.",
};

export const SECOND_CHECK: Record<Locale, SecondCheckStrings> = { ja: JA, en: EN };

/** Of a meeting, whose recipients are attendees. */
export const SECOND_CHECK_OF_MEETING: Record<Locale, SecondCheckStrings> = {
  ja: Object.assign({}, JA, {
    what: "この会議の案内は、ほかの人が出席者・件名・添付ファイルの名前を確かめれば送信できます。",
    changeOrAsk: "会議の案内を直すか、その人に聞いてください。",
  }),
  en: Object.assign({}, EN, {
    what: "This meeting can be sent once a colleague has checked its attendees, subject and names of attachments.",
    changeOrAsk: "Change the meeting, or ask them.",
    used: "This check has let one meeting go. Please ask again to send another.",
  }),
};
