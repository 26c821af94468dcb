"""What is delivered, to whom, and how a delivery fails; the port that every receiver is reached through."""

import datetime as dt
import hashlib
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from atesaki.journal.record import Record

Pseudonym = Callable[[str], str]
"""Makes the keyed hash that stands for a text; nobody without the key of the store can try addresses on it."""


class Event(NamedTuple):
    """One record on its way: the record and its JSON in the form of OCSF; `has_people` tells what can be left out."""

    record: Record
    body: bytes
    has_people: bool = False


class NotDelivered(Exception):
    """A receiver has not acknowledged; the same is delivered again, after `retry_after` seconds at the earliest.

    `too_large` asks for fewer events at once, and is no fault of the receiver while there are fewer.
    The sentence holds no address and no content.
    """

    def __init__(self, sentence: str, *, retry_after: float = 0.0, too_large: bool = False) -> None:
        super().__init__(sentence)
        self.retry_after = retry_after
        self.too_large = too_large


class Named(Protocol):
    """Somebody who is fed."""

    @property
    def name(self) -> str:
        """The name under which it is spoken of."""

    @property
    def key(self) -> str:
        """The name under which its cursors are kept."""


class TakesEvents(Named, Protocol):
    """A receiver of records; one that moves to another address goes on where it was, so all receivers have one key."""

    def deliver(self, events: Sequence[Event]) -> None:
        """Return once all events, which are of one stream and in its order, are acknowledged; else `NotDelivered`."""


class TakesCheckpoints(Named, Protocol):
    """A second place that keeps checkpoints; another place has another key, since nothing is there yet."""

    def deliver(self, notes: Sequence[str]) -> None:
        """Return once all notes are kept; else `NotDelivered`."""


class TakesNotices(Named, Protocol):
    """A mailbox that is told of records of one kind; another mailbox has another key, since nobody there was told."""

    @property
    def kind(self) -> str:
        """Of which records it is told."""

    @property
    def good_for(self) -> dt.timedelta:
        """After which time nobody need be told any more."""

    def deliver(self, subjects: Sequence[str]) -> None:
        """Return once all subjects are told of; else `NotDelivered`."""


def key_of(pseudonym: Pseudonym, name: str, place: str) -> str:
    """Make the key of a place; the place itself, which may hold a password or an address, stands in no table."""
    # Former versions kept the inner hash: so migration 0010 could key what was there without knowing the places.
    return f"{name} {pseudonym(hashlib.sha256(place.encode()).hexdigest()[:16])}"
