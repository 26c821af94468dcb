"""Exposure, that is whether people who do not know each other would learn each other's addresses.

A disclosure is an ordered pair (a, b) of visible outsiders of different organizations where b's address is new to a.
Pairs already visible in the thread and pairs on one open roster know each other;
pairs on one protected or sensitive roster never should see each other, even inside one organization.
"""

from __future__ import annotations

import functools
from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from atesaki.judgement.decision import Exposure

if TYPE_CHECKING:
    from atesaki.judgement.view import View


class Ties(Struct, frozen=True):
    """What a group of recipients shares: the thread, open rosters, and rosters whose members must stay apart."""

    in_thread: bool = False
    open_rosters: frozenset[str] = frozenset()
    closed_rosters: frozenset[str] = frozenset()


class Disclosures(Struct, frozen=True):
    """`exposure` as it is answered; `people` would each learn up to `each` addresses."""

    exposure: Exposure
    people: int = 0
    each: int = 0


_STRANGER = Ties()


def disclosures_of(view: View) -> Disclosures:
    """Count who would learn whose address if the message were sent as it is."""
    outsiders = view.visible & ~view.internal
    organizations = view.organization_count(outsiders) if outsiders else 0
    exposure = Exposure(visible=view.visible.bit_count(), organizations=organizations)
    if organizations < 2 and not _closed(view, outsiders):  # noqa: PLR2004 - two make a stranger
        return Disclosures(exposure)
    if organizations == outsiders.bit_count() and not view.rosters and not view.in_thread:
        # Nobody shares anything with anybody, as in most crowds: everybody learns all the others.
        return _strangers(exposure)
    groups = _groups(view, outsiders)
    learned = Counter[int]()
    for ties in groups:
        learned.update(_learned(ties, groups))
    return Disclosures(
        Exposure(exposure.visible, organizations, sum(each * people for each, people in learned.items())),
        people=sum(people for each, people in learned.items() if each),
        each=max(learned, default=0),
    )


def _strangers(exposure: Exposure) -> Disclosures:
    people = exposure.organizations
    return Disclosures(Exposure(exposure.visible, people, people * (people - 1)), people=people, each=people - 1)


def _closed(view: View, outsiders: int) -> bool:
    return any(kind != "open" and members & outsiders for kind, members in view.rosters.values())


class _Group:
    """People who share the same ties."""

    def __init__(self, view: View, mask: int) -> None:
        self._view = view
        self._mask = mask
        self.size = mask.bit_count()

    @functools.cached_property
    def organizations(self) -> Counter[int]:
        """How many of them are of each organization; nobody asks where they must not know even their own."""
        return Counter(self._view.organizations_in(self._mask))


def _groups(view: View, outsiders: int) -> dict[Ties, _Group]:
    """Group the visible outsiders by their ties."""
    masks = {_STRANGER: outsiders}
    for name, (kind, members) in (("", ("thread", view.in_thread)), *view.rosters.items()):
        masks = _split(masks, name, kind, members)
    return {ties: _Group(view, mask) for ties, mask in masks.items()}


def _split(masks: dict[Ties, int], name: str, kind: str, members: int) -> dict[Ties, int]:
    """Split every group into those who are in the thread or on the roster and those who are not."""
    split: dict[Ties, int] = {}
    for ties, mask in masks.items():
        if mask & members:
            split[_joined(ties, name, kind)] = mask & members
        if mask & ~members:
            split[ties] = mask & ~members
    return split


def _joined(ties: Ties, name: str, kind: str) -> Ties:
    if kind == "thread":
        return Ties(True, ties.open_rosters, ties.closed_rosters)  # noqa: FBT003 - the one flag of the struct
    if kind == "open":
        return Ties(ties.in_thread, ties.open_rosters | {name}, ties.closed_rosters)
    return Ties(ties.in_thread, ties.open_rosters, ties.closed_rosters | {name})


def _learned(ties: Ties, groups: dict[Ties, _Group]) -> Counter[int]:
    """Return, for each number of addresses, how many people of a group would learn so many."""
    everybody, others = 0, list[_Group]()
    for other, group in groups.items():
        if ties.in_thread and other.in_thread:
            continue
        if ties.closed_rosters & other.closed_rosters:
            everybody += group.size - (other == ties)
        elif not ties.open_rosters & other.open_rosters:
            everybody += group.size
            others.append(group)
    return _without_colleagues(groups[ties], everybody, others)


def _without_colleagues(group: _Group, everybody: int, others: list[_Group]) -> Counter[int]:
    """Return what the people of a group learn of `everybody`, who are all but their colleagues among the others."""
    if not others:
        return Counter({everybody: group.size})
    colleagues = Counter[int]()
    for other in others:
        colleagues.update(other.organizations)
    members = group.organizations
    learned = Counter[int]()
    # Organizations of one size learn the same, and there are few sizes where there are hundreds of organizations.
    sizes = Counter(zip(members.values(), map(colleagues.get, members), strict=True))
    for (people, known), many in sizes.items():
        learned[everybody - (known or 0)] += people * many
    return learned
