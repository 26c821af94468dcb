"""Drafts: started, looked at, brought up to date, proposed, dropped and taken up again."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from starlette.responses import Response

from atesaki.console.policies.changes import file_changes, lines_of
from atesaki.console.policies.ports import Ports
from atesaki.console.policies.rendering import page
from atesaki.console.policies.saving import STARTED, save
from atesaki.console.policies.workbench import Bench, checked, draft_of, editor_of, file_in, number_in, sketches
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import redirect
from atesaki.console.shell.text import mark as _
from atesaki.policies.drafting.draft import PolicyDraft
from atesaki.policies.drafting.drafting import Change
from atesaki.policies.drafting.line_ends import with_line_ends_of, with_line_feeds
from atesaki.policies.drafting.merge import merge

_DROPPED = _("The draft was dropped. It can be taken up again on this page.")
_TAKEN_UP = _("The draft is open again, as it was.")
_PROPOSED = _("The draft is proposed. Somebody else can publish it now.")
_UP_TO_DATE = _("The draft now stands on what was published last.")
_MOST_PUBLICATIONS = 10**9


class DraftPages(NamedTuple):
    """The pages about a draft as a whole."""

    ports: Ports

    def start(self, ask: Ask) -> Response:
        """Begin a draft; its name says what it is for."""
        title = ask.value("title").strip() or ask.text(
            _("Draft of %(name)s"), name=ask.person.name or ask.person.author
        )
        draft = self.ports.drafting.start(title, editor_of(ask))
        if "file" in ask.form:
            return self._with_change(ask, draft)
        policy = ask.value("policy")
        then = f"/policies/drafts/{draft.head.id}"
        if policy and f"{policy}.yaml" in draft.files:
            then += f"/of/{policy}"
        return redirect(ask, then, said=ask.text(STARTED))

    def _with_change(self, ask: Ask, draft: PolicyDraft) -> Response:
        """Take over what somebody typed for a draft that was closed meanwhile; what is published may differ by now."""
        name = file_in(ask.value("file"))
        base, text = (ask.value(field) if field in ask.form else None for field in ("base", "text"))
        change = Change(name, base, text)
        return save(Bench(self.ports, ask, draft), change, f"/policies/drafts/{draft.head.id}", STARTED)

    def show(self, ask: Ask) -> Response:
        """Show what a draft changes, what is wrong with it, and where to go on."""
        draft = draft_of(self.ports, ask)
        rebased = self.ports.drafting.rebased(draft)
        published = self.ports.policies.newest
        return page(
            ask,
            "policies/draft.html",
            draft=draft.head,
            texts=draft.files,
            policies=sketches(draft, ask),
            changes=file_changes(self.ports.drafting.base_files(draft), draft.files, ask),
            checked=checked(draft.files),
            rebased=rebased,
            outdated=draft.head.base_number != published.number,
            published=published,
            read_only=self.ports.policies.read_only,
            four_eyes=self.ports.drafting.four_eyes,
        )

    def drop(self, ask: Ask) -> Response:
        """Give the draft up."""
        draft = self.ports.drafting.drop(draft_of(self.ports, ask).head.id, editor_of(ask))
        return redirect(ask, f"/policies/drafts/{draft.head.id}", said=ask.text(_DROPPED))

    def take_up(self, ask: Ask) -> Response:
        """Open it again after it was dropped."""
        draft = self.ports.drafting.take_up(draft_of(self.ports, ask).head.id, editor_of(ask))
        return redirect(ask, f"/policies/drafts/{draft.head.id}", said=ask.text(_TAKEN_UP))

    def propose(self, ask: Ask) -> Response:
        """Say that it is ready for somebody else."""
        draft = self.ports.drafting.propose(draft_of(self.ports, ask).head.id, editor_of(ask), ask.value("note"))
        return redirect(ask, f"/policies/drafts/{draft.head.id}", said=ask.text(_PROPOSED))

    def outdated(self, ask: Ask) -> Response:
        """Show the files that both the draft and a publication in between have changed."""
        return self._outdated(ask, draft_of(self.ports, ask))

    def _outdated(self, ask: Ask, draft: PolicyDraft, status: int = HTTPStatus.OK) -> Response:
        published = self.ports.policies.newest
        base = self.ports.drafting.base_files(draft)
        names = (ask.text(_("this draft")), ask.text(_("published")))
        conflicts = []
        for name in self.ports.drafting.rebased(draft).conflicts:
            sides = (base, draft.files, published.files)
            old, mine, theirs = (with_line_feeds(files.get(name, "")) for files in sides)
            both = merge(old, mine, theirs, names)
            removed = name not in draft.files or name not in published.files
            conflicts.append((name, both, lines_of(old, mine), lines_of(old, theirs), removed))
        return page(
            ask,
            "policies/outdated.html",
            status=status,
            draft=draft.head,
            conflicts=conflicts,
            published=published,
        )

    def bring_up_to_date(self, ask: Ask) -> Response:
        """Put the draft onto what was published last, with the texts that were chosen."""
        draft = draft_of(self.ports, ask)
        current = self.ports.policies.newest.files
        resolved = {
            name: with_line_ends_of(current.get(name), ask.value(f"file:{name}"))
            for name in self.ports.drafting.rebased(draft).conflicts
            if f"file:{name}" in ask.form
        }
        seen = number_in(ask.value("seen"), _MOST_PUBLICATIONS)
        self.ports.drafting.bring_up_to_date(draft.head.id, resolved, seen, editor_of(ask))
        return redirect(ask, f"/policies/drafts/{draft.head.id}", said=ask.text(_UP_TO_DATE))
