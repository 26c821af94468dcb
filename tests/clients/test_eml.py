"""Stored mails as Japanese and other mailers write them, read as messages."""

from contextlib import suppress
from email.header import Header

import pytest

from atesaki.clients.eml import UnreadableMail, message_from_eml
from atesaki.judgement.message import Recipient

_JIS = "iso-2022-jp"


def _mail(*lines: str, body: str | bytes = "") -> bytes:
    head = "\r\n".join(["From: staff@hall.example", *lines])
    return head.encode() + b"\r\n\r\n" + (body if isinstance(body, bytes) else body.encode())


def _word(text: str, charset: str = _JIS) -> str:
    return Header(text, charset).encode()


def _to(*lines: str) -> list[tuple[str, str | None]]:
    return [(found.address, found.name) for found in message_from_eml(_mail(*lines)).to]


LISTS = {
    "a plain address": ("a@x.jp", [("a@x.jp", None)]),
    "a name in ISO-2022-JP": (f"{_word('山田 太郎')} <a@x.jp>", [("a@x.jp", "山田 太郎")]),
    "a name in UTF-8": (f"{_word('José Núñez', 'utf-8')} <a@x.jp>", [("a@x.jp", "José Núñez")]),
    "an encoded comma": (
        f"{_word('山田, 太郎', 'utf-8')} <a@x.jp>, b@y.jp",
        [("a@x.jp", "山田, 太郎"), ("b@y.jp", None)],
    ),
    "an encoded address as name": (
        f"{_word('boss@hall.example', 'utf-8')} <a@x.jp>",
        [("a@x.jp", "boss@hall.example")],
    ),
    "an encoded word in quotes, as many mailers write": (f'"{_word("佐藤 花子")}" <a@x.jp>', [("a@x.jp", "佐藤 花子")]),
    "vendor characters under the name ISO-2022-JP": (
        "=?ISO-2022-JP?B?GyRCfGI2NhsoQg==?= <a@x.jp>",
        [("a@x.jp", "髙橋")],
    ),
    "two words of one name": ("=?utf-8?B?5bGx55Sw?=\r\n =?utf-8?B?5aSq6YOO?= <a@x.jp>", [("a@x.jp", "山田太郎")]),
    "a word in an unknown character set": ("=?x-none?B?YWJj?= <a@x.jp>", [("a@x.jp", "abc")]),
    "a broken word": ("=?utf-8?B?a?= <a@x.jp>", [("a@x.jp", "=?utf-8?B?a?=")]),
    "a folded list": ("a@x.jp,\r\n\tb@y.jp", [("a@x.jp", None), ("b@y.jp", None)]),
    "a group": ("Team: a@x.jp, b@y.jp;", [("a@x.jp", None), ("b@y.jp", None)]),
    "nobody": ("undisclosed-recipients:;", []),
    "a docomo address with two dots": ("a..b.@docomo.ne.jp", [("a..b.@docomo.ne.jp", None)]),
    "text that is no address": ("a@x.jp, nobody at all", [("a@x.jp", None), ("nobody at all", None)]),
}


@pytest.mark.parametrize(("value", "expected"), LISTS.values(), ids=LISTS)
def test_a_recipient_list_is_read_as_its_mailer_meant_it(value: str, expected: list[tuple[str, str | None]]) -> None:
    """Names come out decoded, and an encoded comma never splits a recipient in two."""
    assert _to(f"To: {value}") == expected


@pytest.mark.parametrize("charset", ["iso-2022-jp", "cp932", "utf-8"])
def test_raw_bytes_in_a_header_are_read_in_the_likeliest_character_set(charset: str) -> None:
    """Old mailers write names without encoding them; those are Japanese more often than anything else."""
    data = b"From: s@x.jp\nTo: " + "山田 <a@x.jp>".encode(charset) + b"\n\n"
    assert message_from_eml(data).to == (Recipient("a@x.jp", "山田"),)


