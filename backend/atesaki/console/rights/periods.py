"""The page of the periods: how long personal data is kept, in days."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
from starlette.responses import Response

from atesaki.console.rights import words
from atesaki.console.rights.looking import Problem
from atesaki.console.rights.ports import KeepsPeriods
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import ADMIN
from atesaki.console.shell.numbers import number_of
from atesaki.console.shell.render import page, redirect
from atesaki.console.shell.text import mark as _
from atesaki.journal.changes import Change
from atesaki.sending.rights.errors import RetentionChanged, RightsInvalid
from atesaki.sending.rights.periods import CLASSES, HANDLINGS, MOST_DAYS, Periods

_SAVED = _("Saved. What is older is deleted within minutes, unless it is held.")


class Newer(NamedTuple):
    """What somebody else has set meanwhile, and who it was and when, as far as that is known."""

    values: dict[str, str]
    change: Change | None


class Routes:
    """The form."""

    def __init__(self, retention: KeepsPeriods) -> None:
        self._retention = retention

    def show(self, ask: Ask) -> Response:
        """Show the periods in force."""
        state = self._retention.state
        return self._page(ask, _texts(state.periods), state.revision)

    def save(self, ask: Ask) -> Response:
        """Replace the periods, unless they are others by now than those that the form was made from."""
        values: dict[str, str] = {name: text for name in (*CLASSES, *HANDLINGS) if (text := ask.value(name).strip())}
        seen = number_of(ask.value("revision"))
        try:
            self._retention.put(_periods(values), ask.person.author, seen)
        except RetentionChanged as error:
            return self._beside(ask, values, error.status)
        except RightsInvalid as error:
            problem = Problem(error.field or "", ask.sentence(error))
            # The page stays the one of the revision that was seen; else the next try would replace a newer one unseen.
            return self._page(ask, values, seen, problem=problem, status=error.status)
        return redirect(ask, "/journal/people/periods", said=ask.text(_SAVED))

    def _beside(self, ask: Ask, values: dict[str, str], status: int) -> Response:
        """Show what is in force now beside what was typed; who saves again has seen it."""
        state = self._retention.state
        newer = Newer(_texts(state.periods), self._retention.change_to(state.revision))
        return self._page(ask, values, state.revision, newer=newer, status=status)

    def _page(  # noqa: PLR0913  # Each is a part of the page.
        self,
        ask: Ask,
        values: dict[str, str],
        revision: int,
        *,
        problem: Problem | None = None,
        newer: Newer | None = None,
        status: int = HTTPStatus.OK,
    ) -> Response:
        return page(
            ask,
            "rights/periods.html",
            status=status,
            values=values,
            default=self._retention.default,
            revision=revision,
            problem=problem,
            newer=newer,
            words=words,
            may_change=ask.person.may(ADMIN),
        )


def _texts(periods: Periods) -> dict[str, str]:
    plain: dict[str, dict[str, int]] = msgspec.to_builtins(periods)
    return {name: str(days) for name, days in (*plain["classes"].items(), *plain["handlings"].items())}


def _periods(values: dict[str, str]) -> Periods:
    for name, text in values.items():
        if not (text.isdecimal() and 1 <= int(text) <= MOST_DAYS):
            raise RightsInvalid("A period is 1 to 36,500 days.", field=name)
    parts: dict[str, Any] = {
        "classes": {name: int(values[name]) for name in CLASSES if name in values},
        "handlings": {name: int(values[name]) for name in HANDLINGS if name in values},
    }
    return msgspec.convert(parts, Periods)
