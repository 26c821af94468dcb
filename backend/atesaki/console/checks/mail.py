"""What a checker reads of a mail: everybody who would get it, whether they are outside, and what would happen."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from atesaki.judgement.address import Address, parse_address
from atesaki.judgement.facts import Organization
from atesaki.judgement.message import RecipientKind
from atesaki.judgement.organization import Audience, circle_of
from atesaki.sending.explained import Explained

_FIELDS: Final = ("to", "cc", "bcc")

# Characters that turn the direction of what follows make a name of a file end in another way than it does (UAX #9).
_DIRECTIONS: Final = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


class Recipient(NamedTuple):
    """One recipient as the mail program wrote them; `audience` is `None` where nobody can tell any more."""

    address: str
    name: str
    kind: RecipientKind
    audience: Audience | None


class Field(NamedTuple):
    """The recipients of one field; `counts` says how many of them are of which audience, as it was recorded."""

    name: str
    recipients: Sequence[Recipient]
    counts: Mapping[str, int]


class Mail(NamedTuple):
    """What can be read of the mail; `writer` is the address of who is signed in, where it is another than the From."""

    sender: Mapping[str, Any]
    writer: str
    subject: str | None
    attachments: Sequence[str]
    fields: Sequence[Field]
    incomplete: bool
    reasons: Sequence[str]


def mail_of(told: Explained, organization: Organization) -> Mail | None:
    """Return the mail as it was recorded; `None` where it, or somebody in it, has been erased since.

    What is erased in part can't be sent by a check any more, and a list without somebody must not look whole.
    """
    kept = told.personal
    if kept is None or kept.get("fingerprint") is None:
        return None
    sender = parse_address(kept["sender"]["address"])
    known = _Known(sender, organization)
    counts = told.body.recipients
    return Mail(
        sender=kept["sender"],
        writer=_writer(kept.get("identity"), sender),
        subject=kept.get("subject"),
        attachments=[_DIRECTIONS.sub("", name) for name in kept.get("attachments", ())],
        fields=[_field(name, written, counts.get(name, {}), known) for name in _FIELDS if (written := kept.get(name))],
        incomplete=not frozenset(_FIELDS).isdisjoint(told.body.truncated),
        reasons=list(dict.fromkeys(each.reason for each in told.findings if each.reason)),
    )


def _writer(identity: Mapping[str, Any] | None, sender: Address) -> str:
    """Return who sends in the name of somebody else, such as of a shared mailbox; empty where nobody does."""
    address: str = (identity or {}).get("address") or ""
    return "" if not address or parse_address(address).key == sender.key else address


class _Known:
    """Who is internal to the sender by the domains that are declared now."""

    def __init__(self, sender: Address, organization: Organization) -> None:
        self._sender = sender
        self._circle = circle_of(organization, sender)

    def audience(self, address: Address) -> Audience:
        """Tell where an address belongs; nobody is a stranger to themselves."""
        return "internal" if address.key == self._sender.key else self._circle.audience(address)


def _field(name: str, written: Sequence[Mapping[str, Any]], counts: Mapping[str, int], known: _Known) -> Field:
    addresses = [parse_address(each["address"]) for each in written]
    audiences = {address.key: known.audience(address) for address in addresses}
    # Numbers alone were recorded. Where today's domains don't give them they have changed since, and nobody can tell.
    agreed = Counter(audiences.values()) == Counter(counts)
    recipients = [
        _recipient(each, audiences[address.key] if agreed else None)
        for each, address in zip(written, addresses, strict=True)
    ]
    return Field(name, recipients, counts)


def _recipient(written: Mapping[str, Any], audience: Audience | None) -> Recipient:
    return Recipient(written["address"], written.get("name") or "", written.get("kind", "person"), audience)
