"""The routes of the second check, and the list of what waits for one."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from atesaki.console.checks import deciding, words
from atesaki.console.checks.ports import Ports
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import CHECKERS
from atesaki.console.shell.pages import Pages
from atesaki.console.shell.render import page

LIST: Final = "second_checks"
"""The subject under which a look at the list is recorded: it names senders and subjects of several mails."""


def add_routes(pages: Pages, ports: Ports) -> None:
    """Register the pages."""
    pages.get("/checks", lambda ask: _list(ask, ports), roles=CHECKERS)
    one = deciding.Routes(ports)
    pages.get("/checks/{decision_id}", one.show, roles=CHECKERS)
    pages.post("/checks/{decision_id}", one.answer, roles=CHECKERS)


def _list(ask: Ask, ports: Ports) -> Response:
    waiting, answered = ports.checks.waiting(), ports.checks.answered()
    if any(each.sender or each.subject for each in (*waiting, *answered)):
        ports.record_look(LIST, purpose=deciding.PURPOSE, by=ask.person.author)
    return page(
        ask,
        "checks/list.html",
        waiting=waiting,
        answered=answered,
        void=ports.void(waiting),
        sent=ports.sent_since(waiting),
        words=words,
    )
