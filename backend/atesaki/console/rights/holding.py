"""The page of legal holds: what is held and why, the next review first."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus

from msgspec import Struct
from starlette.responses import Response

from atesaki.console.rights import words
from atesaki.console.rights.looking import Problem
from atesaki.console.rights.ports import KeepsHolds
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.days import midnight
from atesaki.console.shell.render import page, redirect
from atesaki.console.shell.text import mark as _
from atesaki.sending.rights.errors import RightsInvalid
from atesaki.sending.rights.holds import TARGETS, Hold, HoldDraft

_LAST = dt.date(9999, 12, 30)
"""The last day whose end is a moment in every time zone."""

_PLACED = _("Held. Nothing of it expires or is erased until the hold is lifted.")
_LIFTED = _("Lifted. What expired meanwhile is deleted within a day.")


class Form(Struct, frozen=True):
    """The fields as texts."""

    target: str = "address"
    address: str = ""
    record: str = ""
    roster: str = ""
    since: str = ""
    until: str = ""
    reason: str = ""
    owner: str = ""
    review_on: str = ""


class Routes:
    """The list and its forms."""

    def __init__(self, holds: KeepsHolds) -> None:
        self._holds = holds

    def show(self, ask: Ask) -> Response:
        """List the holds."""
        return self._page(ask, Form())

    def place(self, ask: Ask) -> Response:
        """Place a hold."""
        form = Form(**{name: ask.value(name).strip() for name in Form.__struct_fields__})
        try:
            self._holds.place(_draft(form, ask.zone), ask.person.author)
        except RightsInvalid as error:
            problem = Problem(error.field or "", ask.sentence(error))
            return self._page(ask, form, problem, HTTPStatus.UNPROCESSABLE_ENTITY)
        return redirect(ask, "/journal/people/holds", said=ask.text(_PLACED))

    def lift(self, ask: Ask) -> Response:
        """End a hold."""
        self._holds.lift(ask.path("hold_id"), ask.value("lift_reason"), ask.person.author)
        return redirect(ask, "/journal/people/holds", said=ask.text(_LIFTED))

    def _page(self, ask: Ask, form: Form, problem: Problem | None = None, status: int = HTTPStatus.OK) -> Response:
        former = ask.query("former") == "1"
        return page(
            ask,
            "rights/holds.html",
            status=status,
            form=form,
            problem=problem,
            holds=[(hold, *_days(hold, ask.zone)) for hold in self._holds.all(active=not former)],
            former=former,
            today=dt.datetime.now(ask.zone).date(),
            words=words,
        )


def _draft(form: Form, zone: dt.tzinfo) -> HoldDraft:
    """Return what the form says; days are those of the organization, the last one included."""
    target = next((each for each in TARGETS if each == form.target), None)
    if target is None:
        raise RightsInvalid("Choose what to hold.", field="target")
    review_on = _day(form.review_on, "review_on")
    since, until = _day(form.since, "since"), _day(form.until, "until")
    if review_on is None:
        raise RightsInvalid("Say on which day to ask whether the hold is still needed.", field="review_on")
    return HoldDraft(
        target=target,
        reason=form.reason,
        owner=form.owner,
        review_on=review_on,
        address=form.address,
        record=form.record,
        roster=form.roster,
        since=None if since is None else midnight(since, zone),
        until=None if until is None else midnight(min(until, _LAST) + dt.timedelta(days=1), zone),
    )


def _days(hold: Hold, zone: dt.tzinfo) -> tuple[dt.date | None, dt.date | None]:
    """Return the first and the last day of a period."""
    first = None if hold.since is None else hold.since.astimezone(zone).date()
    last = None if hold.until is None else (hold.until - dt.timedelta(microseconds=1)).astimezone(zone).date()
    return first, last


def _day(text: str, field: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise RightsInvalid("A day is written as 2026-09-01.", field=field) from None
