"""A roster and its members as values, and what their texts may hold."""

import datetime as dt
import hashlib
import unicodedata
from typing import get_args

import msgspec
from msgspec import Struct

from atesaki.judgement.facts import Handling
from atesaki.rosters.errors import RosterInvalid

MAX_NAME = 100
"""Longest name of a roster, in characters."""

MAX_TEXT = 1_000
"""Longest owner or purpose, in characters."""

HANDLINGS: tuple[Handling, ...] = get_args(Handling)

# Control, surrogate, private use, unassigned, line and paragraph separators; but not "Cf",
# whose joiners are part of the spelling in several scripts.
_UNREADABLE = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})


class Roster(Struct, frozen=True):
    """One roster; `revision` names the members in force since `members_at`, and `members` is their number."""

    name: str
    owner: str
    purpose: str
    handling: Handling
    revision: int
    members: int
    created_at: dt.datetime
    updated_at: dt.datetime
    members_at: dt.datetime | None = None


class RosterDraft(Struct, frozen=True):
    """What is said of a roster when it is registered."""

    name: str
    owner: str
    purpose: str
    handling: Handling


class Member(Struct, frozen=True):
    """One person on a roster; `mailbox_key` identifies the mailbox however its address is written."""

    mailbox_key: str
    address: str
    name: str | None = None


def description_of(roster: Roster) -> str:
    """A text that tells what is said of exactly this roster from anything else, also of a later namesake."""
    told = (roster.created_at, roster.owner, roster.purpose, roster.handling)
    return hashlib.sha256(msgspec.json.encode(told)).hexdigest()


def checked_draft(draft: RosterDraft) -> RosterDraft:
    """The draft in its stored form; raises `RosterInvalid` with the field that can't be taken."""
    return RosterDraft(
        name=checked_name(draft.name),
        owner=checked_text(draft.owner, "owner"),
        purpose=checked_text(draft.purpose, "purpose"),
        handling=draft.handling,
    )


def checked_name(text: str) -> str:
    """The name in Unicode NFC without outer spaces; raises `RosterInvalid`.

    A name is one segment of a URL path, so `/`, `.` and `..` can't be names (RFC 3986 §3.3).
    """
    name = unicodedata.normalize("NFC", text).strip()
    if not 0 < len(name) <= MAX_NAME:
        raise RosterInvalid(f"A roster's name has 1 to {MAX_NAME} characters.", field="name")
    if not _readable(name) or "/" in name or name in {".", ".."}:
        raise RosterInvalid("A roster's name has no slash and no control characters.", field="name")
    return name


def checked_text(text: str, field: str) -> str:
    """An owner or purpose without outer spaces; raises `RosterInvalid` with `field`."""
    stripped = text.strip()
    if len(stripped) > MAX_TEXT:
        raise RosterInvalid(f"This text has at most {MAX_TEXT:,} characters.", field=field)
    if not _readable(stripped.replace("\n", "")):
        raise RosterInvalid("This text has no control characters.", field=field)
    return stripped


def checked_handling(text: str) -> Handling:
    """The handling of that name; raises `RosterInvalid`."""
    for handling in HANDLINGS:
        if handling == text:
            return handling
    raise RosterInvalid(f"The handling is one of {', '.join(HANDLINGS)}.", field="handling")


def _readable(text: str) -> bool:
    return _UNREADABLE.isdisjoint(map(unicodedata.category, text))
