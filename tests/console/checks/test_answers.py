"""Answers to a second check: taken, refused with what was typed, and kept from those who can't give one."""

import re

import pytest
from sqlalchemy import text
from tests.api.mails import SENDER
from tests.console.checks.asking import TO, asked, has_form, held, standing
from tests.fakes.entra import FakeEntra
from tests.server import Server, Visitor

from atesaki.storage.engine import open_store

_OF_MAIL = " WHERE record_id = (SELECT record_id FROM records WHERE subject = :decision AND kind = 'decision.recorded')"
_ERASE = "DELETE FROM personal"
_ERASE_IN_PART = "UPDATE personal SET blob = CAST(json_set(CAST(blob AS text), '$.fingerprint', NULL) AS blob)"
_SWAP = "UPDATE personal SET blob = CAST(replace(CAST(blob AS text), 'hana@', 'anna@') AS blob)"


def _run(server: Server, statement: str, decision: str) -> None:
    store = open_store(server.store_address)
    with store.write() as connection:
        connection.execute(text(statement), {"decision": decision})
    store.close()


def test_whoever_says_that_it_may_be_sent_is_told_until_when(server: Server, checker: Visitor, subject: str) -> None:
    """Then exactly this mail goes once; the page follows, and no longer shows to whom."""
    decision = asked(server, subject=subject)
    page = checker.post(f"/checks/{decision}", {"answer": "granted", "comment": "Fine.\r\nGo."}).text
    assert "Your answer is recorded: it may be sent." in page
    assert "The sender may press Send until " in page
    assert "ben@hall.example</bdi>, " in page
    assert ("hana@gmail.com" in page, 'value="declined"' in page) == (False, False)
    told = standing(server, decision)
    assert (told["state"], told["by"], told["comment"]) == ("granted", "ben@hall.example", "Fine.\nGo.")
    assert held(server, subject=subject)["released_by"]["kind"] == "second_check"
    assert "Sent after the check" in checker.get(f"/checks/{decision}").text
    assert held(server, subject=subject)["action"] == "block"


def test_not_yet_needs_a_comment(server: Server, checker: Visitor, subject: str) -> None:
    """The sentence stands at the field; with a comment the sender reads it."""
    decision = asked(server, subject=subject)
    refused = checker.post(f"/checks/{decision}", {"answer": "declined", "comment": ""})
    assert (refused.status_code, 'id="comment-problem"' in refused.text) == (422, True)
    assert standing(server, decision)["state"] == "waiting"
    page = checker.post(f"/checks/{decision}", {"answer": "declined", "comment": "Move them to Bcc."}).text
    assert "Move them to Bcc." in page
    assert (standing(server, decision)["state"], standing(server, decision)["comment"]) == (
        "declined",
        "Move them to Bcc.",
    )


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"answer": "granted", "comment": "x" * 501}, "A comment has at most 500 characters."),
        ({"comment": "Looks good"}, "Press one of the two buttons."),
        ({"answer": "both", "comment": "Looks good"}, "Press one of the two buttons."),
    ],
    ids=["too long", "no button", "unknown button"],
)
def test_a_refused_answer_keeps_its_comment(
    server: Server, checker: Visitor, subject: str, form: dict[str, str], said: str
) -> None:
    """And changes nothing."""
    decision = asked(server, subject=subject)
    refused = checker.post(f"/checks/{decision}", form)
    assert (refused.status_code, said in refused.text) == (422, True)
    assert f"{form['comment']}</textarea>" in refused.text
    assert standing(server, decision)["state"] == "waiting"


def test_an_answer_of_somebody_who_was_signed_out_is_kept(server: Server, subject: str) -> None:
    """The button that was pressed too, so that one more press sends it."""
    decision = asked(server, subject=subject)
    form = {"answer": "declined", "comment": "Move them to Bcc."}
    kept = server.anonymous.post(f"/console/checks/{decision}", data=form)
    assert kept.status_code == 401
    for name, value in form.items():
        assert f'<input type="hidden" name="{name}" value="{value}">' in kept.text
    assert standing(server, decision)["state"] == "waiting"


