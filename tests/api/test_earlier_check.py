"""What a sender is told who presses Send again: how the check stands that a colleague was asked for before."""

import datetime as dt
import itertools
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text
from tests.api.mails import SECOND_CHECK_OUTSIDE, Json, answer_check, decide, mail, records
from tests.server import Server, running_server

from atesaki.judgement.explain import DIALOG_LIMIT
from atesaki.storage.engine import open_store

FRIENDS = ("one@first.example", "two@second.example")
SENT: Json = {
    "subject": "Minutes",
    "body_text": "As agreed.",
    "attachments": [{"name": "a.pdf", "size": 7}],
}
_LATER = "SET expires_at = expires_at - 259200000000 WHERE decision_id = :decision"
"""Three days pass."""

_numbers = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hall in Tokyo whose mails to outsiders are checked by a second person."""
    with running_server(tmp_path_factory.mktemp("earlier"), internal_domains=("hall.example",)) as started:
        started.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
        yield started


@pytest.fixture
def sender() -> Json:
    """A sender of this test alone: a check is told to who asked for it."""
    return {"sender": {"address": f"s{next(_numbers)}@hall.example"}}


def held(server: Server, message: Json, locale: str = "en") -> Json:
    """Press Send and return the answer."""
    return decide(server, message, locale=locale)


def asked(server: Server, message: Json, said: str = "") -> str:
    """Have a message held and ask for a check, which is answered where `said` is given."""
    decision_id: str = held(server, message)["decision_id"]
    server.client.post(f"/v1/decisions/{decision_id}/second_check", json={}).raise_for_status()
    if said:
        answer_check(server, decision_id, said, "Take Hanako out.")
    return decision_id


def pass_days(server: Server, decision_id: str) -> None:
    """Let three days pass for a check and its release."""
    store = open_store(server.store_address)
    with store.write() as connection:
        for table in ("second_checks", "releases"):
            connection.execute(text(f"UPDATE {table} {_LATER}"), {"decision": decision_id})
    store.close()


def reasons(answer: Json) -> list[str]:
    """Return what every client lists."""
    return [each["reason"] for each in answer["findings"]]


STATES = {
    "granted, ran out": ("granted", "with its date", {"en": "but that ran out on", "ja": "に期限が切れました"}),
    "granted, used": ("granted", "sent", {"en": "good for one Send and has been used", "ja": "すでに使われました"}),
    "nobody answered": ("", "with its date", {"en": "Nobody answered in time", "ja": "回答がありませんでした"}),
}


@pytest.mark.parametrize("locale", ["en", "ja"])
@pytest.mark.parametrize("case", STATES)
def test_an_ended_check_is_told_at_the_next_send(server: Server, sender: Json, case: str, locale: str) -> None:
    """In the dialog instead of the plain call to ask, and in the list that every client shows."""
    said, then, told = STATES[case]
    message = mail(FRIENDS, **SENT, **sender)
    decision_id = asked(server, message, said)
    if then == "sent":
        assert held(server, message)["action"] == "allow"
    else:
        pass_days(server, decision_id)
    answer = held(server, message, locale)
    again = {"en": "Ask a colleague again.", "ja": "もう一度ほかの人に確認を頼んでください。"}[locale]
    assert (answer["action"], answer["release"]) == ("block", "second_check")
    for shown in (answer["dialog"]["text"], answer["dialog"]["markdown"], reasons(answer)[-1]):
        assert told[locale] in shown
        assert again in shown
    assert "after that it can be sent" not in answer["dialog"]["text"]
    assert "mori@" not in str(answer), "who checked it stands where the sender looks at the check itself"


@pytest.mark.parametrize("used", [True, False])
def test_when_it_was_checked_is_told_in_the_time_of_the_organization(
    server: Server, sender: Json, *, used: bool
) -> None:
    """A day before the grant ends; in Tokyo it is nine hours later than in UTC."""
    message = mail(FRIENDS, **SENT, **sender)
    decision_id = asked(server, message, "granted")
    if used:
        held(server, message)
    else:
        pass_days(server, decision_id)
    ends = server.client.get(f"/v1/decisions/{decision_id}/second_check").json()["expires_at"]
    at = dt.datetime.fromisoformat(ends).astimezone(ZoneInfo("Asia/Tokyo")) - dt.timedelta(days=1)
    assert f"A colleague checked it on {at.day} {at:%b at %H:%M}" in held(server, message)["dialog"]["text"]


@pytest.mark.parametrize("locale", ["en", "ja"])
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("", {"en": "You asked a colleague to check it on ", "ja": "確認を頼んであります"}),
        ("declined", {"en": "says: not yet. Read their comment", "ja": "回答は「まだ送らない」です"}),
    ],
    ids=["waits", "declined"],
)
def test_a_check_that_stands_is_told_in_the_dialog_alone(
    server: Server, sender: Json, said: str, told: dict[str, str], locale: str
) -> None:
    """Nobody is sent to ask again who has asked; the clients show the check itself beside the reasons."""
    message = mail(FRIENDS, **SENT, **sender)
    asked(server, message, said)
    answer = held(server, message, locale)
    assert told[locale] in answer["dialog"]["text"]
    assert len(answer["findings"]) == 1


OTHERS: dict[str, tuple[Json, str, str]] = {
    "another recipient": ({"cc": [{"address": "three@third.example"}]}, "other recipients", "宛先が変わっています"),
    "another subject": ({"subject": "Minutes 2"}, "another subject", "件名が変わっています"),
    "another file": (
        {"attachments": [{"name": "b.pdf", "size": 7}]},
        "other attachments",
        "添付ファイルが変わっています",
    ),
    "another text": (
        {"body_text": "No."},
        "another text, or attachments of",
        "本文か添付ファイルの中身が変わっています",
    ),
    "two of them": (
        {"subject": "Minutes 2", "attachments": []},
        "another subject and other attachments",
        "件名と添付ファイルが変わっています",
    ),
}


@pytest.mark.parametrize("case", OTHERS)
def test_a_message_that_was_changed_says_in_what(server: Server, sender: Json, case: str) -> None:
    """So that its sender can put it back; then it goes by the check that there is."""
    changes, english, japanese = OTHERS[case]
    message = mail(FRIENDS, **SENT, **sender)
    asked(server, message, "granted")
    changed = {**message, **changes}
    for locale, told in (("en", english), ("ja", japanese)):
        answer = held(server, changed, locale)
        assert (told in answer["dialog"]["text"], told in reasons(answer)[-1]) == (True, True)
    assert held(server, message)["action"] == "allow"


def test_of_two_granted_messages_the_newest_is_compared(server: Server, sender: Json) -> None:
    """The record names it, and that it was another version."""
    first, second, third = (mail(FRIENDS, **{**SENT, "subject": each}, **sender) for each in ("A", "B", "C"))
    asked(server, first, "granted")
    newest = asked(server, second, "granted")
    (record,) = records(server, held(server, third)["decision_id"])
    assert record["body"]["earlier_check"] == {"decision_id": newest, "state": "changed"}


@pytest.mark.parametrize(
    "other",
    [
        {"to": [{"address": "else@fourth.example"}], "subject": "Budget"},
        {"to": [{"address": "else@fourth.example"}], "subject": " "},
        {"subject": None},
    ],
    ids=["nothing in common", "no subject", "a client that tells no subject"],
)
def test_another_message_is_not_taken_for_the_checked_one(server: Server, sender: Json, other: Json) -> None:
    """Nobody is told to put back what they never changed."""
    subject = " " if other["subject"] == " " else "Minutes"
    message = mail(FRIENDS, **{**SENT, "subject": subject}, **sender)
    asked(server, message, "granted")
    answer = held(server, {**message, **other})
    assert "after that it can be sent" in answer["dialog"]["text"]
    assert len(answer["findings"]) == 1


def test_a_grant_whose_time_is_over_is_not_told_of_another_version(server: Server, sender: Json) -> None:
    """Put back it would be held all the same."""
    message = mail(FRIENDS, **SENT, **sender)
    pass_days(server, asked(server, message, "granted"))
    assert len(held(server, {**message, "subject": "Minutes 2"})["findings"]) == 1


def test_what_a_sender_let_go_alone_is_no_check_of_a_colleague(server: Server, sender: Json) -> None:
    """A release of their own waits for another version of the draft, and says nothing about this one."""
    own = SECOND_CHECK_OUTSIDE["checked.yaml"].replace("checked", "own").replace("second_check", "justify")
    own = own.replace("{audience: external", "{audience: internal").replace("    remedies: [move_to_bcc]\n", "")
    server.admin.put("/v1/policies", json={**SECOND_CHECK_OUTSIDE, "own.yaml": own}).raise_for_status()
    try:
        decision = held(server, mail([], cc=["mori@hall.example"], **SENT, **sender))
        body = {"kind": "justify", "justification": "She asked for it."}
        server.client.post(f"/v1/decisions/{decision['decision_id']}/release", json=body).raise_for_status()
        answer = held(server, mail(FRIENDS, **SENT, **sender))
    finally:
        server.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
    assert (answer["release"], len(answer["findings"])) == ("second_check", 1)


def test_the_newest_check_of_a_mail_is_told(server: Server, sender: Json) -> None:
    """Asked again after a no, it waits; one that was used is told long after its time, too."""
    message = mail(FRIENDS, **SENT, **sender)
    first = asked(server, message, "declined")
    second = asked(server, message)
    assert second != first
    assert "You asked a colleague to check it on " in held(server, message)["dialog"]["text"]
    answer_check(server, second, "granted")
    assert held(server, message)["action"] == "allow"
    pass_days(server, second)
    assert "has been used" in held(server, message)["dialog"]["text"]


def test_a_check_of_somebody_else_is_nobodys_business(server: Server, sender: Json) -> None:
    """Whoever sends the same mail reads nothing of a colleague's check."""
    asked(server, mail(FRIENDS, **SENT, **sender), "granted")
    answer = held(server, mail(FRIENDS, **SENT, sender={"address": "nobody@hall.example"}))
    assert len(answer["findings"]) == 1


