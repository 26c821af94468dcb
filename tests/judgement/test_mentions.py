"""Words that speak of an attachment: the sender's own is missed, somebody else's is not."""

import pytest
from tests.judgement.drafts import message

from atesaki.judgement.conditions.attachments import missing_mention

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
}
OF_OTHERS = [
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
]


@pytest.mark.parametrize(("text", "words"), OWN.items())
def test_the_senders_own_attachment_is_missed_in_whole_words(text: str, words: str) -> None:
    """The words that are shown are such as staff wrote, not half a verb."""
    assert missing_mention(message(body_text=text)) == words


@pytest.mark.parametrize("text", OF_OTHERS)
def test_an_attachment_of_somebody_else_is_not_missed(text: str) -> None:
    """Who answers to an attachment, or asks for one, has forgotten nothing."""
    assert missing_mention(message(body_text=text)) is None
