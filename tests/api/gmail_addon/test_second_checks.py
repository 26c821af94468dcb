"""The Gmail add-on over HTTP: a colleague is asked from the card, and the card shows what they say."""

from collections.abc import Iterator

import pytest
from tests.api.gmail_addon.gmail import BASE, BUILDERS, SETTINGS, Gmail, button, draft, state
from tests.api.mails import CHECKER, SECOND_CHECK_OUTSIDE, Json, answer_check, personal
from tests.fakes.provider import FakeProvider
from tests.server import running_server

HELD = draft(BUILDERS[:2])


@pytest.fixture(scope="module")
def careful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gmail]:
    """A hall whose mails to outsiders are checked by a second person."""
    folder, provider = tmp_path_factory.mktemp("careful"), FakeProvider()
    with running_server(folder, fetch=provider.fetch, **SETTINGS) as server:
        server.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
        yield Gmail(server, provider)


def ask(gmail: Gmail, held: Json, note: str = "") -> Json:
    """Open the card of a held draft, ask for a check and return what Gmail is told to do."""
    action: Json = gmail.press(gmail.compose(held), "ask_second_check", held, note=note)["action"]
    return action


def card_of(action: Json) -> Json:
    """Return the card that Gmail is told to show."""
    card: Json = action["navigations"][0]["updateCard"]
    return card


def checked(card: Json) -> str:
    """Return how the second check stands, in the word above its sentence."""
    widgets = [widget for part in card["sections"][1:] for widget in part["widgets"]]
    return next((each["decoratedText"]["topLabel"] for each in widgets if "decoratedText" in each), "not asked")


def asked_for(card: Json) -> str:
    """Return the decision for which the card says that a colleague was asked."""
    pairs = button(card, "check_again")["parameters"]
    decision_id: str = next(pair["value"] for pair in pairs if pair["key"] == "decision")
    return decision_id


def look(gmail: Gmail, card: Json, held: Json) -> Json:
    """Press the button that looks for an answer and return the card."""
    return card_of(gmail.press(card, "check_again", held)["action"])


def test_colleague_is_asked_and_says_yes(careful: Gmail) -> None:
    """The card waits with a link, also when it is opened anew, and says that the mail may go only after the yes."""
    told = ask(careful, HELD, "Sato knows both of them.")
    (asked,) = careful.records("second_check.requested")
    assert personal(careful.server, asked["record_id"])["note"] == "Sato knows both of them."
    card = card_of(told)
    assert checked(card) == checked(careful.compose(HELD)) == "Waiting for the check"
    assert f"{BASE}/console/checks/{asked_for(card)}" in str(card)
    assert checked(look(careful, card, HELD)) == "Waiting for the check"
    answer_check(careful.server, asked_for(card), "granted")
    assert state(look(careful, card, HELD)) == "Checked by a colleague"
    # A card is no press of Send, so it uses nothing up.
    assert state(careful.compose(HELD)) == "Checked by a colleague"


def test_another_draft_is_not_the_one_that_was_asked_about(careful: Gmail) -> None:
    """One more recipient, and neither what waits nor a yes is shown for it."""
    held, changed = draft(BUILDERS[1:]), draft([*BUILDERS[1:], "stranger@elsewhere.example"])
    card = card_of(ask(careful, held))
    assert checked(look(careful, card, changed)) == "not asked"
    answer_check(careful.server, asked_for(card), "granted")
    assert state(look(careful, card, changed)) == "Don't send this as it is"


def test_colleague_who_says_not_yet_is_read_and_can_be_asked_again(careful: Gmail) -> None:
    """Their comment stands on the card whose button looks for it, and on the one after that."""
    held = draft(cc=BUILDERS[:2])
    card = card_of(ask(careful, held))
    answer_check(careful.server, asked_for(card), "declined", "The second one has moved.")
    declined = look(careful, card, held)
    assert checked(look(careful, declined, held)) == checked(declined) == "Don't send this yet"
    assert f"{CHECKER} says: The second one has moved." in str(declined)
    assert checked(card_of(careful.press(declined, "ask_second_check", held)["action"])) == "Waiting for the check"


def test_request_is_withdrawn_from_the_card_and_made_again(careful: Gmail) -> None:
    """The card says that nobody is being asked, and offers to ask anew."""
    held = draft(BUILDERS[:2], cc=BUILDERS[2:3])
    card = card_of(ask(careful, held))
    told = careful.press(card, "withdraw_second_check", held)["action"]
    assert told["notification"]["text"] == "The request was withdrawn. Nobody is being asked now."
    assert checked(card_of(told)) == checked(careful.compose(held)) == "not asked"
    assert [each["body"]["decision_id"] for each in careful.records("second_check.withdrawn")] == [asked_for(card)]
    assert checked(card_of(careful.press(card_of(told), "ask_second_check", held)["action"])) == "Waiting for the check"


def test_request_that_was_answered_first_is_not_withdrawn(careful: Gmail) -> None:
    """The card shows the answer, and says nothing of a withdrawal that there was not."""
    held = draft(BUILDERS[1:3], cc=BUILDERS[:1])
    card = card_of(ask(careful, held))
    answer_check(careful.server, asked_for(card), "declined", "The second one has moved.")
    told = careful.press(card, "withdraw_second_check", held)["action"]
    assert checked(card_of(told)) == "Don't send this yet"
    assert "notification" not in told


def test_what_is_asked_about_is_the_draft_as_it_stands(careful: Gmail) -> None:
    """Where it was mended meanwhile nobody is asked, and a note that is too long keeps the card with what was typed."""
    held = draft(["a@one.example", "b@two.example"])
    card = careful.compose(held)
    before = careful.records("second_check.requested")
    told = careful.press(card, "ask_second_check", draft([CHECKER]))["action"]
    assert told["notification"]["text"] == "The message has changed, so it was checked again."
    told = careful.press(card, "ask_second_check", held, note="x" * 501)["action"]
    assert told == {"notification": {"text": "Please write the note in at most 500 characters."}}
    assert careful.records("second_check.requested") == before
