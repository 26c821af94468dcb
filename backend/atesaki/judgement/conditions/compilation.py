"""Turn a condition as it is written into a predicate over a view of the message."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from atesaki.judgement.conditions.attachments import attachments
from atesaki.judgement.conditions.circumstances import greeting_mismatch, item, thread, time, truncated
from atesaki.judgement.conditions.exposure import exposure
from atesaki.judgement.conditions.match import ConditionError, FactUnknownError, Match, Path, Predicate, merged
from atesaki.judgement.conditions.recipients import recipients
from atesaki.judgement.conditions.sender import sender
from atesaki.judgement.conditions.text import body, subject

if TYPE_CHECKING:
    from atesaki.judgement.conditions.condition import Condition
    from atesaki.judgement.view import View

_SIMPLE: dict[str, Callable[[Any, Path], Predicate]] = {
    "recipients": recipients,
    "exposure": exposure,
    "subject": subject,
    "body": body,
    "attachments": attachments,
    "sender": sender,
    "thread": thread,
    "item": item,
    "time": time,
    "greeting_mismatch": greeting_mismatch,
    "truncated": truncated,
}


def compile_condition(condition: Condition, path: Path = ()) -> Predicate:
    """Compile a condition; the predicate returns a `Match` where it holds and `None` where it does not.

    Raises `ConditionError` with the path of the part that cannot be compiled.
    """
    parts = [
        build(value, (*path, key)) for key, build in _SIMPLE.items() if (value := getattr(condition, key)) is not None
    ]
    if condition.all is not None:
        parts += _each(condition.all, (*path, "all"))
    if condition.any is not None:
        parts.append(_any_of(_each(condition.any, (*path, "any"))))
    if condition.not_ is not None:
        parts.append(_not(compile_condition(condition.not_, (*path, "not"))))
    if not parts:
        raise ConditionError(path, "A condition needs at least one key.")
    return parts[0] if len(parts) == 1 else _all_of(parts)


def _each(conditions: tuple[Condition, ...], path: Path) -> list[Predicate]:
    if not conditions:
        raise ConditionError(path, "The list needs at least one condition.")
    return [compile_condition(condition, (*path, place)) for place, condition in enumerate(conditions)]


def _all_of(parts: list[Predicate]) -> Predicate:
    def holds(view: View) -> Match | None:
        matches = []
        for part in parts:
            match = part(view)
            if match is None:
                return None
            matches.append(match)
        return merged(matches)

    return holds


def _any_of(parts: list[Predicate]) -> Predicate:
    def holds(view: View) -> Match | None:
        matches, unknown = [], None
        for part in parts:
            try:
                match = part(view)
            except FactUnknownError as error:
                # What nobody knows must not hide another part that holds: the rule may block.
                unknown = error
            else:
                matches += [match] if match else []
        if unknown and not matches:
            raise unknown
        return merged(matches) if matches else None

    return holds


def _not(part: Predicate) -> Predicate:
    return lambda view: Match() if part(view) is None else None
