"""The page of the periods: how long personal data is kept, in days."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

import msgspec
from starlette.responses import Response

from atesaki.console.rights import words
from atesaki.console.rights.looking import Problem
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import ADMIN
from atesaki.console.shell.render import page, redirect
from atesaki.console.shell.text import mark as _
from atesaki.sending.rights.errors import RetentionChanged, RightsInvalid
from atesaki.sending.rights.periods import CLASSES, HANDLINGS, MOST_DAYS, Periods

if TYPE_CHECKING:
    from atesaki.console.rights.routes import KeepsPeriods

_SAVED = _("Saved. What is older is deleted within minutes, unless it is held.")


class Routes:
    """The form."""

    def __init__(self, retention: KeepsPeriods) -> None:
        self._retention = retention

    def show(self, ask: Ask) -> Response:
        """Show the periods in force."""
        periods = self._retention.state.periods
        values: dict[str, str] = {name: str(days) for name, days in _days(periods).items()}
        return self._page(ask, values)

    def save(self, ask: Ask) -> Response:
        """Replace the periods."""
        values: dict[str, str] = {name: text for name in (*CLASSES, *HANDLINGS) if (text := ask.value(name).strip())}
        revision = ask.value("revision")
        try:
            self._retention.put(_periods(values), ask.person.author, int(revision) if revision.isdecimal() else -1)
        except (RightsInvalid, RetentionChanged) as error:
            return self._page(ask, values, Problem(error.field or "", ask.sentence(error)), error.status)
        return redirect(ask, "/journal/people/periods", said=ask.text(_SAVED))

    def _page(
        self, ask: Ask, values: dict[str, str], problem: Problem | None = None, status: int = HTTPStatus.OK
    ) -> Response:
        return page(
            ask,
            "rights/periods.html",
            status=status,
            values=values,
            default=self._retention.default,
            revision=self._retention.state.revision,
            problem=problem,
            words=words,
            may_change=ask.person.may(ADMIN),
        )


def _days(periods: Periods) -> dict[str, int]:
    plain: dict[str, dict[str, int]] = msgspec.to_builtins(periods)
    return {**plain["classes"], **plain["handlings"]}


def _periods(values: dict[str, str]) -> Periods:
    for name, text in values.items():
        if not (text.isdecimal() and 1 <= int(text) <= MOST_DAYS):
            raise RightsInvalid("A period is 1 to 36,500 days.", field=name)
    parts: dict[str, Any] = {
        "classes": {name: int(values[name]) for name in CLASSES if name in values},
        "handlings": {name: int(values[name]) for name in HANDLINGS if name in values},
    }
    return msgspec.convert(parts, Periods)
