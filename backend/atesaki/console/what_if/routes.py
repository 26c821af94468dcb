"""The routes of what-if: ask, follow, cancel, read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from starlette.responses import Response

from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import ADMIN
from atesaki.console.shell.numbers import number_of
from atesaki.console.shell.pages import Pages
from atesaki.console.shell.render import fragment, page, redirect
from atesaki.console.shell.text import mark as _
from atesaki.console.what_if.view import DAYS, view_of
from atesaki.sending.replay.runs import Draft, Run

FindsDraft = Callable[[int], Draft]
"""Gives a draft of the policies with its files; raises where there is none."""


class StartsRuns(Protocol):
    """Runs drafts against the past; its calls block."""

    def start(self, person_key: str, draft: Draft, days: int) -> str:
        """Start a run and return its id."""

    def get(self, run_id: str) -> Run:
        """Return a run."""

    def of(self, person_key: str) -> Sequence[Run]:
        """Return a person's runs of late."""

    def cancel(self, run_id: str) -> None:
        """End a run."""


def add_routes(pages: Pages, runs: StartsRuns, draft: FindsDraft) -> None:
    """Register the pages."""
    handlers = _Handlers(runs, draft)
    pages.get("/policies/drafts/{draft}/what-if", handlers.asked, roles=ADMIN)
    pages.post("/policies/drafts/{draft}/what-if", handlers.start, roles=ADMIN)
    pages.get("/policies/what-if/{run}", handlers.show, roles=ADMIN)
    pages.get("/policies/what-if/{run}/progress", handlers.progress, roles=ADMIN)
    pages.post("/policies/what-if/{run}/cancel", handlers.cancel, roles=ADMIN)


class _Handlers:
    def __init__(self, runs: StartsRuns, draft: FindsDraft) -> None:
        self._runs = runs
        self._draft = draft

    def asked(self, ask: Ask) -> Response:
        draft = self._draft(number_of(ask.path("draft")))
        earlier = [run for run in self._runs.of(ask.person.key) if run.draft_id == draft.id]
        return page(ask, "what_if/ask.html", draft=draft, earlier=earlier, choices=DAYS)

    def start(self, ask: Ask) -> Response:
        draft = self._draft(number_of(ask.path("draft")))
        days = number_of(ask.value("days"))
        run = self._runs.start(ask.person.key, draft, days if days in DAYS else DAYS[1])
        return redirect(ask, f"/policies/what-if/{run}")

    def show(self, ask: Ask) -> Response:
        run = self._runs.get(ask.path("run"))
        view = view_of(run.report, ask.locale) if run.report else None
        return page(ask, "what_if/run.html", run=run, view=view)

    def progress(self, ask: Ask) -> Response:
        run = self._runs.get(ask.path("run"))
        answer = fragment(ask, "what_if/progress.html", run=run)
        if run.state != "running":
            # The whole page has something new to say.
            answer.headers["HX-Refresh"] = "true"
        return answer

    def cancel(self, ask: Ask) -> Response:
        run = self._runs.get(ask.path("run"))
        self._runs.cancel(run.id)
        return redirect(ask, f"/policies/drafts/{run.draft_id}/what-if", said=ask.text(_("The what-if was cancelled.")))
