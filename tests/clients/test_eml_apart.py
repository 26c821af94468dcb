"""A stored mail read in a process of its own: the same answer, and an end to mails that are made to take for ever."""

import sys
from pathlib import Path
from subprocess import CalledProcessError

import pytest

from atesaki.clients import eml_apart
from atesaki.clients.eml import UnreadableMail, message_from_eml
from atesaki.clients.eml_apart import MailTooHard, message_apart

HEAD = b"From: staff@hall.example\nTo: a@x.jp\n"
HARD = {
    "mails in mails": HEAD + b"Content-Type: message/rfc822\n\n" * 400,
    "comments in comments": HEAD + b"Content-Type: text/html\n\n" + b"<!--" * 100_000,
}


def test_the_message_is_the_same_as_when_it_is_read_here() -> None:
    """Names in other character sets, texts and attachments come through whole."""
    mail = HEAD + "Subject: =?utf-8?b?44GC?=\n\n本文".encode()
    assert message_apart(mail) == message_from_eml(mail)


def test_the_sender_stands_in_where_the_mail_names_none() -> None:
    """A draft often has no From line."""
    assert message_apart(b"To: a@x.jp\n\n", default_sender="佐藤 <b@x.jp>").sender.name == "佐藤"


def test_what_is_no_mail_is_told_with_its_field() -> None:
    """The process hands its refusal back."""
    with pytest.raises(UnreadableMail) as refused:
        message_apart(b"To: a@x.jp\n\n")
    assert (refused.value.field, "no From line" in refused.value.detail) == ("sender", True)


@pytest.mark.parametrize("mail", HARD.values(), ids=HARD)
def test_a_mail_that_is_made_to_take_for_ever_is_given_up(mail: bytes) -> None:
    """It costs a few seconds of another process, however it was made."""
    with pytest.raises(MailTooHard):
        message_apart(mail)


def test_a_machine_without_time_gives_up_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processor's time alone would let a thread wait for long where others use the processor."""
    monkeypatch.setattr(eml_apart, "_PATIENCE", 0.001)
    with pytest.raises(MailTooHard):
        message_apart(HEAD)


def test_a_process_that_does_not_start_is_no_fault_of_the_mail(monkeypatch: pytest.MonkeyPatch) -> None:
    """A broken installation is never told as a mail that is too hard."""
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(CalledProcessError):
        message_apart(HEAD)


def test_nothing_of_a_mail_gets_into_the_log(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What an error says in the other process may be an address."""
    talking = tmp_path / "python"
    talking.write_text("#!/bin/sh\necho 'KeyError: a@x.jp' >&2\nexit 1\n")
    talking.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(talking))
    with pytest.raises(CalledProcessError) as failed:
        message_apart(HEAD)
    assert "a@x.jp" not in capfd.readouterr().err + str(failed.value)
