"""The sender condition: who presses Send, by address or by directory group."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atesaki.judgement.conditions.match import ConditionError, FactUnknownError, Match, Path, Predicate
from atesaki.judgement.pattern import compile_address_pattern

if TYPE_CHECKING:
    from collections.abc import Callable

    from atesaki.judgement.address import Address
    from atesaki.judgement.conditions.condition import SenderFilter
    from atesaki.judgement.view import View


def sender(condition: SenderFilter, path: Path) -> Predicate:
    """Compile the filter: the sender has one of the addresses and is in one of the groups, as far as given."""
    if condition == type(condition)():
        raise ConditionError(path, "Give at least one of addresses and groups.")
    patterns = _compiled(condition.addresses or (), path)
    groups = frozenset(map(str.casefold, condition.groups or ()))

    def holds(view: View) -> Match | None:
        if patterns and not any(matches(view.people.sender) for matches in patterns):
            return None
        return Match() if not groups or _in_group(view, groups) else None

    return holds


def _in_group(view: View, groups: frozenset[str]) -> bool:
    known = view.facts.sender_groups
    if known is None:
        message = "The sender's groups are unknown."
        raise FactUnknownError(message)
    return not groups.isdisjoint(map(str.casefold, known))


def _compiled(patterns: tuple[str, ...], path: Path) -> list[Callable[[Address], bool]]:
    compiled = []
    for place, pattern in enumerate(patterns):
        try:
            compiled.append(compile_address_pattern(pattern))
        except ValueError as error:
            raise ConditionError((*path, "addresses", place), str(error)) from error
    return compiled
