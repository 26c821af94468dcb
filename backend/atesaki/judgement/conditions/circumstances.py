"""Conditions on the circumstances: thread, item, time, greeting, and what could not be read in full."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from atesaki.judgement.conditions.match import ConditionError, Match, Path, Predicate
from atesaki.judgement.decision import Evidence
from atesaki.judgement.greeting import mismatch

if TYPE_CHECKING:
    from atesaki.judgement.conditions.condition import ThreadFilter, TimeFilter
    from atesaki.judgement.facts import Facts
    from atesaki.judgement.message import ItemKind
    from atesaki.judgement.view import View


def thread(condition: ThreadFilter, path: Path) -> Predicate:
    """Compile the kinds of thread that match, and whether its people must be known."""
    del path
    kinds = {condition.kind} if isinstance(condition.kind, str) else set(condition.kind)

    def holds(view: View) -> Match | None:
        current = view.message.thread
        known = condition.known is None or condition.known is bool(current.recipients)
        return Match() if known and current.kind in kinds else None

    return holds


def item(condition: ItemKind, path: Path) -> Predicate:
    """Compile message or appointment."""
    del path
    return lambda view: Match() if view.message.item == condition else None


def time(condition: TimeFilter, path: Path) -> Predicate:
    """Compile the times; any of the given keys suffices."""
    if condition == type(condition)():
        raise ConditionError(path, "Give at least one of outside_office_hours and holidays.")
    outside, holidays = condition.outside_office_hours is not None, condition.holidays is not None

    def holds(view: View) -> Match | None:
        now = local_time(view.facts)
        holiday = now.date() in view.facts.organization.holidays
        return Match() if (holidays and holiday) or (outside and (holiday or not _in_office(view.facts, now))) else None

    return holds


def local_time(facts: Facts) -> dt.datetime:
    """Return the time of the decision in the organization's time zone."""
    return facts.now.astimezone(ZoneInfo(facts.organization.time_zone))


def _in_office(facts: Facts, now: dt.datetime) -> bool:
    hours = facts.organization.office_hours
    return now.isoweekday() in hours.days and hours.start <= f"{now.hour:02}:{now.minute:02}" < hours.end


def greeting_mismatch(condition: bool, path: Path) -> Predicate:  # noqa: FBT001 - the value of a key, not a switch
    """Compile: the body greets somebody who is not among the recipients."""
    del path

    def holds(view: View) -> Match | None:
        body, people = view.message.body_text, view.people
        named = [(name, profile.address) for name, profile in zip(people.names, people.profiles, strict=True)]
        name = mismatch(body, named) if body else None
        return Match(evidence=Evidence(words=(name,) if name else ())) if bool(name) is condition else None

    return holds


def truncated(condition: bool, path: Path) -> Predicate:  # noqa: FBT001 - the value of a key, not a switch
    """Compile: the client could not read some part of the message in full."""
    del path

    def holds(view: View) -> Match | None:
        fields = tuple(dict.fromkeys(view.message.truncated))
        return Match(evidence=Evidence(fields=fields)) if bool(fields) is condition else None

    return holds
