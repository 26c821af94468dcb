"""The last step of a draft: what it changes, whether its tests pass, a note, and then it is in force."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from starlette.responses import Response

from atesaki.console.policies.changes import file_changes
from atesaki.console.policies.in_force import about
from atesaki.console.policies.ports import Ports
from atesaki.console.policies.rendering import page
from atesaki.console.policies.workbench import checked, draft_of, editor_of
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import redirect
from atesaki.console.shell.text import mark as _
from atesaki.judgement.errors import AtesakiError
from atesaki.policies.drafting.draft import BaseChanged, DraftChanged, FourEyes, PolicyDraft
from atesaki.policies.errors import PoliciesChanged, PolicyErrors
from atesaki.policies.load import revision_of

_PUBLISHED = _("Publication %(number)s is in force for the next mail.")


class PublishPages(NamedTuple):
    """The page that publishes."""

    ports: Ports

    def show(self, ask: Ask) -> Response:
        """Show what would be in force."""
        return self._page(ask, draft_of(self.ports, ask))

    def publish(self, ask: Ask) -> Response:
        """Publish exactly what was shown; otherwise show it again, and say why."""
        draft = draft_of(self.ports, ask)
        try:
            published = self.ports.drafting.publish(draft.head.id, editor_of(ask), ask.value("note"), ask.value("seen"))
        except (PolicyErrors, BaseChanged, DraftChanged, FourEyes, PoliciesChanged) as error:
            return self._page(ask, self.ports.drafting.get(draft.head.id), error)
        return redirect(ask, "/policies", said=ask.text(_PUBLISHED, number=published.number))

    def _page(self, ask: Ask, draft: PolicyDraft, error: AtesakiError | None = None) -> Response:
        now, newest = self.ports.policies.in_force.published, self.ports.policies.newest
        rebased = self.ports.drafting.rebased(draft)
        result = checked(rebased.files)
        return page(
            ask,
            "policies/publish.html",
            status=error.status if error else HTTPStatus.OK,
            draft=draft.head,
            error=error,
            # A failing test is told below, where the tests are.
            told_error_above=error is not None and not isinstance(error, PolicyErrors),
            changes=file_changes(now.files, rebased.files, ask),
            checked=result,
            missing=self.ports.missing_rosters(result.loaded),
            rebased=rebased,
            differs=rebased.files != newest.files,
            outdated=draft.head.base_number != newest.number,
            published=newest,
            about=about(self.ports),
            seen=revision_of(rebased.files),
            not_mine=self.ports.drafting.four_eyes and draft.head.is_work_of(editor_of(ask)),
            note=ask.value("note") or draft.head.note,
        )
