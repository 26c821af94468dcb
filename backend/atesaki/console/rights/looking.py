"""The page that answers what is held about a person; the address never stands in a link."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

import msgspec
from starlette.responses import Response

from atesaki.console.rights import words
from atesaki.console.rights.ports import FindsPeople
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import ADMIN
from atesaki.console.shell.render import download, page
from atesaki.sending.rights.errors import RightsInvalid
from atesaki.sending.rights.report import Report
from atesaki.sending.rights.whom import usable_name

SHOWN = 100


class Form(NamedTuple):
    """What was typed."""

    address: str = ""
    purpose: str = ""
    thorough: bool = False


class Problem(NamedTuple):
    """What can't be used, in the visitor's language."""

    field: str
    sentence: str


class Routes:
    """The form and its answer."""

    def __init__(self, lookup: FindsPeople) -> None:
        self._lookup = lookup

    def show(self, ask: Ask) -> Response:
        """Show the empty form."""
        return _page(ask, Form())

    def find(self, ask: Ask) -> Response:
        """Show or hand out what is held."""
        form = Form(ask.value("address").strip(), ask.value("purpose"), bool(ask.value("thorough")))
        by = ask.person.author
        try:
            report = self._lookup.report(form.address, purpose=form.purpose, by=by, thorough=form.thorough)
        except RightsInvalid as error:
            problem = Problem(error.field or "", ask.sentence(error))
            return _page(ask, form, problem=problem, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        if ask.value("as") == "json":
            content = msgspec.json.format(msgspec.json.encode(report))
            return download(content, "personal-data.json", "application/json")
        return _page(ask, form, report)


def names_in(report: Report) -> list[str]:
    """Return the names under which the person is known, to be erased with them."""
    written = [each.name for record in report.records for each in record.written]
    names = [usable_name(name) for name in [*written, *(each.name for each in report.rosters)]]
    return list(dict.fromkeys(filter(None, names)))[:20]


def _page(
    ask: Ask,
    form: Form,
    report: Report | None = None,
    *,
    problem: Problem | None = None,
    status: int = HTTPStatus.OK,
) -> Response:
    return page(
        ask,
        "rights/look_up.html",
        status=status,
        form=form,
        report=report,
        shown=report.records[:SHOWN] if report else (),
        names=names_in(report) if report else [],
        problem=problem,
        words=words,
        may_ask=ask.person.may(ADMIN),
    )