def test_each_field_keeps_its_recipients_and_repeated_fields_add_up() -> None:
    """Bcc of a draft is read, and a second To line is not lost."""
    message = message_from_eml(_mail("To: a@x.jp", "TO: b@x.jp", "Cc: c@x.jp", "Bcc: d@x.jp, e@x.jp"))
    fields = [[found.address for found in field] for field in (message.to, message.cc, message.bcc)]
    assert fields == [["a@x.jp", "b@x.jp"], ["c@x.jp"], ["d@x.jp", "e@x.jp"]]


def test_a_mail_without_recipients_is_a_message_to_nobody() -> None:
    """A draft may have no To line yet."""
    message = message_from_eml(_mail("Subject: x"))
    assert (message.to, message.cc, message.bcc) == ((), (), ())


KINDS = {
    "a new mail": ([], "new"),
    "a reply": (["In-Reply-To: <1@x>", "Subject: Re: x"], "reply"),
    "a reply that only has References": (["References: <1@x>"], "reply"),
    "a forwarded mail": (["References: <1@x>", "Subject: Fwd: x"], "forward"),
    "a forwarded mail in Japanese": (["References: <1@x>", f"Subject: {_word('転送: 件名')}"], "forward"),
}


@pytest.mark.parametrize(("lines", "kind"), KINDS.values(), ids=KINDS)
def test_the_thread_is_told_from_the_references(lines: list[str], kind: str) -> None:
    """A mail that refers to an earlier one continues it."""
    assert message_from_eml(_mail(*lines)).thread.kind == kind


def test_a_mark_before_the_first_line_is_no_part_of_it() -> None:
    """Windows' editor and PowerShell save UTF-8 with a byte order mark."""
    assert message_from_eml(b"\xef\xbb\xbf" + _mail("To: a@x.jp")).sender.address == "staff@hall.example"


def test_subject_and_text_are_decoded() -> None:
    """The text of a plain ISO-2022-JP mail comes out as its writer typed it."""
    lines = (f"Subject: {_word('説明会')}", "Content-Type: text/plain; charset=ISO-2022-JP")
    message = message_from_eml(_mail(*lines, body="資料を添付します。".encode(_JIS)))
    assert (message.subject, message.body_text) == ("説明会", "資料を添付します。")


def test_a_mail_that_is_only_html_is_read_as_its_text() -> None:
    """Tags, styles and scripts are no text, whatever is left open."""
    html = (
        "<html><head><style>p{}</style><body><p>Dear &amp; all,<br>please   see <b>the file</b></p><script>x</script>"
    )
    message = message_from_eml(_mail("Content-Type: text/html; charset=utf-8", body=html))
    assert message.body_text == "Dear & all,\nplease see the file"


_PARTS = """--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64

44GT44KT44Gr44Gh44Gv
--c
Content-Type: text/html

<p>no</p>
--c--
--b
{part}
--b--
"""

ATTACHMENTS = {
    "a plain name": (
        'Content-Type: application/pdf\nContent-Disposition: attachment; filename="a.pdf"\n\n12345',
        ("a.pdf", 5, False),
    ),
    "a name in pieces (RFC 2231)": (
        "Content-Type: application/pdf; name*0*=utf-8''%E5%90%8D;\n name*1*=%E7%B0%BF.xlsx\n\n1",
        ("名簿.xlsx", 1, False),
    ),
    "a name in an encoded word, as Japanese mailers write": (
        f'Content-Type: application/pdf; name="{_word("名簿.xlsx")}"\nContent-Disposition: attachment\n\n1',
        ("名簿.xlsx", 1, False),
    ),
    "a text file": (
        "Content-Type: text/plain\nContent-Disposition: attachment; filename=list.csv\n\na,b",
        ("list.csv", 3, False),
    ),
    "no name at all": ("Content-Type: application/pdf\n\n1", ("attachment.pdf", 1, False)),
    "a picture in the text": (
        "Content-Type: image/png\nContent-ID: <1>\nContent-Disposition: inline; filename=logo.png\n\n1",
        ("logo.png", 1, True),
    ),
    "a signature": ("Content-Type: application/pkcs7-signature; name=smime.p7s\n\n1", ("smime.p7s", 1, True)),
    "base64 counts as what it decodes to": (
        "Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\nMTIzNDU=",
        ("a.pdf", 5, False),
    ),
}


