"""Turns the drafts and facts of a test file into the values that the judgement takes."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from atesaki.judgement.address import mailbox_key
from atesaki.judgement.facts import Facts, Organization, RosterHit
from atesaki.judgement.message import Message, Recipient, Sender, Thread
from atesaki.policies.suite import Draft, DraftThread, GivenFacts, People, Person, RosterFacts

DEFAULT_SENDER = "staff@our.example"
DEFAULT_ORGANIZATION = Organization(internal_domains=("our.example",))
DEFAULT_NOW = dt.datetime(2026, 4, 1, 10, 0, tzinfo=dt.timezone(dt.timedelta(hours=9)))
"""A Wednesday morning in Tokyo, inside the default office hours."""


def lineage(name: str, drafts: Mapping[str, Draft]) -> list[Draft]:
    """Return a draft and those that it extends, nearest first.

    Raises `KeyError` for an unknown draft and `RecursionError` for one that extends itself.
    """
    found: list[Draft] = []
    wanted: str | None = name
    while wanted is not None:
        if len(found) > len(drafts):
            raise RecursionError(wanted)
        found.append(drafts[wanted])
        wanted = found[-1].extend
    return found


def message_of(name: str, drafts: Mapping[str, Draft]) -> Message:
    """Build the message of a draft; lists that no ancestor gives are empty."""
    draft = Draft(**_merged(lineage(name, drafts)))
    sender = draft.sender or DEFAULT_SENDER
    thread = draft.thread or DraftThread("new")
    return Message(
        sender=sender if isinstance(sender, Sender) else Sender(sender),
        to=tuple(recipients(draft.to or ())),
        cc=tuple(recipients(draft.cc or ())),
        bcc=tuple(recipients(draft.bcc or ())),
        truncated=draft.truncated or (),
        subject=draft.subject,
        body_text=draft.body_text,
        attachments=draft.attachments or (),
        thread=Thread(thread.kind, tuple(recipients(thread.recipients))),
        item=draft.item or "message",
    )


def facts_of(general: GivenFacts, special: GivenFacts) -> Facts:
    """Build the facts of a test from those of its file and its own; a moment without an offset is Japanese time."""
    given = GivenFacts(**_merged([special, general]))
    now = given.now or DEFAULT_NOW
    stale = given.stale or ()
    known = None if "history" in stale else given.known_correspondents
    return Facts(
        now=now if now.tzinfo else now.replace(tzinfo=DEFAULT_NOW.tzinfo),
        organization=given.organization or DEFAULT_ORGANIZATION,
        rosters={} if "rosters" in stale else _hits(given.rosters or {}),
        expansions={} if "expansions" in stale else _expansions(given.expansions or {}),
        known_correspondents=None if known is None else frozenset(_keys(known)),
        sender_groups=None if "sender_groups" in stale else frozenset(given.sender_groups or ()),
        stale=stale,
        late_rosters=frozenset(given.late_rosters or ()),
    )


def recipients(people: People) -> Iterator[Recipient]:
    """Yield the recipients that a list in a test file stands for."""
    for entry in people:
        if isinstance(entry, str):
            yield Recipient(entry)
        elif entry.people is None:
            yield Recipient(entry.address or "", entry.name, entry.kind)
        else:
            yield from _invented(entry, entry.people)


def _invented(entry: Person, people: int) -> Iterator[Recipient]:
    for number in range(entry.first, entry.first + people):
        domains = (entry.at,) if isinstance(entry.at, str) else entry.at or (f"company{number:02}.example",)
        domain = domains[(number - entry.first) % len(domains)]
        yield Recipient(f"p{number:02}@{domain}", entry.name, entry.kind)


def _merged(layers: Iterable[Draft | GivenFacts]) -> dict[str, Any]:
    merged: dict[str, Any] = {}
    for layer in layers:
        for key, value in msgspec.structs.asdict(layer).items():
            if value is not None and key != "extend":
                merged.setdefault(key, value)
    return merged


def _keys(people: People) -> Iterator[str]:
    return (mailbox_key(recipient.address) for recipient in recipients(people))


def _hits(rosters: Mapping[str, RosterFacts]) -> dict[str, tuple[RosterHit, ...]]:
    hits: dict[str, tuple[RosterHit, ...]] = {}
    for name, roster in rosters.items():
        for key in _keys(roster.members):
            hits[key] = (*hits.get(key, ()), RosterHit(name, roster.handling))
    return hits


def _expansions(lists: Mapping[str, People | None]) -> dict[str, tuple[str, ...] | None]:
    return {
        mailbox_key(address): None if members is None else tuple(person.address for person in recipients(members))
        for address, members in lists.items()
    }