def test_whoever_is_asked_after_a_no_reads_of_it(server: Server, checker: Visitor, subject: str) -> None:
    """Of the very same mail, and of one that was changed; a link leads to what was said."""
    first = asked(server, subject=subject)
    assert "“Not yet” to" not in checker.get(f"/checks/{first}").text
    checker.post(f"/checks/{first}", {"answer": "declined", "comment": "Move them to Bcc."}).raise_for_status()
    changed = [{"address": "ken@other.example"}]
    for to, english, japanese in (
        (TO, "to exactly this before.", "まったく同じ内容に、前に"),
        (changed, "with the same subject, and this may be its newer version.", "これはそれを直したものかも"),
    ):
        page = checker.get(f"/checks/{asked(server, subject=subject, to=to)}").text
        assert english in page
        assert re.search(rf'<a href="[^"]*/checks/{first}">What they said</a>', page)
        with server.visitor("checker", email="anna@hall.example", language="ja") as anna:
            assert japanese in anna.get(f"/checks/{asked(server, subject=subject, to=to)}").text
    assert "Move them to Bcc." in checker.get(f"/checks/{first}").text


def test_a_yes_is_held_back_until_it_was_sent(server: Server, checker: Visitor, subject: str) -> None:
    """With a comment, which is kept where it is refused; the sender is held, and reads it."""
    decision = asked(server, subject=subject)
    checker.post(f"/checks/{decision}", {"answer": "granted", "comment": "Fine."}).raise_for_status()
    nothing = checker.post(f"/checks/{decision}", {"answer": "taken_back", "comment": ""})
    assert (nothing.status_code, "Say what has to be changed." in nothing.text) == (422, True)
    # A form that comes twice is one answer.
    pages = [checker.post(f"/checks/{decision}", {"answer": "taken_back", "comment": "The other Hana!"}) for _ in "12"]
    page = pages[1].text
    assert all("it is held back. Its sender reads your comment" in each.text for each in pages)
    assert ("The other Hana!" in page, "Fine." in page, has_form(page)) == (True, False, False)
    assert "says: not yet. Read their comment" in held(server, subject=subject)["dialog"]["text"]
    assert standing(server, decision)["comment"] == "The other Hana!"


def test_what_was_sent_is_not_held_back(server: Server, checker: Visitor, subject: str) -> None:
    """A form that was open says so and keeps the words; whoever wrote the mail has no such form."""
    decision = asked(server, subject=subject)
    checker.post(f"/checks/{decision}", {"answer": "granted"}).raise_for_status()
    with server.visitor("checker", email=SENDER) as own, server.visitor("checker", language="ja", email="a@x.jp") as ja:
        assert not has_form(own.get(f"/checks/{decision}").text)
        assert "送信されるまでは、まだ止められます。" in ja.get(f"/checks/{decision}").text
    assert held(server, subject=subject)["action"] == "allow"
    refused = checker.post(f"/checks/{decision}", {"answer": "taken_back", "comment": "Stop!"})
    assert (refused.status_code, "It was sent already" in refused.text) == (409, True)
    assert ("Stop!" in refused.text, has_form(refused.text)) == (True, False)


@pytest.mark.parametrize(
    ("email", "said"),
    [(SENDER, "You wrote this yourself"), ("Staff@HALL.example", "You wrote this yourself"), ("", "no e-mail address")],
    ids=["sender", "another spelling", "no address"],
)
def test_nobody_checks_their_own_mail(server: Server, subject: str, email: str, said: str) -> None:
    """The page says so and has no buttons; a form that is sent all the same is refused, with what was typed."""
    decision = asked(server, subject=subject)
    with server.visitor("checker", "admin", email=email) as sender:
        page = sender.get(f"/checks/{decision}").text
        assert (said in page, has_form(page)) == (True, False)
        refused = sender.post(f"/checks/{decision}", {"answer": "granted", "comment": "It is fine"})
    assert (refused.status_code, "It is fine" in refused.text, said in refused.text) == (403, True, True)
    assert standing(server, decision)["state"] == "waiting"


def test_who_sends_for_a_shared_mailbox_is_named_and_does_not_check(
    server: Server, entra: FakeEntra, checker: Visitor, subject: str
) -> None:
    """The From is the office; the person behind it is shown to others, and kept from answering."""
    decision = asked(server, token=entra.token(), subject=subject, sender={"address": "office@hall.example"})
    page = checker.get(f"/checks/{decision}").text
    assert f"<dt>Written by</dt><dd><bdi>{SENDER}</bdi></dd>" in page
    assert "the address under “Sender” need not be theirs" in page
    assert has_form(page)
    with server.visitor("checker", email=SENDER) as writer:
        assert not has_form(writer.get(f"/checks/{decision}").text)


