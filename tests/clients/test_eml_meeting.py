"""A stored invitation is a meeting (RFC 6047 §2.4), which has no Bcc; a mail with a calendar file is a mail."""

import pytest

from atesaki.clients.eml import message_from_eml

HEAD = b"From: staff@hall.example\r\nTo: a@x.jp, b@y.jp, c@z.jp\r\nMIME-Version: 1.0\r\n"
PARTS = {
    "an invitation": ("text/calendar; charset=utf-8; method=REQUEST", "", "appointment"),
    "an invitation in capitals and quotes": ('TEXT/CALENDAR; METHOD="request"', "", "appointment"),
    "a cancellation": ("text/calendar; method=CANCEL", "", "appointment"),
    "an answer to an invitation": ("text/calendar; method=REPLY", "", "message"),
    "a published calendar": ("text/calendar; method=PUBLISH", "", "message"),
    "a calendar without a method": ("text/calendar", "", "message"),
    "a method that is broken": ("text/calendar; method*=utf-8''%FF", "", "message"),
    "a calendar file": ("text/calendar; method=REQUEST", "Content-Disposition: attachment; filename=a.ics", "message"),
}


@pytest.mark.parametrize(("content_type", "more", "item"), PARTS.values(), ids=PARTS.keys())
def test_what_calendar_stands_in_a_mail_says_what_it_is(content_type: str, more: str, item: str) -> None:
    """Only what an organizer sends to attendees is a meeting."""
    lines = [f"Content-Type: {content_type}", *([more] if more else []), "", "BEGIN:VCALENDAR"]
    part = "\r\n".join(lines)
    text = "--b\r\nContent-Type: text/plain\r\n\r\nhi\r\n"
    mail = f'Content-Type: multipart/alternative; boundary="b"\r\n\r\n{text}--b\r\n{part}\r\n--b--\r\n'
    assert message_from_eml(HEAD + mail.encode()).item == item


def test_an_invitation_may_be_nothing_but_its_calendar() -> None:
    """As some calendars send it, without a text for people."""
    mail = b"Content-Type: text/calendar; method=REQUEST\r\n\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
    assert message_from_eml(HEAD + mail).item == "appointment"