def test_another_reason_to_hold_it_is_said_to_be_one(server: Server, sender: Json) -> None:
    """The sender changed nothing, so nothing can be put back."""
    message = mail(FRIENDS, **SENT, **sender)
    asked(server, message, "granted")
    rule = SECOND_CHECK_OUTSIDE["checked.yaml"].replace("anybody_outside", "any_outsider")
    server.admin.put("/v1/policies", json={"checked.yaml": rule}).raise_for_status()
    try:
        answers = [reasons(held(server, message, locale))[-1] for locale in ("en", "ja")]
    finally:
        server.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
    assert ["held for other reasons now" in answers[0], "止める理由が変わりました" in answers[1]] == [True, True]


def test_the_sentence_fits_the_dialog_behind_a_long_reason(server: Server, sender: Json) -> None:
    """Outlook shows 500 characters; what to do is never what is left out."""
    rule = SECOND_CHECK_OUTSIDE["checked.yaml"].replace("Ask somebody", "Ask somebody, " + "please " * 30)
    server.admin.put("/v1/policies", json={"checked.yaml": rule}).raise_for_status()
    try:
        message = mail(FRIENDS[:1], **SENT, **sender)
        pass_days(server, asked(server, message, "granted"))
        dialog = held(server, message)["dialog"]
    finally:
        server.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
    for shown in dialog.values():
        assert "Ask a colleague again." in shown
        assert len(shown) <= DIALOG_LIMIT