def test_the_slower_of_two_checkers_sees_what_the_first_one_said(
    server: Server, checker: Visitor, subject: str
) -> None:
    """Nothing is said twice, and the comment of the second one is not lost."""
    decision = asked(server, subject=subject)
    with server.visitor("admin", email="anna@hall.example") as anna:
        anna.post(f"/checks/{decision}", {"answer": "declined", "comment": "Wrong list."})
    slower = checker.post(f"/checks/{decision}", {"answer": "granted", "comment": "All is well"})
    assert slower.status_code == 409
    for shown in ("Somebody has answered this check already", "All is well", "anna@hall.example", "Wrong list."):
        assert shown in slower.text
    assert standing(server, decision)["state"] == "declined"


@pytest.mark.parametrize("said", ["granted", "declined"])
def test_a_form_that_comes_twice_is_one_answer(server: Server, checker: Visitor, subject: str, said: str) -> None:
    """A double click, or Back and once more: whoever sees only the second page must not take it for a refusal."""
    decision = asked(server, subject=subject)
    form = {"answer": said, "comment": "Look at\r\nthe list. "}
    first, second = (checker.post(f"/checks/{decision}", form) for _ in range(2))
    assert (second.status_code, "Your answer is recorded" in second.text) == (200, True)
    assert "was not sent to anybody" not in second.text
    assert first.url == second.url
    changed = checker.post(f"/checks/{decision}", {**form, "comment": "Something else"})
    assert (changed.status_code, "What you wrote was not sent to anybody" in changed.text) == (409, True)


def test_a_check_whose_time_is_over_can_not_be_answered(server: Server, checker: Visitor, subject: str) -> None:
    """The page says so; it says something else where it was answered, but not sent in time."""
    decision, other = asked(server, subject=f"{subject} a"), asked(server, subject=f"{subject} b")
    checker.post(f"/checks/{other}", {"answer": "granted"})
    for each in (decision, other):
        _run(server, "UPDATE second_checks SET expires_at = 1 WHERE decision_id = :decision", each)
    page = checker.get(f"/checks/{decision}").text
    assert ("Nobody answered until" in page, "hana@gmail.com" in page, has_form(page)) == (True, False, False)
    assert checker.post(f"/checks/{decision}", {"answer": "granted"}).status_code == 409
    assert "its sender did not press Send again" in checker.get(f"/checks/{other}").text


@pytest.mark.parametrize("statement", [_ERASE, _ERASE_IN_PART], ids=["whole", "in part"])
def test_what_was_erased_can_not_be_checked(server: Server, checker: Visitor, subject: str, statement: str) -> None:
    """A list without somebody must not look whole: it is not shown. The same mail can be asked about anew."""
    decision = asked(server, subject=subject)
    _run(server, statement + _OF_MAIL, decision)
    page = checker.get(f"/checks/{decision}")
    assert "Personal data in it has been deleted since" in page.text
    assert ("taro@docomo.ne.jp" in page.text, has_form(page.text)) == (False, False)
    refused = checker.post(f"/checks/{decision}", {"answer": "granted", "comment": "All is well"})
    assert (refused.status_code, "your answer was not recorded" in refused.text) == (409, True)
    assert decision in checker.get("/checks").text
    assert "You asked a colleague" not in held(server, subject=subject)["dialog"]["text"]
    assert asked(server, subject=subject) != decision


def test_nobody_lets_go_what_somebody_changed_in_the_store(server: Server, checker: Visitor, subject: str) -> None:
    """The record commits to its people: a checker would read others than those who get the mail."""
    decision = asked(server, subject=subject)
    _run(server, _SWAP + _OF_MAIL, decision)
    page = checker.get(f"/checks/{decision}").text
    assert ("This is not the personal data that was recorded" in page, has_form(page)) == (True, False)
    assert checker.post(f"/checks/{decision}", {"answer": "granted"}).status_code == 409
    assert standing(server, decision)["state"] == "waiting"
