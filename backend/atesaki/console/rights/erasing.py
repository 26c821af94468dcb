"""The page of erasures: one person asks, another one approves or refuses, and what became of it."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from starlette.responses import Response

from atesaki.console.rights import words
from atesaki.console.rights.looking import Problem
from atesaki.console.rights.ports import TakesRequests
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import ADMIN
from atesaki.console.shell.render import page, redirect
from atesaki.console.shell.text import mark as _
from atesaki.sending.rights.erasures import PAGE, Author, ErasureDraft
from atesaki.sending.rights.errors import RightsInvalid, UnderLegalHold

_ASKED = _("Asked for. Somebody else has to approve it before anything is erased.")
_APPROVED = _("Approved. It begins within seconds and may take a while; this page shows how it ends.")
_REFUSED = _("Nothing is erased, and the address is no longer kept here.")


class Form(NamedTuple):
    """What was typed."""

    address: str = ""
    reason: str = ""
    names: str = ""
    from_rosters: bool = False


class Routes:
    """The list and its forms."""

    def __init__(self, erasures: TakesRequests) -> None:
        self._erasures = erasures

    def show(self, ask: Ask) -> Response:
        """List the requests."""
        return self._page(ask, Form())

    def ask_for(self, ask: Ask) -> Response:
        """Take a request."""
        texts = (ask.value("address").strip(), ask.value("reason"), ask.value("names"))
        form = Form(*texts, from_rosters=bool(ask.value("from_rosters")))
        names = tuple(filter(None, map(str.strip, form.names.splitlines())))
        draft = ErasureDraft(address=form.address, reason=form.reason, names=names, from_rosters=form.from_rosters)
        try:
            self._erasures.request(draft, _author(ask))
        except (RightsInvalid, UnderLegalHold) as error:
            problem = Problem(error.field or "address", ask.sentence(error))
            return self._page(ask, form, problem, error.status)
        return redirect(ask, "/journal/people/erasures", said=ask.text(_ASKED))

    def approve(self, ask: Ask) -> Response:
        """Let it happen."""
        self._erasures.approve(ask.path("erasure_id"), _author(ask))
        return redirect(ask, "/journal/people/erasures", said=ask.text(_APPROVED))

    def refuse(self, ask: Ask) -> Response:
        """End a request."""
        self._erasures.refuse(ask.path("erasure_id"), _author(ask))
        return redirect(ask, "/journal/people/erasures", said=ask.text(_REFUSED))

    def _page(self, ask: Ask, form: Form, problem: Problem | None = None, status: int = HTTPStatus.OK) -> Response:
        shown = self._erasures.newest(ask.query("before"))
        return page(
            ask,
            "rights/erasures.html",
            status=status,
            form=form,
            problem=problem,
            erasures=shown,
            after=shown[-1].id if len(shown) == PAGE else None,
            words=words,
            may_ask=ask.person.may(ADMIN),
        )


def _author(ask: Ask) -> Author:
    return Author(ask.person.author, ask.person.key)
