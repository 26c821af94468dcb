"""Invents a message with the structure of an old one: other addresses, the same fields, traits, rosters and ties."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from atesaki.judgement.address import Address
from atesaki.judgement.facts import Facts, Organization, RosterHit
from atesaki.judgement.message import ItemKind, Message, ReadField, Sender, Thread, ThreadKind
from atesaki.judgement.organization import circle_of
from atesaki.judgement.people import People
from atesaki.judgement.profiles import LOOK_ALIKE, OTHER_ENDING, Profile, Profiles
from atesaki.sending.index.features import Features
from atesaki.storage.engine import moment

DOMAIN = "replay.invalid"


class Kind(NamedTuple):
    """All that the judgement can see of one recipient, besides the organization; `marks` tell matching patterns."""

    places: int
    traits: int
    rosters: tuple[str, ...]
    known: bool
    marks: str


class Outline(NamedTuple):
    """A message as far as rules can tell it from another; `organizations` counts organizations of equal people.

    `late` is whether a roster of theirs was late. Which one was is not kept, but what is said of it is always the same.
    """

    organizations: tuple[tuple[tuple[tuple[Kind, int], ...], int], ...]
    rosters: tuple[tuple[str, str], ...]
    thread: ThreadKind
    item: ItemKind
    truncated: tuple[ReadField, ...]
    stale: tuple[str, ...]
    late: bool


def outline(features: Features, marks: Sequence[str]) -> Outline:
    """Return the outline of an old message; `marks` are those of each recipient."""
    of_roster = () if "rosters" in features.stale else features.rosters
    names = [name for name, _ in of_roster]
    organizations: dict[int, list[Kind]] = {}
    for person, marked in zip(features.people, marks, strict=True):
        rosters = tuple(names[place] for place in person.rosters) if names else ()
        kind = Kind(person.places, person.traits, rosters, person.known, marked)
        organizations.setdefault(person.organization, []).append(kind)
    counted = Counter(tuple(sorted(Counter(kinds).items())) for kinds in organizations.values())
    return Outline(
        tuple(sorted(counted.items())),
        of_roster,
        features.thread,
        features.item,
        features.truncated,
        features.stale,
        "atesaki.roster_late" in features.fired,
    )


class InventedPeople(People):
    """Recipients of whom only the outline is known; nothing is read from their addresses but the marks."""

    def __init__(self, drawn: Outline) -> None:
        sender = f"sender@{DOMAIN}"
        thread = Thread(drawn.thread)
        self.message = Message(Sender(sender), (), (), (), truncated=drawn.truncated, thread=thread, item=drawn.item)
        self.sender = Address(sender, "sender", DOMAIN, "", sender)
        self.kinds = list(_drawn(drawn))
        self.known = Profiles(circle_of(Organization(), self.sender))
        profiles = [_profile(place, kind, owner) for place, (kind, owner) in enumerate(self.kinds)]
        self.numbers = [self.known.add(profile) for profile in profiles]
        self.texts = [profile.text for profile in profiles]
        self.mailboxes = set(self.numbers)
        self._places = bytearray([kind.places for kind, _ in self.kinds])
        self._look()

    def facts(self, drawn: Outline) -> Facts:
        """Return what was known of them."""
        handling: Mapping[str, str] = dict(drawn.rosters)
        pairs = [(profile.key, kind) for profile, (kind, _) in zip(self.profiles, self.kinds, strict=True)]
        hits = {
            key: tuple(RosterHit(name, handling[name]) for name in kind.rosters)  # type: ignore[arg-type]  # A handling.
            for key, kind in pairs
            if kind.rosters
        }
        known = None if "history" in drawn.stale else frozenset(key for key, kind in pairs if kind.known)
        late = frozenset(handling if drawn.late else ())
        return Facts(now=moment(0), rosters=hits, known_correspondents=known, stale=drawn.stale, late_rosters=late)


def _drawn(drawn: Outline) -> Iterable[tuple[Kind, str]]:
    owner = 0
    for kinds, times in drawn.organizations:
        for _ in range(times):
            owner += 1
            for kind, people in kinds:
                yield from ((kind, f"organization{owner}") for _ in range(people))


def _profile(place: int, kind: Kind, owner: str) -> Profile:
    local = f"p{place}.{kind.marks}."
    text = f"{local}@{DOMAIN}"
    resembles = DOMAIN if kind.traits & (LOOK_ALIKE | OTHER_ENDING) else None
    return Profile(text, Address(text, local, DOMAIN, "", text), text, owner, kind.traits, resembles)