@pytest.mark.parametrize(("part", "expected"), ATTACHMENTS.values(), ids=ATTACHMENTS)
def test_an_attachment_has_its_name_its_size_and_its_place(part: str, expected: tuple[str, int, bool]) -> None:
    """Names come out as people see them, sizes in bytes, and the text is never an attachment."""
    message = message_from_eml(_mail("Content-Type: multipart/mixed; boundary=b", body=_PARTS.format(part=part)))
    assert [(found.name, found.size, found.inline) for found in message.attachments] == [expected]
    assert message.body_text == "こんにちは"


def test_an_attached_mail_is_one_attachment_and_its_recipients_are_nobodys() -> None:
    """A forwarded mail as attachment adds no recipient and no text to the mail around it."""
    part = f"Content-Type: message/rfc822\n\nFrom: x@y.jp\nTo: other@y.jp\nSubject: {_word('元のメール')}\n\nold text"
    message = message_from_eml(
        _mail("To: a@x.jp", "Content-Type: multipart/mixed; boundary=b", body=_PARTS.format(part=part))
    )
    assert [found.name for found in message.attachments] == ["元のメール.eml"]
    assert (message.body_text, [found.address for found in message.to]) == ("こんにちは", ["a@x.jp"])


REFUSED = {
    "nothing": (b"", None),
    "a text": (b"hello, this is no mail", None),
    "a picture": (b"\x89PNG\r\n\x1a\n\x00\x00", None),
    "a mail from nobody": (b"To: a@x.jp\n\n", "sender"),
    "more than 10,000 recipients": (_mail("To: " + ",".join(f"a{n}@x.jp" for n in range(10_001))), None),
    "an endless address": (_mail(f"To: {'a' * 2_000}@x.jp"), "to[0].address"),
}


@pytest.mark.parametrize(("data", "field"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_usable_mail_is_refused_in_one_sentence(data: bytes, field: str | None) -> None:
    """The error says what is wrong and where, without repeating an address."""
    with pytest.raises(UnreadableMail) as caught:
        message_from_eml(data)
    assert (caught.value.field, caught.value.detail.count("@")) == (field, 0)


def test_a_draft_without_from_is_sent_by_the_default_sender() -> None:
    """Drafts often have no From line; the caller may know who is writing."""
    message = message_from_eml(b"To: a@x.jp\n\n", default_sender="文化会館 <staff@hall.example>")
    assert (message.sender.address, message.sender.name) == ("staff@hall.example", "文化会館")


@pytest.mark.parametrize(
    "opening", [b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n", b"Content-Type: message/rfc822\n\n"]
)
def test_a_mail_nested_without_end_is_read_or_refused(opening: bytes) -> None:
    """Thousands of parts inside each other end in a message or in a clear error, never in a crash."""
    numbered = (opening.replace(b"%d", b"%d" % depth) for depth in range(3_000))
    data = b"From: a@x.jp\n" + b"".join(numbered)
    with suppress(UnreadableMail):
        assert message_from_eml(data).sender.address == "a@x.jp"


def test_control_characters_never_reach_the_message() -> None:
    """NUL, line breaks and lone surrogates in names, subject and text are replaced."""
    name = "=?utf-8?B?YQBiDQpj?="
    message = message_from_eml(_mail(f"To: {name} <a@x.jp>", f"Subject: {name}", body=b"x\x00y"))
    assert (message.to[0].name, message.subject, message.body_text) == ("a b c", "a b c", "xy")


def test_a_very_long_text_is_cut_and_said_to_be_cut() -> None:
    """What was not read in full is named, so that the judgement can warn."""
    message = message_from_eml(_mail(body="x" * 1_000_001))
    assert (len(message.body_text or ""), message.truncated) == (1_000_000, ("body",))
