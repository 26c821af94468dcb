"""Facts that the judgement is told: the organization, rosters, directory, history and the time, all as values."""

import datetime as dt
import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Literal, Protocol

from msgspec import Meta, Struct

Handling = Literal["protected", "sensitive", "open"]
Clock = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\n)")]


class OfficeHours(Struct, frozen=True, forbid_unknown_fields=True):
    """Weekly office hours in the organization's time zone; `days` are ISO weekdays, Monday = 1 (ISO 8601)."""

    start: Clock = "08:30"
    end: Clock = "17:30"
    days: tuple[Annotated[int, Meta(ge=1, le=7)], ...] = (1, 2, 3, 4, 5)


class Organization(Struct, frozen=True, forbid_unknown_fields=True, cache_hash=True):
    """Who we are; a declared domain includes its sub-domains, `time_zone` is an IANA name."""

    internal_domains: tuple[str, ...] = ()
    partner_domains: tuple[str, ...] = ()
    time_zone: str = "Asia/Tokyo"
    office_hours: OfficeHours = OfficeHours()
    holidays: tuple[dt.date, ...] = ()


class RosterHit(Struct, frozen=True):
    """One roster that an address is on."""

    roster: str
    handling: Handling


class HasKeys(Protocol):
    """The recipients of a message."""

    @property
    def keys(self) -> Sequence[str]:
        """The mailbox of each recipient, in the order of the message."""


class RosterHits(Mapping[str, tuple[RosterHit, ...]]):
    """The rosters of a message's recipients, told one after the other in the order of the message.

    `codes` are places in `combinations`; whoever has the same recipients needs to look nobody up.
    """

    def __init__(self, people: HasKeys, codes: Sequence[int], combinations: Sequence[tuple[RosterHit, ...]]) -> None:
        self.people = people
        self.codes = codes
        self.combinations = combinations

    @classmethod
    def among(cls, people: HasKeys, rosters: Mapping[str, tuple[RosterHit, ...]]) -> "RosterHits":
        """Bring rosters told in any way into the order of these recipients."""
        if isinstance(rosters, cls) and rosters.people is people:
            return rosters
        places: dict[tuple[RosterHit, ...], int] = {}
        codes = [places.setdefault(rosters.get(mailbox, ()), len(places)) for mailbox in people.keys]
        return cls(people, codes, list(places))

    @functools.cached_property
    def _by_mailbox(self) -> dict[str, tuple[RosterHit, ...]]:
        return dict(zip(self.people.keys, map(self.combinations.__getitem__, self.codes), strict=True))

    # The judgement imports nothing for its types alone, and typing.override comes with Python 3.12.
    def __getitem__(self, mailbox: str) -> tuple[RosterHit, ...]:  # type: ignore[explicit-override]  # See above.
        return self._by_mailbox[mailbox]

    def __iter__(self) -> Iterator[str]:  # type: ignore[explicit-override]  # See above.
        return iter(self.people.keys)

    def __len__(self) -> int:  # type: ignore[explicit-override]  # See above.
        return len(self.codes)


class Facts(Struct, frozen=True):
    """All that the judgement may know besides the message and the policy set.

    Keys of `rosters` and `expansions` and members of `known_correspondents` are `address.mailbox_key`s.
    `known_correspondents` is `None` where the sender's history is unknown;
    an expansion of `None` is a list whose members the directory would not tell, a member of `None` is one of whom it
    tells nothing but that there is one.
    `stale` names the sources that could not be asked or are too old, and makes every decision at least warn.
    `late_rosters` are those that could not be kept in step with their groups: they lack who joined lately and still
    hold who left, so a message to people on them at least warns where that matters.
    """

    now: dt.datetime
    organization: Organization = Organization()
    rosters: Mapping[str, tuple[RosterHit, ...]] = {}
    expansions: Mapping[str, tuple[str | None, ...] | None] = {}
    known_correspondents: frozenset[str] | None = None
    sender_groups: frozenset[str] | None = None
    stale: tuple[str, ...] = ()
    late_rosters: frozenset[str] = frozenset()
