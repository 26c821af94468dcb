"""Conditions on the circumstances: thread, item, time, greeting, and what could not be read in full."""

from __future__ import annotations

import datetime as dt
import functools
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from atesaki.judgement.conditions.match import ConditionError, Match, Path, Predicate
from atesaki.judgement.decision import Evidence
from atesaki.judgement.greeting import mismatch

if TYPE_CHECKING:
    from atesaki.judgement.conditions.condition import ThreadFilter, TimeFilter
    from atesaki.judgement.facts import Facts, Organization
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
        holiday, open_now = office(view.facts)
        return Match() if (holidays and holiday) or (outside and (holiday or not open_now)) else None

    return holds


def local_time(facts: Facts) -> dt.datetime:
    """Return the time of the decision in the organization's time zone."""
    return facts.now.astimezone(ZoneInfo(facts.organization.time_zone))


def office(facts: Facts) -> tuple[bool, bool]:
    """Return whether the decision is made on a holiday, and whether it is made within the weekly office hours."""
    return _office(facts.organization, facts.now.timestamp() // 60)


@functools.lru_cache(1 << 4)
def _office(organization: Organization, minute: float) -> tuple[bool, bool]:
    now, hours = dt.datetime.fromtimestamp(minute * 60, ZoneInfo(organization.time_zone)), organization.office_hours
    open_now = now.isoweekday() in hours.days and hours.start <= f"{now.hour:02}:{now.minute:02}" < hours.end
    return now.date() in organization.holidays, open_now


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
