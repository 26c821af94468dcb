"""The tests of a policy: how they run on the draft, a new one by form, and one that fails mended by form."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, NamedTuple

from starlette.responses import Response

from atesaki.console.policies.mend_test import mended_test
from atesaki.console.policies.new_test import Wrong, added_test
from atesaki.console.policies.ports import Ports
from atesaki.console.policies.rendering import page
from atesaki.console.policies.saving import save
from atesaki.console.policies.workbench import Bench, Sketch, checked, draft_of, sketch
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _
from atesaki.judgement.decision import Action, Release
from atesaki.policies.drafting.draft import PolicyDraft
from atesaki.policies.drafting.drafting import Change
from atesaki.policies.drafting.line_ends import with_line_ends_of
from atesaki.policies.editing import CannotEdit
from atesaki.policies.in_words import name
from atesaki.policies.load import TEST_ENDING

_ADDED = _("The test was added to the draft.")
_MENDED = _("The test expects what happens now.")
_REMOVED = _("The test was removed from the draft.")


class CasePages(NamedTuple):
    """The pages about the tests of one policy."""

    ports: Ports

    def show(self, ask: Ask) -> Response:
        """Show every test with what it expects and what it got."""
        draft = draft_of(self.ports, ask)
        return self._page(ask, draft, sketch(draft, ask.path("policy"), ask))

    def add(self, ask: Ask) -> Response:
        """Add a test: a mail, and what is expected of it."""
        draft = draft_of(self.ports, ask)
        found = sketch(draft, ask.path("policy"), ask)
        file = f"{found.id}{TEST_ENDING}"
        current = draft.files.get(file)
        base = with_line_ends_of(current, ask.value("base")) if "base" in ask.form else None
        try:
            text = added_test(ask, file, base or "")
        except (Wrong, CannotEdit) as error:
            return self._page(ask, draft, found, error)
        return self._saved(ask, draft, Change(file, base, text), _ADDED)

    def mend(self, ask: Ask) -> Response:
        """Let a test expect what happens now, or remove it."""
        draft = draft_of(self.ports, ask)
        found = sketch(draft, ask.path("policy"), ask)
        file = f"{found.id}{TEST_ENDING}"
        base = with_line_ends_of(draft.files.get(file), ask.value("base"))
        try:
            text = mended_test(ask, {**draft.files, file: base}, file)
        except (Wrong, CannotEdit) as error:
            return self._page(ask, draft, found, error)
        said = _REMOVED if ask.value("do") == "remove" else _MENDED
        return self._saved(ask, draft, Change(file, base, text), said)

    def _saved(self, ask: Ask, draft: PolicyDraft, change: Change, said: str) -> Response:
        then = f"/policies/drafts/{draft.head.id}/of/{change.name.removesuffix(TEST_ENDING)}/tests"
        return save(Bench(self.ports, ask, draft), change, then, said)

    def _page(self, ask: Ask, draft: PolicyDraft, found: Sketch, error: Wrong | CannotEdit | None = None) -> Response:
        file = f"{found.id}{TEST_ENDING}"
        result = checked(draft.files)
        return page(
            ask,
            "policies/tests.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK,
            draft=draft.head,
            policy=found,
            file=file,
            text=draft.files.get(file),
            results=[each for each in result.results if each.file == file],
            mistakes=result.mistakes,
            loads=result.loaded is not None,
            error=error,
            sentence=ask.text(error.args[0]) if error else "",
            rules=[str(rule["id"]) for rule in found.rules if isinstance(rule, dict) and "id" in rule],
            actions=_named(Action, ask),
            releases=_named(Release, ask),
            value=ask.value,
            values=ask.values,
        )


def _named(values: Any, ask: Ask) -> list[tuple[str, str]]:  # noqa: ANN401 - an enumeration
    return [(value.value, name(value.value, ask.locale)) for value in values]
