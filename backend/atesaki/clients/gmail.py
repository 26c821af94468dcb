"""What the Gmail add-on answers to Gmail, and the deployment that IT creates for it."""

import re
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from atesaki.clients.fix import fixed
from atesaki.clients.gmail_words import words
from atesaki.judgement.decision import Remedy
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.explain import Locale
from atesaki.judgement.message import Message, Recipient
from atesaki.policies.shipped import shipped
from atesaki.sending.answer import DecisionAnswer

Json = dict[str, Any]

PREFIX: Final = "/gmail/addon"
HOME, COMPOSE, ACTION, LOGO = (f"{PREFIX}/{name}" for name in ("home", "compose", "action", "logo.png"))

RECIPIENT_KEYS: Final = {"to": "toRecipients", "cc": "ccRecipients", "bcc": "bccRecipients"}
"""As the RPC reference spells them; the guide on alternate runtimes writes the last two with a capital letter.

https://developers.google.com/workspace/add-ons/reference/rpc/google.apps.card.v1#updatedraftactionmarkup
"""

TEMPLATE: Final = "deployment.json"


class BadBaseUrl(AtesakiError):
    """A public address that Google would not call."""

    type: ClassVar[str] = "bad-base-url"


def pushed(card: Json) -> Json:
    """Return the answer to a trigger: this card on top."""
    return {"action": {"navigations": [{"pushCard": card}]}}


def updated(card: Json, notification: str | None = None) -> Json:
    """Return the answer to a button: this card instead of the one it stood on."""
    action: Json = {"navigations": [{"updateCard": card}]}
    if notification:
        action["notification"] = {"text": notification}
    return {"renderActions": {"action": action}}


def noticed(notification: str) -> Json:
    """Return the answer to a button: the card stays, with what was typed into it."""
    return {"renderActions": {"action": {"notification": {"text": notification}}}}


def scopes_wanted() -> Json:
    """Return the answer that makes Gmail ask the person for what the add-on may see, and then call again."""
    return {"requesting_google_scopes": {"all_scopes": True}}


def writable(answer: DecisionAnswer, message: Message) -> DecisionAnswer:
    """Return the answer without the move to Bcc where Gmail didn't tell To or Bcc.

    What is written replaces the list, so whoever stood in one that we don't know would be gone from the draft.
    """
    if not {"to", "bcc"}.intersection(message.truncated):
        return answer
    return replace(answer, remedies=tuple(each for each in answer.remedies if each.kind != "move_to_bcc"))


def moved(message: Message, remedy: Remedy, locale: Locale) -> Json:
    """Return the answer that moves people to Bcc in the open draft.

    Each list that is named replaces the draft's; the others stay as they are.
    """
    after = fixed(message, remedy)
    lists = {"to": (message.to, after.to), "cc": (message.cc, after.cc), "bcc": (message.bcc, after.bcc)}
    changes = {field: new for field, (old, new) in lists.items() if new != old}
    update = {_update_key(field): {RECIPIENT_KEYS[field]: _emails(people)} for field, people in changes.items()}
    text = words(locale).moved.format(count=f"{len(remedy.recipients):,}")
    return {
        "renderActions": {
            "hostAppAction": {"gmailAction": {"updateDraftActionMarkup": update}},
            "action": {"notification": {"text": text}},
        }
    }


def _update_key(field: str) -> str:
    return f"update{field.capitalize()}Recipients"


def _emails(people: tuple[Recipient, ...]) -> list[Json]:
    return [{"email": person.address} for person in people]


def audiences(base_url: str) -> tuple[str, ...]:
    """Return every address that Google may name as the one that it calls."""
    return (base_url, f"{base_url}/", *(f"{base_url}{path}" for path in (HOME, COMPOSE, ACTION)))


def deployment(base_url: str, locale: Locale) -> str:
    """Return the deployment as `gcloud workspace-add-ons deployments create` reads it; raises `BadBaseUrl`."""
    parts = urlsplit(base_url)
    if parts.scheme != "https" or not parts.netloc or re.search(r"[\s\"\\]", base_url):
        raise BadBaseUrl(
            "Say where Google reaches this server, which has to be an https:// address: --base-url https://…",
            field="base-url",
        )
    values = {"BASE_URL": base_url.rstrip("/"), "LABEL": words(locale).title}
    return re.sub(r"@@(\w+)@@", lambda found: values[found[1]], _template())


def _template() -> str:
    return (shipped("manifest/gmail/addon", "gmail_addon") / TEMPLATE).read_text(encoding="utf-8")
