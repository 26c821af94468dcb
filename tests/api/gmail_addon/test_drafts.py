"""The Gmail add-on over HTTP: what the card says of a draft, and what of it is recorded."""

from pathlib import Path

import pytest
from tests.api.gmail_addon.gmail import ME, SETTINGS, Gmail, buttons, draft, operation_of, state
from tests.api.mails import VOLUNTEERS, Json, personal
from tests.fakes.provider import FakeProvider
from tests.server import running_server


def test_founding_incident_is_shown_moved_and_found_mended(gmail: Gmail) -> None:
    """26 volunteers in To: the card says it, one click hides them, the next check finds nothing; all is recorded."""
    before = draft(VOLUNTEERS)
    card = gmail.compose(before)
    assert state(card) == "Don't send this as it is"
    assert "26 people would each learn 25 addresses" in card["sections"][0]["widgets"][0]["decoratedText"]["text"]
    told = gmail.press(card, "move_to_bcc", before)
    assert told["hostAppAction"]["gmailAction"]["updateDraftActionMarkup"] == {
        "updateToRecipients": {"toRecipients": [{"email": ME}]},
        "updateBccRecipients": {"bccRecipients": [{"email": address} for address in VOLUNTEERS]},
    }
    again = gmail.press(card, "check_again", draft([ME], bcc=VOLUNTEERS))
    assert state(again["action"]["navigations"][0]["updateCard"]) == "Checked"
    decisions = gmail.records()
    assert [found["body"]["action"] for found in decisions] == ["block", "block", "allow"]
    (outcome,) = gmail.records("outcome.reported")
    assert outcome["body"]["outcome"] == "fixed"
    assert outcome["body"]["decision_id"] == decisions[0]["body"]["decision_id"]


def test_sender_is_the_verified_person_whatever_the_body_says(gmail: Gmail) -> None:
    """The address comes from the token; the record says that it is verified."""
    event = gmail.event({**draft(["one@x.example"]), "from": "boss@hall.example", "sender": "boss@hall.example"})
    assert gmail.post("compose", event).status_code == 200
    (record,) = gmail.records()
    assert record["body"]["assurance"] == "verified"
    assert record["body"]["client"] == {
        **record["body"]["client"],
        "app": "gmail_addon",
        "platform": "web",
        "moment": "compose",
    }
    known = personal(gmail.server, record["record_id"])
    assert (known["sender"]["address"], known["identity"]["subject"]) == (ME, "108")


@pytest.mark.parametrize("lists", [{}, draft(), {"toRecipients": []}])
def test_draft_without_recipients_is_not_judged(quiet: Gmail, lists: Json) -> None:
    """An empty draft is not safe, it is empty."""
    assert state(quiet.compose(lists)) == "The recipients could not be read"
    assert quiet.records() == []


def test_list_that_gmail_did_not_tell_warns(gmail: Gmail) -> None:
    """Without the blind recipients part of the message is unchecked, and the card says which."""
    card = gmail.compose({"toRecipients": ["one@x.example"], "ccRecipients": []})
    assert state(card) == "Please check before you send"
    assert "Bcc could not be read" in str(card)
    assert gmail.records()[0]["body"]["truncated"] == ["bcc"]


@pytest.mark.parametrize("untold", ["toRecipients", "bccRecipients"])
def test_list_that_gmail_did_not_tell_is_not_replaced(gmail: Gmail, untold: str) -> None:
    """Moving to Bcc would write the list anew and so drop whoever stands in it; no button, nor an older one, does."""
    known = draft(cc=VOLUNTEERS)
    incomplete = {name: people for name, people in known.items() if name != untold}
    card = gmail.compose(incomplete)
    assert state(card) == "Don't send this as it is"
    assert "move_to_bcc" not in map(operation_of, buttons(card))
    told = gmail.press(gmail.compose(known), "move_to_bcc", incomplete)
    assert "hostAppAction" not in told


def test_unreadable_recipient_warns(gmail: Gmail) -> None:
    """It is judged as it stands, and escaped."""
    card = gmail.compose(draft(["<b>oops</b>"]))
    assert state(card) == "Please check before you send"
    assert "<b>oops" not in str(card)
    assert "&lt;b&gt;oops" in str(card)


def test_who_checks_too_often_is_told_to_wait(tmp_path: Path, provider: FakeProvider) -> None:
    """The same limits as for every client: whoever probes a roster by hand is slowed down."""
    with running_server(tmp_path, fetch=provider.fetch, **{**SETTINGS, "rate_per_sender": 0.01}) as server:
        gmail = Gmail(server, provider)
        assert state(gmail.compose(draft(["one@x.example"]))) == "Checked"
        card = gmail.compose(draft(["two@x.example"]))
        assert state(card) == "This could not be checked"
        assert len(gmail.records()) == 1
