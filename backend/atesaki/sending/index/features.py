"""What is kept of a decision to judge it anew: counts, flags and keyed hashes, no address, no name, no word."""

import datetime as dt
import zlib
from collections.abc import Mapping
from typing import Literal

import msgspec
from msgspec import Struct

from atesaki.judgement.message import ItemKind, ReadField, ThreadKind

SubjectKind = Literal["none", "blank", "text"]


class Person(Struct, frozen=True, array_like=True, gc=False):
    """One recipient: the flags of `judgement.people`, and labels that mean something within this message only.

    `organization` is equal for recipients of one organization; `domain` is a place in `Features.domains`, -1 for none;
    `rosters` are places in `Features.rosters`; `known` is whether the sender had mailed them before;
    `plain` is whether the address is written as its mailbox key; `mailbox` is the keyed hash of that key.
    """

    places: int
    traits: int
    organization: int
    domain: int
    rosters: tuple[int, ...]
    known: bool
    plain: bool
    mailbox: bytes


class Sender(Struct, frozen=True, array_like=True, gc=False):
    """Who sent, likewise."""

    domain: int
    plain: bool
    mailbox: bytes


class Numbers(Struct, frozen=True, array_like=True, gc=False):
    """The exposure as it was recorded."""

    visible: int
    organizations: int
    disclosures: int
    people: int


class Features(Struct, frozen=True, array_like=True):
    """One decision; moments are microseconds UTC.

    Who was in the conversation before is not kept, only its kind, and the exposure as it was counted with it.
    `extensions` are those of all attachments, empty where there is none that tells nothing of a person;
    `lists` is how many recipients were judged with members of theirs, of whom nothing is kept;
    `history` says whether `Person.known` means anything; `fired` are the rules that matched, as `policy.rule`.
    """

    now: int
    people: tuple[Person, ...]
    sender: Sender
    domains: tuple[tuple[bytes, ...], ...]
    rosters: tuple[tuple[str, str], ...]
    thread: ThreadKind
    item: ItemKind
    truncated: tuple[ReadField, ...]
    stale: tuple[str, ...]
    history: bool
    subject: SubjectKind
    extensions: tuple[str, ...]
    exposure: Numbers
    revision: str
    fired: tuple[str, ...]
    department: str
    lists: int = 0

    @property
    def moment(self) -> dt.datetime:
        """When it was judged."""
        return _EPOCH + dt.timedelta(microseconds=self.now)


_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_ENCODER = msgspec.msgpack.Encoder()
_DECODER = msgspec.msgpack.Decoder(Features)
_FASTEST = 1


def packed(features: Features) -> bytes:
    """Return the features as they are stored."""
    return zlib.compress(_ENCODER.encode(features), _FASTEST)


def unpacked(stored: bytes) -> Features:
    """Read features that were stored."""
    return _DECODER.decode(zlib.decompress(stored))


def without_mailboxes(features: Features, gone: frozenset[bytes]) -> Features:
    """Return the features with some mailboxes blanked out: they still count, and nothing finds them any more."""
    blank: Mapping[str, object] = {"mailbox": b"", "domain": -1}
    people = tuple(
        msgspec.structs.replace(person, **blank) if person.mailbox in gone else person for person in features.people
    )
    sender = features.sender
    if sender.mailbox in gone:
        sender = msgspec.structs.replace(sender, **blank)
    return msgspec.structs.replace(features, people=people, sender=sender)