def test_what_the_dialog_said_is_recorded_with_the_check_it_was_about(server: Server, sender: Json) -> None:
    """An auditor reads of which check the sender was told; a record of a mail that had none before says nothing."""
    message = mail(FRIENDS, **SENT, **sender)
    first = asked(server, message, "granted")
    held(server, message)
    again = held(server, message)["decision_id"]
    (record,) = records(server, again)
    assert record["body"]["earlier_check"] == {"decision_id": first, "state": "used"}
    assert "earlier_check" not in records(server, first)[0]["body"]
    with server.visitor("auditor") as auditor:
        page = auditor.get(f"/journal/decisions/{again}").text
    assert "it told of the one before: granted and used." in page
    assert f'href="/console/journal/decisions/{first}"' in page


def test_a_stranger_reads_nothing_of_a_check(server: Server, sender: Json) -> None:
    """Try it answers about anybody's address without a key; whom they write to, and when, is not for the world."""
    asked(server, mail(FRIENDS[:1], **{**SENT, "attachments": []}, **sender), "granted")
    form = {"sender": sender["sender"]["address"], "to": FRIENDS[0], "subject": "Minutes", "body": "Else"}
    page = server.anonymous.post("/?lang=en", data=form, headers={"Sec-Fetch-Site": "same-origin"}).text
    assert "It would go to 1 outsiders." in page
    assert "a colleague checked on" not in page
