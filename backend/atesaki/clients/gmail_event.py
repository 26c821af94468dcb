"""What Gmail sends to the add-on, and the message in it: recipients and nothing else.

https://developers.google.com/workspace/add-ons/concepts/event-objects; keys that we don't know are passed over,
since the object grows.
"""

import re
from typing import Literal, get_args

from msgspec import Struct

from atesaki.judgement.message import AddressText, Message, ReadField, Recipient, Sender
from atesaki.sending.request import Client, DecisionRequest

Operation = Literal["move_to_bcc", "check_again", "acknowledge", "justify", "ask_second_check", "withdraw_second_check"]
"""What the buttons of our cards ask for."""

_AUTH = "https://www.googleapis.com/auth/"
METADATA_SCOPE = f"{_AUTH}gmail.addons.current.message.metadata"
"""Without it Gmail tells no recipients."""

ADDRESS_SCOPE = f"{_AUTH}userinfo.email"
"""Without it Gmail doesn't tell who is asking."""

REASON = "reason"
"""The name of the text input in which a reason is written."""

NOTE = "note"
"""The name of the text input in which the sender writes to whoever checks the message."""

_LANGUAGE = re.compile(r"[A-Za-z]{2,8}([-_][A-Za-z0-9]{1,8}){0,3}")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_PLATFORMS = {"WEB": "web", "IOS": "ios", "ANDROID": "android"}


class StringInputs(Struct, frozen=True):
    """What was typed into a text input."""

    value: tuple[str, ...] = ()


class FormInput(Struct, frozen=True, rename="camel"):
    """One input of a card."""

    string_inputs: StringInputs = StringInputs()


class CommonEvent(Struct, frozen=True, rename="camel"):
    """What every host tells: where the card is shown, in which language, and which button was pressed."""

    platform: str = ""
    user_locale: str = ""
    parameters: dict[str, str] = {}
    form_inputs: dict[str, FormInput] = {}


class Authorization(Struct, frozen=True, rename="camel"):
    """The tokens of this call and what the person has allowed the add-on to see."""

    system_id_token: str | None = None
    user_id_token: str | None = None
    authorized_scopes: tuple[str, ...] = ()


class Draft(Struct, frozen=True, rename="camel"):
    """The recipients at the moment of the click; a list that Gmail didn't tell is `None`."""

    to_recipients: tuple[AddressText, ...] | None = None
    cc_recipients: tuple[AddressText, ...] | None = None
    bcc_recipients: tuple[AddressText, ...] | None = None


class Event(Struct, frozen=True, rename="camel"):
    """The body of a call to the add-on."""

    common_event_object: CommonEvent = CommonEvent()
    authorization_event_object: Authorization = Authorization()
    gmail: Draft = Draft()

    @property
    def locale(self) -> str | None:
        """The language of the person's Gmail as a tag (BCP 47), `None` where it isn't told."""
        text = self.common_event_object.user_locale
        return text.replace("_", "-") if _LANGUAGE.fullmatch(text) else None

    @property
    def operation(self) -> Operation:
        """What was asked for; whatever we don't know asks for a check, which changes nothing."""
        asked = self.common_event_object.parameters.get("op")
        return next((known for known in get_args(Operation) if known == asked), "check_again")

    @property
    def decision_id(self) -> str | None:
        """The decision that the card showed when the button was pressed, `None` where it showed none."""
        text = self.common_event_object.parameters.get("decision", "")
        return text if _ID.fullmatch(text) else None

    @property
    def reason(self) -> str:
        """The reason that was typed, without space around it."""
        return self._typed(REASON)

    @property
    def note(self) -> str:
        """What was written to whoever checks the message, without space around it."""
        return self._typed(NOTE)

    def _typed(self, name: str) -> str:
        found = self.common_event_object.form_inputs.get(name, FormInput())
        return "\n".join(found.string_inputs.value).replace("\x00", "").strip()

    @property
    def lacks_scopes(self) -> bool:
        """Whether something is missing that the person has not allowed Gmail to tell; what is there needs no asking."""
        given = self.authorization_event_object
        untold = self.gmail == Draft() and METADATA_SCOPE not in given.authorized_scopes
        return untold or (not given.user_id_token and ADDRESS_SCOPE not in given.authorized_scopes)


def message_of(draft: Draft, sender: str) -> Message | None:
    """Return the message, `None` where Gmail told no recipient at all.

    Gmail tells neither subject nor text nor attachments, so they count as not collected.
    A list of recipients that it didn't tell counts as one that could not be read, which warns.
    """
    lists: dict[ReadField, tuple[str, ...] | None] = {
        "to": draft.to_recipients,
        "cc": draft.cc_recipients,
        "bcc": draft.bcc_recipients,
    }
    if not any(lists.values()):
        return None
    to, cc, bcc = (tuple(Recipient(text) for text in texts or ()) for texts in lists.values())
    untold = tuple(field for field, texts in lists.items() if texts is None)
    return Message(Sender(sender), to=to, cc=cc, bcc=bcc, truncated=untold)


def request_of(event: Event, message: Message, *, accepted: bool = False) -> DecisionRequest:
    """Return what is asked about a draft: a look while composing or, once `accepted`, the last one before Send."""
    platform = _PLATFORMS.get(event.common_event_object.platform)
    client = Client("gmail_addon", platform=platform, moment="send" if accepted else "compose")
    return DecisionRequest(message, client, event.locale)
