"""The recipients filter: who fulfils every given key, and whether they are enough."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from atesaki.judgement import people as places
from atesaki.judgement import profiles as traits
from atesaki.judgement.conditions.match import ConditionError, FactUnknownError, Match, Path, Predicate
from atesaki.judgement.decision import Evidence
from atesaki.judgement.pattern import compile_address_pattern, compile_domain_pattern

if TYPE_CHECKING:
    from atesaki.judgement.address import Address
    from atesaki.judgement.conditions.condition import InRoster, RecipientFilter
    from atesaki.judgement.view import View

_FIELD = {"to": places.TO, "cc": places.CC, "bcc": places.BCC}
_AUDIENCES: dict[str, Callable[[View], int]] = {
    "internal": lambda view: view.people.internal,
    "partner": lambda view: view.people.partner,
    "external": lambda view: view.people.external,
}


def _lists(view: View) -> int:
    return view.people.by_place(places.LIST) | _lists_by_domain(view)


def _lists_by_domain(view: View) -> int:
    """Return the lists that no mail client called one, so that nobody asked for their members."""
    return view.people.by_trait(traits.MAILING_LIST) & ~view.people.by_place(places.LIST)


_KINDS: dict[str, Callable[[View], int]] = {
    "person": lambda view: view.people.everyone & ~(_lists(view) | view.people.by_place(places.UNKNOWN_KIND)),
    "distribution_list": _lists,
    "unexpanded_list": lambda view: view.people.by_place(places.UNEXPANDED) | _lists_by_domain(view),
    "unknown": lambda view: view.people.by_place(places.UNKNOWN_KIND) & ~_lists_by_domain(view),
    "unreadable": lambda view: view.people.by_trait(traits.UNREADABLE),
}


class RecipientSet:
    """One key of the filter, or several together: who they are; the object is the name under which a view keeps it."""

    def __init__(self, name: Hashable, compute: Callable[[View], int]) -> None:
        self.name = name
        self.compute = compute


_SETS: WeakValueDictionary[Hashable, RecipientSet] = WeakValueDictionary()


def recipients(condition: RecipientFilter, path: Path) -> Predicate:
    """Compile the filter; its match holds the recipients, their number and their organizations."""
    everything = _conjunction(_atoms(condition, path))
    groups = _groups(condition.in_roster)
    enough = _thresholds(condition)
    at_least, grouped = condition.at_least, condition.in_roster is not None

    def matches(view: View) -> Match | None:
        mask = view.recipients(everything)
        if mask.bit_count() < at_least:
            return None
        if not grouped:
            return enough(view, mask, None)
        found = [match for name, group in groups(view) if (match := enough(view, mask & group, name)) is not None]
        # The roster's name breaks ties, so that the order of the recipients never decides.
        return max(found, key=lambda match: (match.evidence.count, match.evidence.roster or "")) if found else None

    return matches


def _set(name: Hashable, compute: Callable[[View], int]) -> RecipientSet:
    """Return the one set of this name, so that rules share what was computed for another."""
    return _SETS.setdefault(name, RecipientSet(name, compute))


def _conjunction(atoms: list[RecipientSet]) -> RecipientSet:
    """Join keys to one set, which rules that ask for the same people share."""

    def compute(view: View) -> int:
        mask = view.people.everyone
        for atom in atoms:
            # A later key is only asked where an earlier one left somebody.
            mask = mask and mask & view.recipients(atom)
        return mask

    return atoms[0] if len(atoms) == 1 else _set(("all", *(atom.name for atom in atoms)), compute)


def _atoms(condition: RecipientFilter, path: Path) -> list[RecipientSet]:
    atoms: list[RecipientSet] = []
    if condition.fields is not None:
        flags = sum({_FIELD[field] for field in condition.fields})
        atoms.append(_set(("fields", flags), lambda view: view.people.by_place(flags)))
    if condition.audience is not None:
        atoms.append(_union("audience", _AUDIENCES, condition.audience))
    if condition.kind is not None:
        atoms.append(_union("kind", _KINDS, condition.kind))
    for key, compute in _BOOLEAN.items():
        wanted = getattr(condition, key)
        if isinstance(wanted, bool):
            atoms.append(_boolean(key, compute, wanted=wanted))
        elif wanted is not None:
            atoms.append(_WORDED[wanted])
    if condition.domains is not None:
        atoms.append(_patterns("domains", condition.domains, compile_domain_pattern, path))
    if condition.addresses is not None:
        atoms.append(_patterns("addresses", condition.addresses, compile_address_pattern, path))
    return atoms


def _union(key: str, table: dict[str, Callable[[View], int]], wanted: str | tuple[str, ...]) -> RecipientSet:
    names = (wanted,) if isinstance(wanted, str) else tuple(sorted(wanted))

    def compute(view: View) -> int:
        mask = 0
        for name in names:
            mask |= table[name](view)
        return mask

    return _set((key, names), compute)


def _boolean(key: str, compute: Callable[[View], int], *, wanted: bool) -> RecipientSet:
    positive = _set(key, compute)
    if wanted:
        return positive
    return _set(("not", key), lambda view: view.people.everyone & ~view.recipients(positive))


def _patterns(
    key: str, patterns: tuple[str, ...], compile_pattern: Callable[[str], Callable[[Address], bool]], path: Path
) -> RecipientSet:
    predicates = []
    for place, pattern in enumerate(patterns):
        try:
            predicates.append(compile_pattern(pattern))
        except ValueError as error:
            raise ConditionError((*path, key, place), str(error)) from error
    return _set(
        (key, patterns),
        lambda view: view.people.where(
            [any(matches(profile.address) for matches in predicates) for profile in view.people.profiles]
        ),
    )


def _first_time(view: View) -> int:
    known = view.facts.known_correspondents
    if known is None:
        message = "The sender's earlier recipients are unknown."
        raise FactUnknownError(message)
    people = view.people
    # Whoever writes to a list writes to the list.
    written = people.everyone & ~people.behind_lists
    return written & ~people.where(map(known.__contains__, people.keys)) if known else written


def _continues_known_thread(view: View) -> bool:
    return view.message.thread.kind in {"reply", "reply_all"} and bool(view.message.thread.recipients)


def _added_to_thread(view: View) -> int:
    if not _continues_known_thread(view):
        return 0
    return view.people.everyone & ~view.in_thread


def _in_new_organization(view: View) -> int:
    added = _added_to_thread(view)
    if not added:
        return 0
    known = {profile.organization for profile in view.thread_profiles}
    new = [view.people.organization_name(number) not in known for number in view.people.organizations]
    return added & view.people.where(new)


FIRST_TIME = _set("first_time", _first_time)
IN_NEW_ORGANIZATION = _set("added_organization", _in_new_organization)
_WORDED = {
    "organization": IN_NEW_ORGANIZATION,
    "other_ending": _set("other_ending", lambda view: view.people.by_trait(traits.OTHER_ENDING)),
}
"""What a key asks for that may hold a word beside true and false."""


def _in_any_roster(view: View) -> int:
    mask = 0
    for _, members in view.rosters.values():
        mask |= members
    return mask


_BOOLEAN: dict[str, Callable[[View], int]] = {
    "visible": lambda view: view.visible,
    "free_mail": lambda view: view.people.by_trait(traits.FREE_MAIL),
    "look_alike": lambda view: view.people.by_trait(traits.LOOK_ALIKE),
    "first_time": _first_time,
    "added_to_thread": _added_to_thread,
}

_Groups = Callable[["View"], Iterable[tuple[str | None, int]]]


def _groups(in_roster: InRoster | bool | None) -> _Groups:  # noqa: FBT001 - the value of a key, not a switch
    """Return what the thresholds are counted within: each roster asked for, or everybody at once."""
    if in_roster is None:
        return lambda view: ((None, view.people.everyone),)
    if isinstance(in_roster, bool):
        if in_roster:
            return lambda view: [(name, members) for name, (_, members) in view.rosters.items()]
        return lambda view: ((None, view.people.everyone & ~_in_any_roster(view)),)
    handling, wanted = in_roster.handling, in_roster.name
    return lambda view: [
        (name, members)
        for name, (kind, members) in view.rosters.items()
        if handling in {None, kind} and wanted in {None, name}
    ]


def _thresholds(condition: RecipientFilter) -> Callable[[View, int, str | None], Match | None]:
    at_least = condition.at_least
    organizations = condition.organizations.at_least if condition.organizations else 0
    share = condition.share.at_least if condition.share else 0.0

    def enough(view: View, mask: int, roster: str | None) -> Match | None:
        if condition.same_organization and mask.bit_count() >= at_least:
            mask = _largest_organization(view, mask, at_least, strangers=condition.same_organization == "strangers")
        count = mask.bit_count()
        # Divided, not multiplied: 0.55 * 100 is more than 55 in binary fractions.
        if count < at_least or (share and count / view.people.size < share):
            return None
        if condition.strangers and _know_each_other(view, mask):
            return None
        outside = view.organization_count(mask)
        return Match(mask, _evidence(view, mask, roster, outside)) if outside >= organizations else None

    return enough


def _largest_organization(view: View, mask: int, at_least: int, *, strangers: bool) -> int:
    """Return the recipients of the largest organization in `mask`, if it has enough of them.

    Among `strangers`, an organization whose people all know each other does not count.
    """
    # Each other organization has somebody, too.
    if mask.bit_count() - view.organization_count(mask) + 1 < at_least:
        return 0
    counts = Counter(view.organizations_in(mask))
    enough = [number for number, count in counts.items() if count >= at_least]
    # The name breaks ties, so that the order of the recipients never decides.
    enough.sort(key=lambda number: (-counts[number], view.people.organization_name(number)))
    groups = (mask & view.people.where(map(number.__eq__, view.people.organizations)) for number in enough)
    return next((group for group in groups if not (strangers and _know_each_other(view, group))), 0)


def _know_each_other(view: View, group: int) -> bool:
    """Whether all of them are on one open roster; one more beside them is a stranger to all."""
    return any(handling == "open" and not group & ~members for handling, members in view.rosters.values())


def _evidence(view: View, mask: int, roster: str | None, organizations: int) -> Evidence:
    alike = mask & view.people.by_trait(traits.LOOK_ALIKE | traits.OTHER_ENDING)
    profile = view.people.first(alike) if alike else None
    return Evidence(
        recipients=view.written(mask),
        count=mask.bit_count(),
        organizations=organizations,
        roster=roster,
        domain=profile.address.domain if profile else None,
        resembles=profile.resembles if profile else None,
    )
