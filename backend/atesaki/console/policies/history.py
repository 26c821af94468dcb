"""The publications: what changed in each, and the way back."""

from __future__ import annotations

from typing import NamedTuple

from starlette.responses import Response

from atesaki.console.policies.changes import file_changes
from atesaki.console.policies.in_force import PolicyNotFound, about
from atesaki.console.policies.ports import Ports
from atesaki.console.policies.rendering import page
from atesaki.console.policies.workbench import checked, editor_of, number_in
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import redirect
from atesaki.console.shell.text import mark as _
from atesaki.policies.drafting.draft import PolicyDraft
from atesaki.policies.revisions import Revision

PAGE = 30
_MOST = 10**9
_BACK = _("Publication %(earlier)s is in force again, as publication %(number)s.")
_PROPOSED = _("Somebody else has to publish the roll-back; it is proposed as a draft.")


class HistoryPages(NamedTuple):
    """The pages of the history."""

    ports: Ports

    def overview(self, ask: Ask) -> Response:
        """Show the publications, the newest first."""
        before = number_in(ask.query("before"), _MOST) if ask.query("before") else None
        found = self.ports.revisions.listed(before, PAGE + 1)
        return page(
            ask,
            "policies/history.html",
            publications=found[:PAGE],
            older=found[PAGE - 1].number if len(found) > PAGE else None,
            about=about(self.ports),
        )

    def show(self, ask: Ask) -> Response:
        """Show what one publication changed, and what going back to it would change now."""
        publication = self._found(ask)
        earlier = self.ports.revisions.get(publication.number - 1)
        policies = self.ports.policies
        return page(
            ask,
            "policies/publication.html",
            publication=publication,
            earlier=earlier,
            changes=file_changes(earlier.files if earlier else {}, publication.files, ask),
            back=file_changes(policies.in_force.published.files, publication.files, ask),
            checked=checked(publication.files) if publication.revision != policies.newest.revision else None,
            about=about(self.ports),
        )

    def roll_back(self, ask: Ask) -> Response:
        """Publish it again."""
        publication = self._found(ask)
        done = self.ports.drafting.roll_back(publication.number, editor_of(ask), ask.value("note"))
        if isinstance(done, PolicyDraft):
            return redirect(ask, f"/policies/drafts/{done.head.id}", said=ask.text(_PROPOSED))
        said = ask.text(_BACK, earlier=publication.number, number=done.number)
        return redirect(ask, "/policies/history", said=said)

    def _found(self, ask: Ask) -> Revision:
        found = self.ports.revisions.get(number_in(ask.path("number"), _MOST))
        if found is None:
            raise PolicyNotFound("There is no such publication.")
        return found
