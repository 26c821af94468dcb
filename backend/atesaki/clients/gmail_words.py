"""Every word that the Gmail add-on shows by itself, in both languages; sentences about a message are the answer's."""

from typing import NamedTuple

from atesaki.judgement.explain import Locale


class Words(NamedTuple):
    """The words of one language; `{count}` and the like are numbers."""

    title: str
    held: str
    caution: str
    clear: str
    recorded: str
    recorded_how: str
    exposure: str
    concerned: str
    more: str
    move: str
    moved: str
    again: str
    changed: str
    as_is: str
    acknowledge: str
    reason_label: str
    reason_missing: str
    reason_too_long: str
    justify: str
    send_anyway: str
    second_check: str
    note_label: str
    note_too_long: str
    ask: str
    waiting: str
    waiting_how: str
    told: str
    open_check: str
    look: str
    withdraw: str
    withdrawn: str
    granted: str
    granted_how: str
    declined: str
    declined_how: str
    expired: str
    expired_how: str
    by: str
    somebody: str
    moment: str
    never: str
    covers: str
    stops_nothing: str
    unchecked: str
    unchecked_how: str
    too_often: str
    nobody: str
    nobody_how: str
    home: str
    home_how: str


JA = Words(
    title="宛先を確認",
    held="このまま送らないでください",
    caution="送信する前に確かめてください",
    clear="確認しました",
    recorded="記録しました",
    recorded_how="このまま送信できます。宛先を変えたときは、もう一度確認してください。",
    exposure="宛先と CC に見えている人：{visible} 人。知らない人に伝わるアドレス：のべ {disclosures} 件。",
    concerned="対象の宛先（{count} 件）",
    more="ほか {count} 件",
    move="{count} 件を BCC に移動",
    moved="{count} 件を BCC に移します。宛先が変わったら「もう一度確認する」を押してください。",
    again="もう一度確認する",
    changed="内容が変わっていたので、もう一度確認しました。",
    as_is="直さずに送る",
    acknowledge="確かめたことを記録する",
    reason_label="このまま送る理由",
    reason_missing="理由を書いてください。",
    reason_too_long="理由は {most} 文字以内で書いてください。",
    justify="理由を記録する",
    send_anyway="宛先が正しければ、そのまま送信できます。",
    second_check="このメールは、ほかの人の確認がすむまで送らないでください。",
    note_label="確かめる人へのメモ（任意）",
    note_too_long="メモは {most} 文字以内で書いてください。",
    ask="ほかの人に確認を頼む",
    waiting="確認を待っています",
    waiting_how=(
        "{since} に頼みました。次のリンクを、確かめる人にチャットなどで渡してください。"
        "回答の期限は {until} です。確認がすむまで送らないでください。"
    ),
    told="確かめる人には、メールでも知らせます。",
    open_check="リンクを開く",
    look="回答を見る",
    withdraw="依頼を取り消す",
    withdrawn="依頼を取り消しました。いまは、だれにも確認を頼んでいません。",
    granted="確認がすみました",
    granted_how="{by}が確かめました。{until} までに送信してください。宛先を変えたら、もう一度確認が必要です。",
    declined="まだ送らないでください",
    declined_how="{by}の回答：{comment}",
    expired="確認の期限が過ぎました",
    expired_how="このまま送る場合は、もう一度確認を頼んでください。",
    by="{by} さん",
    somebody="ほかの人",
    moment="{0.month}月{0.day}日 {0:%H:%M}",
    never="このメールは、直すまで送らないでください。",
    covers="確認するのは宛先だけです。件名、本文、添付ファイルは見ません。",
    stops_nothing="このカードは「送信」を止めません。",
    unchecked="確認できませんでした",
    unchecked_how="宛先と CC をご自身で確かめてください。少し待つと、もう一度確認できます。",
    too_often="確認が続いたため、少し待つ必要があります。",
    nobody="宛先が読み取れませんでした",
    nobody_how="宛先を入れてから、もう一度確認してください。",
    home="送信する前に、宛先を確認します",
    home_how=(
        "メールの作成画面の下にある Atesaki のアイコンを押してください。"
        "だれのアドレスがだれに見えるかを確認し、宛先を BCC に移せます。"
    ),
)

EN = Words(
    title="Check recipients",
    held="Don't send this as it is",
    caution="Please check before you send",
    clear="Checked",
    recorded="Recorded",
    recorded_how="It can be sent now. If you change the recipients, check again.",
    exposure="Visible in To and Cc: {visible}. Addresses that strangers would learn, in all: {disclosures}.",
    concerned="Recipients concerned ({count})",
    more="and {count} more",
    move="Move {count} to Bcc",
    moved="Moving to Bcc: {count}. Press “Check again” once the recipients have changed.",
    again="Check again",
    changed="The message has changed, so it was checked again.",
    as_is="Send without fixing it",
    acknowledge="Record that I have checked",
    reason_label="Why it should go as it is",
    reason_missing="Please write the reason.",
    reason_too_long="Please write the reason in at most {most} characters.",
    justify="Record the reason",
    send_anyway="If the recipients are right, it can be sent as it is.",
    second_check="Don't send this until somebody else has checked it.",
    note_label="Note to your colleague (optional)",
    note_too_long="Please write the note in at most {most} characters.",
    ask="Ask a colleague to check",
    waiting="Waiting for the check",
    waiting_how=(
        "Asked on {since}. Hand this link to your colleague, for example by chat. "
        "They can answer until {until}. Don't send the message before."
    ),
    told="Whoever checks mails is told by mail, too.",
    open_check="Open the link",
    look="Look for an answer",
    withdraw="Withdraw the request",
    withdrawn="The request was withdrawn. Nobody is being asked now.",
    granted="Checked by a colleague",
    granted_how="{by} has checked it. It can be sent until {until}. If you change the recipients, check again.",
    declined="Don't send this yet",
    declined_how="{by} says: {comment}",
    expired="The time for the check is over",
    expired_how="To send it as it is, please ask again.",
    by="{by}",
    somebody="A colleague",
    moment="{0.day} {0:%b}, {0:%H:%M}",
    never="Don't send this message until it is fixed.",
    covers="Only the recipients are checked, not the subject, text or attachments.",
    stops_nothing="This card does not stop Send.",
    unchecked="This could not be checked",
    unchecked_how="Please check To and Cc yourself. You can check again here in a moment.",
    too_often="You have checked many times in a row, so please wait a moment.",
    nobody="The recipients could not be read",
    nobody_how="Add the recipients, then check again.",
    home="Check the recipients before you send",
    home_how=(
        "Press the Atesaki icon at the bottom of the message you are writing. "
        "It shows who would see whose address, and can move the recipients to Bcc."
    ),
)


def words(locale: Locale) -> Words:
    """Return the words of a language."""
    return JA if locale == "ja" else EN
