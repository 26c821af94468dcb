"""Saves a changed file into a draft; where somebody else was faster, both changes are shown and nothing is lost."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus

from starlette.responses import Response

from atesaki.console.policies.changes import lines_of
from atesaki.console.policies.rendering import page
from atesaki.console.policies.workbench import Bench, editor_of
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import redirect
from atesaki.console.shell.text import mark as _
from atesaki.policies.drafting.draft import DraftClosed, FileChanged, PolicyDraft
from atesaki.policies.drafting.drafting import Change
from atesaki.policies.drafting.line_ends import with_line_feeds
from atesaki.policies.drafting.merge import Merge, merge

STARTED = _("The draft is yours to change. Nothing is in force before you publish it.")
SAVED = _("Saved in the draft. Nothing is in force yet.")


CarryOver = Callable[[str], str | None]
"""Makes the same change in the text that somebody else saved; `None` where both changed the same thing."""


def save(bench: Bench, change: Change, then: str, said: str = SAVED, carry_over: CarryOver | None = None) -> Response:
    """Save one file and go on to a page; in a conflict show both changes and offer them together."""
    ask, draft = bench.ask, bench.draft
    try:
        bench.ports.drafting.change(draft.head.id, [change], editor_of(ask))
    except FileChanged as changed:
        together = carry_over(changed.theirs) if carry_over and changed.theirs else None
        return conflict(ask, draft, changed, together)
    except DraftClosed:
        return _closed(ask, draft, change)
    return redirect(ask, then, said=ask.text(said))


def conflict(ask: Ask, draft: PolicyDraft, changed: FileChanged, together: str | None = None) -> Response:
    """Show what the other one changed and what this one did, and both together: as a form knows it, else by lines."""
    base, mine, theirs = (with_line_feeds(text or "") for text in (changed.base, changed.mine, changed.theirs))
    names = (ask.text(_("yours")), ask.text(_("the other one's")))
    merged = Merge(together, 0) if together else merge(base, mine, theirs, names)
    return page(
        ask,
        "policies/conflict.html",
        status=HTTPStatus.CONFLICT,
        draft=draft.head,
        file=changed.name,
        policy=changed.name.removesuffix(".yaml"),
        theirs=theirs,
        mine=mine,
        removed="theirs" if changed.theirs is None else "mine" if changed.mine is None else "",
        merged=merged,
        their_lines=lines_of(base, theirs),
        my_lines=lines_of(base, mine),
    )


def _closed(ask: Ask, draft: PolicyDraft, change: Change) -> Response:
    """Keep what was typed for a draft that somebody else has published or dropped: a new draft can take it."""
    base, mine = (with_line_feeds(text or "") for text in (change.base, change.text))
    return page(
        ask,
        "policies/closed.html",
        status=HTTPStatus.CONFLICT,
        draft=draft.head,
        change=change,
        mine=mine,
        my_lines=lines_of(base, mine),
    )
