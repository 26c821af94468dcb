"""What strangers may have read and parsed on the public page, which is asked before the body is read."""

import asyncio
import re
from collections.abc import Iterator
from contextlib import AsyncExitStack
from html import unescape

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient
from starlette.types import Message, Scope
from tests.console.desk import KEY, Desk, desk_app

from atesaki.console.try_it import turns
from atesaki.console.try_it.turns import MAX_POST_BYTES, MOST_CALLS, RECEIVED_AT_ONCE, SMALL_BYTES, Busy, Turns

LARGE = MOST_CALLS * SMALL_BYTES + 1
FORM = {"sender": "staff@hall.example", "to": "a@x.jp"}


@pytest.fixture
def desk() -> Desk:
    """What judges, and remembers what it was asked."""
    return Desk()


@pytest.fixture
def visitor(desk: Desk) -> Iterator[TestClient]:
    """A visitor without a key."""
    with TestClient(desk_app(desk)) as client:
        yield client


def _text(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def _unread(visitor: TestClient, length: int, lang: str = "en") -> tuple[int, dict[bytes, bytes], str]:
    """Announce a body of so many bytes; whoever asks for it fails."""
    headers = [(b"content-length", b"%d" % length), (b"content-type", b"multipart/form-data; boundary=b")]
    place = {"path": "/", "query_string": f"lang={lang}".encode(), "server": ("testserver", 80), "scheme": "http"}
    scope: Scope = {"type": "http", "method": "POST", "headers": headers, "client": ("testclient", 1), **place}
    sent: list[Message] = []

    async def receive() -> Message:
        pytest.fail("The body was asked for.")

    async def send(message: Message) -> None:
        sent.append(message)

    async def ask() -> None:
        await visitor.app(scope, receive, send)

    asyncio.run(ask())
    return sent[0]["status"], dict(sent[0]["headers"]), _text(sent[1]["body"].decode())


def _exhaust(visitor: TestClient) -> None:
    mail = b"From: a@x.jp\nTo: b@x.jp\n\n" + b"x" * LARGE
    for _ in range(turns.PER_STRANGER[0] // MOST_CALLS):
        assert visitor.post("/", files={"mail": ("mail.eml", mail)}).status_code == 200


REFUSED = {
    "ja": "短い時間に何度も確かめています。少し待ってから、メールをもう一度選ぶか入力してください。",
    "en": "Too many checks in a short time. Please wait a moment and choose or type the mail again.",
}


@pytest.mark.parametrize("lang", REFUSED)
def test_who_sends_too_many_mails_is_refused_before_the_next_is_read(visitor: TestClient, lang: str) -> None:
    """Five mails at once; the sixth costs nothing but its refusal, and says when to come back."""
    _exhaust(visitor)
    status, headers, text = _unread(visitor, LARGE, lang)
    assert (status, int(headers[b"retry-after"]) > 0, REFUSED[lang] in text) == (429, True, True)


def test_what_was_typed_is_shown_again_to_who_asks_too_often(visitor: TestClient, desk: Desk) -> None:
    """A form of typed recipients is small enough to be kept, and is not judged."""
    statuses = [visitor.post("/?lang=en", data=FORM).status_code for _ in range(turns.PER_STRANGER[0])]
    judged = len(desk.asked)
    page = visitor.post("/?lang=en", data=FORM)
    assert (set(statuses), page.status_code, len(desk.asked)) == ({200}, 429, judged)
    assert "a@x.jp</textarea>" in page.text
    assert "Too many checks in a short time." in _text(page.text)


def test_a_key_opens_the_page_as_often_as_the_key_may_ask(visitor: TestClient) -> None:
    """Only strangers are counted here; the rate of the key counts the others."""
    visitor.post("/admission", data={"key": KEY})
    statuses = [visitor.post("/", data=FORM).status_code for _ in range(turns.PER_STRANGER[0] + 5)]
    assert set(statuses) == {200}


@pytest.mark.parametrize(
    ("lang", "sentence"), [("ja", "このメールは 25 MB を超えています。"), ("en", "This mail is larger than 25 MB.")]
)
def test_a_post_larger_than_any_mail_is_not_read(visitor: TestClient, lang: str, sentence: str) -> None:
    """Its visitor is told what to do, by a page."""
    status, _, text = _unread(visitor, MAX_POST_BYTES + 1, lang)
    assert (status, sentence in text) == (413, True)


def test_a_body_of_unknown_length_is_not_read(visitor: TestClient) -> None:
    """Every browser says how long its form is."""
    assert visitor.post("/", content=iter([b"sender=a@x.jp"])).status_code == 411


def test_a_large_form_has_to_come_in_parts(visitor: TestClient) -> None:
    """In the other kind each byte costs thirty times as much, in the event loop."""
    headers = {"content-type": "application/x-www-form-urlencoded"}
    assert visitor.post("/", content=b"&" * (SMALL_BYTES + 1), headers=headers).status_code == 413


def test_texts_that_no_mail_holds_are_not_shown_again(visitor: TestClient) -> None:
    """A page of 16 MB would be written in the event loop."""
    texts = dict.fromkeys(("subject", "body"), (None, "x" * (3 << 20)))
    assert visitor.post("/", files=texts).status_code == 413


ENDLESS = {
    "commas without recipients": ("," * 40_001, "more than 10,000 recipients"),
    "words without recipients": ("a " * 250_001, "or is too long"),
}


@pytest.mark.parametrize(("to", "sentence"), ENDLESS.values(), ids=ENDLESS)
def test_lists_that_take_seconds_to_read_are_refused(visitor: TestClient, desk: Desk, to: str, sentence: str) -> None:
    """They are counted, not read."""
    page = visitor.post("/?lang=en", files={"sender": (None, "a@x.jp"), "to": (None, to)})
    assert (page.status_code, desk.asked, sentence in _text(page.text)) == (422, [], True)


PART = b"--b\nContent-Disposition: attachment; filename=a\n\nx\n"
HARD = {
    "mails in mails": b"Content-Type: message/rfc822\n\n" * 400,
    "names as long as books": b"Cc: " + (b"x" * 9_000 + b" <c@x.jp>, ") * 60 + b"\n\n",
    "a thousand attachments and one": b"Content-Type: multipart/mixed; boundary=b\n\n" + PART * 1_001 + b"--b--\n",
}


@pytest.mark.parametrize("rest", HARD.values(), ids=HARD)
def test_a_mail_that_is_made_to_take_long_is_refused_at_its_field(visitor: TestClient, desk: Desk, rest: bytes) -> None:
    """The visitor can still type the recipients, and what was typed stands there."""
    mail = b"From: a@x.jp\nTo: b@x.jp\n" + rest
    page = visitor.post("/?lang=en", data=FORM, files={"mail": ("mail.eml", mail)})
    assert (page.status_code, desk.asked) == (422, [])
    assert "This mail takes too long to read. Please type its recipients instead." in _text(page.text)
    assert "a@x.jp</textarea>" in page.text


def test_a_mail_is_not_received_while_enough_others_are() -> None:
    """Each takes a place on the disk and in memory until it was answered."""

    async def crowd() -> None:
        places = Turns()
        async with AsyncExitStack() as waiting:
            for _ in range(RECEIVED_AT_ONCE):
                await waiting.enter_async_context(places.to_send("a", LARGE))
            await waiting.enter_async_context(places.to_send("a", SMALL_BYTES))
            with pytest.raises(Busy):
                await waiting.enter_async_context(places.to_send("b", LARGE))
        async with places.to_send("b", LARGE):
            pass

    asyncio.run(crowd())


@pytest.mark.parametrize(
    ("lang", "sentence"), [("ja", "ほかのメールを読み込んでいます。"), ("en", "Other mails are being read right now.")]
)
def test_what_was_typed_is_shown_again_where_enough_is_parsed(
    desk: Desk, lang: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who waited long enough for a turn is told to come back."""
    monkeypatch.setattr(turns, "_PATIENCE", 0.01)
    monkeypatch.setattr(turns, "PARSED_AT_ONCE", 0)
    with TestClient(desk_app(desk)) as visitor:
        page = visitor.post(f"/?lang={lang}", data=FORM)
    assert (page.status_code, page.headers["retry-after"], desk.asked) == (503, "5", [])
    assert sentence in _text(page.text)
    assert "a@x.jp</textarea>" in page.text


CALLERS = {
    "an IPv4 address": ("192.0.2.7", "192.0.2.7"),
    "the same, as a socket for both kinds gives it": ("::ffff:192.0.2.7", "192.0.2.7"),
    "an IPv6 address, of which each visitor has many": ("2001:db8:0:1:2:3:4:5", "2001:db8:0:1::/64"),
    "no address at all": ("testclient", "testclient"),
}


@pytest.mark.parametrize(("host", "caller"), CALLERS.values(), ids=CALLERS)
def test_posts_are_counted_for_the_network_address(host: str, caller: str) -> None:
    """Nobody gets a new bucket by another spelling."""
    assert turns.caller_of(Request({"type": "http", "client": (host, 1)})) == caller
