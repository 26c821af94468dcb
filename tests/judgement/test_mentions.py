"""Words that speak of an attachment: the sender's own is missed, somebody else's is not."""

import pytest
from tests.judgement.drafts import message

from atesaki.judgement.conditions.mentions import missing_mention

OWN = {
    "資料を添付いたします。": "添付いたします",
    "資料を添付しておりますので、ご査収ください。": "添付しております",
    "見積書を添付させていただきます。": "添付させていただきます",
    "ﾌｧｲﾙを添付します": "添付します",
    "添付ファイルをご確認ください。": "添付ファイル",
    "添付の申込書にご記入ください。": "添付の",
    "申込書を同封いたしました。": "同封いたしました",
    "お送りいただいた添付ファイルを直しましたので、添付します。": "添付します",
    "添付ファイルを確認してください。": "添付ファイル",
    "添付ファイルが開けない場合はご連絡ください。": "添付ファイル",
    "Please see the attachment.": "see the attachment",
    "Thank you for your attachment. I have attached mine.": "I have attached",
    "詳細は添付を参照してください。": "添付を参照してください",
    "添付申込書にご記入のうえ返信してください。": "添付申込書にご記入",
    "添付様式に記入し、返送願います。": "添付様式に記入",
    "見積書（添付）をお送りします。": "添付",
    "【添付】請求書.pdf": "添付",
    "添付書類をご確認ください。": "添付書類をご確認",
    "先日ご依頼いただいた件、添付資料のとおりです。": "添付資料",
    "見積書を添付します。契約書は添付していません。": "添付します",
    "前回は添付ファイルが付いていませんでした。再送します。添付をご確認ください。": "添付をご確認",
    "本メール及び添付ファイルは機密です。\n資料を添付いたします。": "添付いたします",
    "Please find the minutes attached.": "attached",
    "Invoice attached for your records.": "attached for",
    "The agenda (attached) has changed.": "attached",
    "I am attaching the agenda.": "I am attaching",
    "Here you are. Attaching the notes.": "Attaching",
    "We've attached the form.": "We've attached",
    "The form is attached to this email.": "is attached",
    "Please see your attached statement.": "see your attached",
    "本メール及び添付ファイルをご確認ください。": "添付ファイル",
    "PFA the report.": "PFA",
    "Please return the attached form.": "the attached",
    "Please send the attached to your colleagues.": "the attached",
    "Please review the letter and the attached documents.": "the attached",
    "If you cannot open the attachment, please tell me.": "open the attachment",
    "I have re-attached the form.": "I have re-attached",
    "Minutes attached - please read.": "attached",
    "添付ファイルが開けませんでしたら、ご連絡ください。": "添付ファイル",
    "添付ファイルがない場合はお知らせください。": "添付ファイル",
    "議事録を添付しておくので見てください。": "添付して",
    "資料を添付し、共有フォルダにも置いたのでご覧ください。": "添付し",
    "Dear Jane,\nplease find\nattached the minutes.": "find attached",
    "This email and any attachments are confidential. The form is attached.": "is attached",
    "添付ファイルのパスワードは別途お送りします。": "添付ファイル",
    "添付ファイルのパスワードは、後ほどお送りいたします。": "添付ファイル",
    "添付ファイルにはパスワードを設定しています。": "添付ファイル",
    "名簿を添付しますのでパスワード1234で開いてください。": "添付します",
    "添付ファイルをパスワード1234で開いてください。": "添付ファイル",
    "前回添付した資料に誤りがありましたので、修正版を添付いたします。": "添付いたします",
    "The password for the attached file will follow in a separate email.": "the attached",
    "Sorry, here it is, attached this time.": "attached this",
    "添付漏れがありましたので再送いたします。": "添付漏れがありましたので再送",
    "本日お送りしました添付資料をご覧ください。": "添付資料",
    "申請書を添付の上、ご案内いたします。詳しくは担当までご連絡ください。": "添付の",
    "添付文書をご確認ください。": "添付文書をご確認",
}
OF_OTHERS = [
    "先ほどお送りした添付ファイルのパスワードをお知らせします。",
    "先週お送りした添付の件、いかがでしょうか。",
    "申請書に領収書を添付の上、事務局までご提出ください。",
    "添付ファイルのパスワードは次のとおりです。\n1234",
    "添付ファイル（名簿.zip）のパスワード：abc123",
    "先ほど添付いたしました名簿のパスワードをお送りします。",
    "先ほどのメールに添付したZIPファイルのパスワードは下記の通りです。",
    "別添資料のパスワードをお知らせします。",
    "添付ファイルを解凍するためのパスワードをご連絡します。",
    "添付ファイルPW: 1234",
    "パスワード付き添付ファイルの送信を廃止しました。",
    "先日メールに添付した案内状をご覧いただけましたでしょうか。",
    "添付ファイルが開けないとのことですので、郵送いたします。",
    "The password for the attached file in my previous email is below.",
    "Here is the password for the attached file.",
    "The password to the attached zip is Midori2026!",
    "Please use this password to open the attached document: abc",
    "お送りいただいた添付ファイルを拝見しました。",
    "いただいた添付資料、確認しました。",
    "添付ファイルを確認いたしました。",
    "添付ファイルが開けませんでした。もう一度お送りください。",
    "添付ファイルが届いておりません。",
    "添付ファイルが付いていませんでした。",
    "申込書を添付してください。",
    "写真を添付してご返信ください。",
    "履歴書を添付してお送りいただけますか。",
    "I could not open the attachment.",
    "Thank you for the attachment.",
    "Your attached file is damaged.",
    "The attachment you sent is empty.",
    "添付の資料を拝見しました。",
    "添付の件、承知しました。",
    "添付資料、ありがとうございます。",
    "添付していただいた資料を拝見しました。",
    "添付ファイルが見当たりません。",
    "添付ファイルが抜けていました。",
    "先日のメールに添付した資料の 3 ページをご覧ください。",
    "必要書類を添付し、窓口にお持ちください。",
    "履歴書を添付のうえ、ご応募ください。",
    "申請書の添付書類をご準備ください。",
    "申請書に添付する書類をご確認ください。",
    "添付書類が不足しています。",
    "The attachment was missing.",
    "You forgot the attachment.",
    "I did not get the attachment.",
    "Did you see the attachment I sent yesterday?",
    "Please reply with the form attached.",
]
NO_FILE = [
    "後ほど添付してお送りします。",
    "本状に関する添付資料はありません。",
    "同封の返信用封筒をご利用ください。",
    "添付ファイルの取り扱いについて研修を行います。",
    "医薬品添付文書をご確認のうえ投与してください。",
    "添付ではなくリンクでお送りします。",
    "ファイルが大きく添付できませんでした。",
    "郵送でお送りします。返信用封筒を同封しております。",
    "There was nothing attached.",
    "No strings attached.",
    "The garage is attached to the house.",
    "I attach great importance to it.",
]
SMALL_PRINT = [
    "本メール及び添付ファイルには、機密情報が含まれている場合があります。",
    "誤って受信された場合は、本メールおよび添付ファイルを削除してください。",
    "本メール（添付ファイルを含む）の無断転載を禁じます。",
    "不審なメールの添付ファイルは開かないでください。",
    "添付ファイルの容量は 10MB までです。",
    "当市ではパスワード付き添付ファイル（PPAP）を廃止しました。",
    "本メール及び\n添付ファイルには機密情報が含まれます。",
    "添付ファイルのマクロは有効にしないでください。",
    "This email and any attached files are confidential.",
    "This email and any files\nattached are confidential.",
    "This message, including the attached files, is intended for the addressee.",
    "We accept no liability for viruses in attachments.",
    "This e-mail and the attachments are intended only for the addressee.",
    "This message (including any attachments) is confidential.",
    "Warning: the attachments to this email have been scanned for viruses.",
    "Please consider the environment before printing this email or the attachments.",
]


@pytest.mark.parametrize(("text", "words"), OWN.items())
def test_the_senders_own_attachment_is_missed_in_whole_words(text: str, words: str) -> None:
    """The words that are shown are such as staff wrote, not half a verb."""
    assert missing_mention(message(body_text=text)) == words


@pytest.mark.parametrize("text", OF_OTHERS)
def test_an_attachment_of_somebody_else_is_not_missed(text: str) -> None:
    """Who answers to an attachment, or asks for one, has forgotten nothing."""
    assert missing_mention(message(body_text=text)) is None


@pytest.mark.parametrize("text", NO_FILE)
def test_what_is_no_attachment_of_this_mail_is_not_missed(text: str) -> None:
    """Paper mail, a link, a file that follows later and other senses of the word ask for no file."""
    assert missing_mention(message(body_text=text)) is None


@pytest.mark.parametrize("text", SMALL_PRINT)
def test_the_small_print_below_a_mail_is_no_mention(text: str) -> None:
    """A signature that stands below every mail of an organization would warn about each of them."""
    assert missing_mention(message(body_text=f"明日 10 時に伺います。\n--\n{text}")) is None
