"""What is written down of a message: the recipients once, for the record and to see that all texts are plain."""

from hypothesis import given
from hypothesis import strategies as st
from tests.judgement.drafts import message

from atesaki.judgement.message import unusable_text
from atesaki.sending.record import write_recipients

TEXTS = st.text(st.sampled_from(["a", "あ", "\\", '"', "\x00", "\n", "\x1f", "\x7f", "\x80"]), max_size=3)


@given(st.lists(TEXTS, min_size=7, max_size=7))
def test_a_text_with_a_control_character_is_never_taken_for_plain(texts: list[str]) -> None:
    """The quick look may be wrong only about what then is looked at slowly."""
    to, name, blind, subject, body, file, earlier = texts
    mail = message(
        to=[{"address": to, "name": name}],
        bcc=[blind],
        subject=subject,
        body_text=body,
        attachments=[{"name": file}],
        thread={"kind": "reply", "recipients": [earlier]},
    )
    assert not (write_recipients(mail).plain and unusable_text(mail))
