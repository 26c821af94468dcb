"""A new policy in a draft, with its tests beside it, and the removal of one."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from starlette.responses import Response

from atesaki.console.policies.ports import Ports
from atesaki.console.policies.rendering import page
from atesaki.console.policies.saving import conflict
from atesaki.console.policies.stubs import is_name, policy_stub, suite_stub
from atesaki.console.policies.workbench import draft_of, editor_of, sketch
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import redirect
from atesaki.console.shell.text import mark as _
from atesaki.policies.drafting.draft import FileChanged
from atesaki.policies.drafting.drafting import Change
from atesaki.policies.load import TEST_ENDING

_ADDED = _("The policy has one rule, which is only tried out, and two tests. Change them as you need.")
_REMOVED = _("The policy and its tests were removed from the draft.")
_BAD_NAME = _("A name is lower-case letters, digits and underscores and begins with a letter, such as parents_visible.")
_TAKEN = _("There is a policy of this name already.")
_TEN = _("ten outsiders are recorded, and nobody is told")
_NINE = _("nine outsiders are ordinary")
_NO_TITLE = _("Give the policy a title in both languages.")


class PolicyPages(NamedTuple):
    """The pages that add and remove policies."""

    ports: Ports

    def new(self, ask: Ask) -> Response:
        """Ask for the name and the title of a new policy."""
        return page(ask, "policies/new_policy.html", draft=draft_of(self.ports, ask).head, field="", problem="")

    def add(self, ask: Ask) -> Response:
        """Add it, with tests that pass."""
        draft = draft_of(self.ports, ask)
        name, ja, en = (ask.value(field).strip() for field in ("name", "title_ja", "title_en"))
        field, problem = self._problem(draft.files, name, ja, en)
        if problem:
            return page(
                ask,
                "policies/new_policy.html",
                status=HTTPStatus.UNPROCESSABLE_ENTITY,
                draft=draft.head,
                field=field,
                problem=ask.text(problem),
            )
        changes = [
            Change(f"{name}.yaml", None, policy_stub(name, ja, en)),
            Change(f"{name}{TEST_ENDING}", None, suite_stub(ask.text(_TEN), ask.text(_NINE))),
        ]
        self.ports.drafting.change(draft.head.id, changes, editor_of(ask))
        return redirect(ask, f"/policies/drafts/{draft.head.id}/of/{name}", said=ask.text(_ADDED))

    def remove(self, ask: Ask) -> Response:
        """Remove a policy and its tests."""
        draft = draft_of(self.ports, ask)
        found = sketch(draft, ask.path("policy"), ask)
        base = ask.value("base").replace("\r\n", "\n") if "base" in ask.form else found.text
        names = [f"{found.id}.yaml", f"{found.id}{TEST_ENDING}"]
        changes = [Change(names[0], base, None), Change(names[1], draft.files.get(names[1]), None)]
        try:
            self.ports.drafting.change(draft.head.id, changes, editor_of(ask))
        except FileChanged as changed:
            return conflict(ask, draft, changed)
        return redirect(ask, f"/policies/drafts/{draft.head.id}", said=ask.text(_REMOVED))

    def _problem(self, files: dict[str, str], name: str, ja: str, en: str) -> tuple[str, str]:
        if not is_name(name):
            return "name", _BAD_NAME
        if f"{name}.yaml" in files or f"{name}{TEST_ENDING}" in files:
            return "name", _TAKEN
        if not ja or not en:
            return "title_ja" if not ja else "title_en", _NO_TITLE
        return "", ""
