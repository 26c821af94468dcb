/** What is said in other words of a meeting: it has required and optional attendees, an organizer, and no Bcc. */

import type { Strings } from "./strings.ts";
import { SECOND_CHECK_OF_MEETING } from "./strings_of_second_check.ts";
import type { Locale } from "./wire.ts";

const JA: Partial<Strings> = {
  title: "出席者の確認",
  from: "開催者",
  mayNotGo: "この会議の案内は、直さないと送信できません。",
  removed: (count) => `${count} 人を出席者から外しました。`,
  removeMany: (count) => `${count} 人の出席者を外す`,
  everyoneSees: "受け取った人に見える出席者",
  to: "必須出席者",
  cc: "任意出席者",
  recipients: "出席者の一覧",
  unreadable: "アドレスを読み取れない出席者",
  removeRecipients: "出席者から外す",
  removeSelected: "選んだ出席者を外す",
  chooseToRemove: "外す出席者を選んでください。",
  sendIndividually: "1 人ずつ招待する",
  sendIndividuallyHow: [
    "1 人に 1 件ずつ会議を作れば、ほかの人のアドレスは見えません。",
    "この会議の出席者を 1 人だけにして送り、同じ会議を残りの人数分つくって送ってください。",
    "人数が多いときは、会議の案内ではなく、メールで日時と場所を知らせてください。",
  ],
  reasons: [
    "出席者は互いのアドレスを知っている",
    "相手から全員を招待するよう頼まれた",
    "上司の指示による",
    "そのほか",
  ],
  secondCheck: SECOND_CHECK_OF_MEETING.ja,
  keepDraft: "送らずに会議に戻る",
  keptDraft: "送信していません。会議は開いたままです。",
  fixFailed:
    "出席者を変えられませんでした。出席者が全員そろっているか確かめ、手で直してから、もう一度確認してください。",
  tooManyToMove: "出席者が多すぎて、すべてを読み取れません。分けて招待してください。",
  groupInField:
    "連絡先グループが入っているため、出席者を書き換えられません。グループを外すか展開してください。",
  iHaveLooked: "出席者を確かめました。",
};

const EN: Partial<Strings> = {
  title: "Check attendees",
  notRecorded: "This could not be recorded, so the meeting can't go yet. Please try again.",
  from: "Organizer",
  mayNotGo: "This meeting can't be sent until it is fixed.",
  removed: (count) => {
    if (count === 1) {
      return "1 attendee was removed.";
    }
    return `${String(count)} attendees were removed.`;
  },
  removeMany: (count) => `Remove these ${count} attendees`,
  everyoneSees: "What each attendee would see",
  to: "Required attendees",
  cc: "Optional attendees",
  recipients: "All attendees",
  unreadable: "Attendees whose address can't be read",
  removeRecipients: "Remove attendees",
  chooseToRemove: "Select the attendees to remove.",
  sendIndividually: "Invite each person separately",
  sendIndividuallyHow: [
    "If each person gets a meeting of their own, nobody sees anybody else's address.",
    "Leave one attendee in this meeting and send it, then make the same meeting for each of the others.",
    "For many people, tell them time and place by mail instead of a meeting.",
  ],
  reasons: [
    "These people know each other's addresses",
    "They asked for everybody to be invited",
    "My manager told me to",
    "Another reason",
  ],
  secondCheck: SECOND_CHECK_OF_MEETING.en,
  keepDraft: "Don't send, go back to the meeting",
  keptDraft: "Nothing was sent. The meeting is still open.",
  fixFailed:
    "The attendees could not be changed. See that nobody is missing, change them by hand, then check again.",
  tooManyToMove: "There are too many attendees to read them all. Please invite fewer at a time.",
  groupInField: "A contact group keeps the attendees from being changed. Remove or expand the group first.",
  iHaveLooked: "I have looked at the attendees.",
};

export const OF_MEETING: Record<Locale, Partial<Strings>> = { ja: JA, en: EN };
