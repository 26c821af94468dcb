"""Exposure: would people who do not know each other learn each other's addresses?

A disclosure is an ordered pair (a, b) of visible outsiders of different organizations where b's address is new to a.
Pairs already visible in the thread and pairs on one open roster know each other;
pairs on one protected or sensitive roster never should see each other, even inside one organization.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct

from atesaki.judgement.decision import Exposure

if TYPE_CHECKING:
    from atesaki.judgement.view import View


class Circle(Struct, frozen=True):
    """What a group of recipients shares: the thread, open rosters, and rosters whose members must stay apart."""

    in_thread: bool = False
    open_rosters: frozenset[str] = frozenset()
    closed_rosters: frozenset[str] = frozenset()


class Disclosures(Struct, frozen=True):
    """`exposure` as it is answered; `people` would each learn up to `each` addresses."""

    exposure: Exposure
    people: int = 0
    each: int = 0


_STRANGER = Circle()


def disclosures_of(view: View) -> Disclosures:
    """Count who would learn whose address if the message were sent as it is."""
    outsiders = view.visible & ~view.internal
    organizations = len(set(view.pick(view.organizations, outsiders)))
    exposure = Exposure(visible=view.visible.bit_count(), organizations=organizations)
    if organizations < 2 and not _closed(view, outsiders):  # noqa: PLR2004 - two make a stranger
        return Disclosures(exposure)
    circles = _circles(view, outsiders)
    learned = [fact for circle in circles for fact in _learned(circle, circles)]
    total = sum(each * people for each, people in learned)
    return Disclosures(
        Exposure(exposure.visible, organizations, total),
        people=sum(people for each, people in learned if each),
        each=max((each for each, _ in learned), default=0),
    )


def _closed(view: View, outsiders: int) -> bool:
    return any(kind != "open" and members & outsiders for kind, members in view.rosters.values())


def _circles(view: View, outsiders: int) -> dict[Circle, Counter[str]]:
    """Group the visible outsiders by what they share; the counter tells how many of each organization."""
    memberships = _memberships(view, outsiders)
    special = 0
    circles: dict[Circle, Counter[str]] = {}
    for bit, circle in memberships.items():
        special |= bit
        circles.setdefault(circle, Counter()).update(view.pick(view.organizations, bit))
    plain = outsiders & ~special
    if plain:
        circles.setdefault(_STRANGER, Counter()).update(view.pick(view.organizations, plain))
    return circles


def _memberships(view: View, outsiders: int) -> dict[int, Circle]:
    """Return the circle of every visible outsider who is in the thread or on a roster."""
    known = 0
    for key in view.thread_keys:
        known |= view.bit(key)
    masks = [(name, kind, members & outsiders) for name, (kind, members) in sorted(view.rosters.items())]
    classes: dict[Circle, int] = {_STRANGER: outsiders}
    for name, kind, members in (("", "thread", known & outsiders), *masks):
        classes = _split(classes, name, kind, members)
    return {mask: circle for circle, mask in classes.items() if mask and circle != _STRANGER}


def _split(classes: dict[Circle, int], name: str, kind: str, members: int) -> dict[Circle, int]:
    """Split every class into those who are in the thread or on the roster and those who are not."""
    split: dict[Circle, int] = {}
    for circle, mask in classes.items():
        if mask & members:
            split[_joined(circle, name, kind)] = mask & members
        if mask & ~members:
            split[circle] = mask & ~members
    return split


def _joined(circle: Circle, name: str, kind: str) -> Circle:
    if kind == "thread":
        return Circle(True, circle.open_rosters, circle.closed_rosters)  # noqa: FBT003 - the one flag of the struct
    if kind == "open":
        return Circle(circle.in_thread, circle.open_rosters | {name}, circle.closed_rosters)
    return Circle(circle.in_thread, circle.open_rosters, circle.closed_rosters | {name})


def _learned(circle: Circle, circles: dict[Circle, Counter[str]]) -> list[tuple[int, int]]:
    """Return, for each organization in a circle, how many addresses each of how many people would learn."""
    everybody, colleagues = 0, Counter[str]()
    for other, members in circles.items():
        if circle.in_thread and other.in_thread:
            continue
        if circle.closed_rosters & other.closed_rosters:
            everybody += members.total() - (other == circle)
        elif not circle.open_rosters & other.open_rosters:
            everybody += members.total()
            colleagues.update(members)
    return [(everybody - colleagues[name], people) for name, people in circles[circle].items()]
