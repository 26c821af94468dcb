"""Answers to Gmail: what is done to the draft, and what is read out of an event."""

import msgspec
import pytest

from atesaki.clients.gmail import moved, noticed, pushed, updated
from atesaki.clients.gmail_event import Draft, Event, message_of, request_of
from atesaki.judgement.decision import Remedy
from atesaki.judgement.message import Message, Recipient, Sender

ME = "staff@hall.example"


def mail(to: str, cc: str = "", bcc: str = "") -> Message:
    """Return a message to these addresses."""
    lists = {name: tuple(map(Recipient, texts.split())) for name, texts in (("to", to), ("cc", cc), ("bcc", bcc))}
    return Message(Sender(ME), to=lists["to"], cc=lists["cc"], bcc=lists["bcc"])


def test_moving_replaces_each_list_that_changes_and_no_other() -> None:
    """Gmail replaces a list that is named, so a list that stays is not named: display names would be lost."""
    told = moved(
        mail("boss@hall.example", "a@x.jp b@y.jp", "c@z.jp"), Remedy("move_to_bcc", ("a@x.jp", "b@y.jp")), "en"
    )
    assert told["renderActions"]["hostAppAction"]["gmailAction"] == {
        "updateDraftActionMarkup": {
            "updateCcRecipients": {"ccRecipients": []},
            "updateBccRecipients": {"bccRecipients": [{"email": "c@z.jp"}, {"email": "a@x.jp"}, {"email": "b@y.jp"}]},
        }
    }
    assert told["renderActions"]["action"]["notification"]["text"].startswith("Moving to Bcc: 2.")


def test_to_becomes_the_sender_instead_of_empty() -> None:
    """Whether an empty list clears To is nowhere promised, and mail servers want somebody there."""
    told = moved(mail("a@x.jp"), Remedy("move_to_bcc", ("a@x.jp",)), "ja")
    update = told["renderActions"]["hostAppAction"]["gmailAction"]["updateDraftActionMarkup"]
    assert update["updateToRecipients"] == {"toRecipients": [{"email": ME}]}


def test_cards_are_pushed_by_triggers_and_replaced_by_buttons() -> None:
    """Gmail asks for another envelope in each case."""
    assert pushed({"a": 1}) == {"action": {"navigations": [{"pushCard": {"a": 1}}]}}
    assert updated({"a": 1}) == {"renderActions": {"action": {"navigations": [{"updateCard": {"a": 1}}]}}}
    assert updated({}, "Hello")["renderActions"]["action"]["notification"] == {"text": "Hello"}
    assert noticed("Hello") == {"renderActions": {"action": {"notification": {"text": "Hello"}}}}


def event(text: str) -> Event:
    """Return the event in a body."""
    return msgspec.json.decode(text, type=Event)


def test_event_grows_without_harm() -> None:
    """Keys that we don't know are passed over, numbers of time zones may be floats."""
    found = event(
        '{"commonEventObject": {"hostApp": "GMAIL", "platform": "IOS", "userLocale": "ja_JP", "new": [1],'
        ' "timeZone": {"id": "Asia/Tokyo", "offset": 3.24E7}, "parameters": {"op": "justify", "decision": "no id"},'
        ' "formInputs": {"reason": {"stringInputs": {"value": [" because \\u0000", "of\\n"]}}}},'
        ' "gmail": {"toRecipients": ["a@x.jp"], "ccRecipients": [], "bccRecipients": [], "accessToken": "x"}, "z": 1}'
    )
    assert (found.operation, found.reason, found.locale, found.decision_id) == (
        "justify",
        "because \nof",
        "ja-JP",
        None,
    )
    message = message_of(found.gmail, ME)
    assert message == mail("a@x.jp")
    assert message is not None
    request = request_of(found, message)
    assert (request.client.app, request.client.platform, request.client.moment) == ("gmail_addon", "ios", "compose")
    assert request_of(found, message, accepted=True).client.moment == "send"


@pytest.mark.parametrize("text", ["{}", '{"commonEventObject": {"parameters": {"op": "delete_everything"}}}'])
def test_unknown_operation_only_checks(text: str) -> None:
    """What we don't understand changes nothing."""
    assert event(text).operation == "check_again"


@pytest.mark.parametrize("locale", ["", "x" * 50, "en\nGB", "en\n", "<b>", "日本語"])
def test_locale_that_is_none_is_not_told(locale: str) -> None:
    """The record keeps it as it is, so it must be a language tag."""
    assert event(msgspec.json.encode({"commonEventObject": {"userLocale": locale}}).decode()).locale is None


def test_each_list_that_was_not_told_is_named() -> None:
    """An untold list warns; an empty one doesn't."""
    message = message_of(Draft(to_recipients=("a@x.jp",), bcc_recipients=()), ME)
    assert message is not None
    assert message.truncated == ("cc",)
    assert message_of(Draft(to_recipients=(), cc_recipients=(), bcc_recipients=()), ME) is None


def test_subject_text_and_attachments_count_as_not_collected() -> None:
    """The event never holds them, so no rule may conclude from their absence."""
    message = message_of(Draft(("a@x.jp",), (), ()), ME)
    assert message is not None
    assert (message.subject, message.body_text, message.truncated) == (None, None, ())
