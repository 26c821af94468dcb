"""A policy of a draft by form: its title, its rules, and each rule with everything that it may hold."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from msgspec import structs
from starlette.responses import Response
from yaml import SequenceNode

from atesaki.console.policies.form_page import form_view, policy_fields, preview_of, rule_fields
from atesaki.console.policies.ports import Ports
from atesaki.console.policies.reading import Reader
from atesaki.console.policies.rendering import fragment, page
from atesaki.console.policies.saving import CarryOver, save
from atesaki.console.policies.stubs import NEW_RULE, exemption_stub, new_id, rule_stub
from atesaki.console.policies.workbench import Bench, Edited, Sketch, draft_of, number_in, sketch
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _
from atesaki.policies.drafting.draft import DraftChanged, PolicyDraft
from atesaki.policies.drafting.drafting import Change
from atesaki.policies.drafting.line_ends import with_line_ends_of, with_line_feeds
from atesaki.policies.editing import CannotEdit, add_item, copy_item, move_item, remove_item, set_value, unset
from atesaki.policies.editing.fields import Field
from atesaki.policies.editing.form import carried_over, changed_by_form
from atesaki.policies.editing.source import Source
from atesaki.policies.errors import PolicyErrors

_PART_ADDED = _("Added, and everything else was saved too. Fill it in below.")
_PART_REMOVED = _("Removed, and everything else was saved too.")
_RULE_ADDED = _("A new rule stands at the end. It is only tried out until you enforce it.")


class RulePages(NamedTuple):
    """The forms of a policy and of its rules."""

    ports: Ports

    def policy(self, ask: Ask) -> Response:
        """Show a policy of the draft with its rules in words."""
        draft, found = self._found(ask)
        return self._policy_page(ask, draft, found)

    def save_policy(self, ask: Ask) -> Response:
        """Save the title and the reason of a policy."""
        draft, found = self._found(ask)
        file, base = _file(found), self._base(ask, draft, found)
        try:
            text = changed_by_form(file, base, policy_fields(file, base), ask.values)
        except CannotEdit as error:
            return self._policy_page(ask, draft, found, error)
        carry_over = _carry_over(ask, file, policy_fields(file, base))
        bench, then = Bench(self.ports, ask, draft), self._at(draft, found)
        return save(bench, Change(file, base, text), then, carry_over=carry_over)

    def arrange(self, ask: Ask) -> Response:
        """Add, copy, move or remove a rule."""
        draft, found = self._found(ask)
        base = self._base(ask, draft, found)
        try:
            text, then, said = self._arranged(ask, found, base)
        except CannotEdit as error:
            return self._policy_page(ask, draft, found, error)
        return save(
            Bench(self.ports, ask, draft), Change(_file(found), base, text), self._at(draft, found) + then, said
        )

    def rule(self, ask: Ask) -> Response:
        """Show the form of one rule."""
        draft, found = self._found(ask)
        place = number_in(ask.path("place"), len(found.rules))
        return self._rule_page(
            Bench(self.ports, ask, draft), found, Edited(_file(found), found.text, found.text), place
        )

    def save_rule(self, ask: Ask) -> Response:
        """Save the form, add or remove a part of it, or only look at it again with what was typed."""
        draft, found = self._found(ask)
        file, base = _file(found), self._base(ask, draft, found)
        do, _colon, part = ask.value("do").partition(":")
        here = f"{self._at(draft, found)}/rules/{ask.path('place')}"
        try:
            text, place = self._typed(ask, file, base)
            if do == "preview":
                return self._rule_page(Bench(self.ports, ask, draft), found, Edited(file, base, text), place)
            if do in {"add", "remove"}:
                text = self._with_part(ask, file, text, part) if do == "add" else _without_part(file, text, part)
                said = _PART_ADDED if do == "add" else _PART_REMOVED
                return save(Bench(self.ports, ask, draft), Change(file, base, text), f"{here}#{part}", said)
        except CannotEdit as error:
            edited, place = Edited(file, base, base), number_in(ask.path("place"), 10**6)
            return self._rule_page(Bench(self.ports, ask, draft), found, edited, place, error)
        carry_over = _carry_over(ask, file, rule_fields(file, base, place))
        return save(Bench(self.ports, ask, draft), Change(file, base, text), here, carry_over=carry_over)

    def preview(self, ask: Ask) -> Response:
        """Show what staff would see, while somebody types."""
        draft, found = self._found(ask)
        file, base = _file(found), self._base(ask, draft, found)
        try:
            text, place = self._typed(ask, file, base)
        except CannotEdit:
            text, place = base, number_in(ask.path("place"), 10**6)
        _view, result = form_view(ask, rule_fields(file, text, place), {**draft.files, file: text}, file)
        seen = preview_of(file, text, place, result.loaded)
        return fragment(ask, "policies/preview.html", preview=seen, mistakes=result.mistakes_in(file))

    def _found(self, ask: Ask) -> tuple[PolicyDraft, Sketch]:
        draft = draft_of(self.ports, ask)
        name = f"{ask.path('policy')}.yaml"
        if name not in draft.files and "base" in ask.form:
            # Somebody removed it meanwhile: what was typed is worked out on what its sender saw, and then shown.
            draft = structs.replace(draft, files={**draft.files, name: with_line_feeds(ask.value("base"))})
        return draft, sketch(draft, ask.path("policy"), ask)

    def _base(self, ask: Ask, draft: PolicyDraft, found: Sketch) -> str:
        """Return the text that the form was made from."""
        return with_line_ends_of(draft.files.get(_file(found)), ask.value("base"))

    def _typed(self, ask: Ask, file: str, base: str) -> tuple[str, int]:
        """Return the text with what was typed, and the place of the rule."""
        place = number_in(ask.path("place"), 10**6)
        try:
            return changed_by_form(file, base, rule_fields(file, base, place), ask.values), place
        except (PolicyErrors, KeyError, IndexError, TypeError) as error:
            raise DraftChanged("The form belongs to another state of the file. Open the rule again.") from error

    def _arranged(self, ask: Ask, found: Sketch, base: str) -> tuple[str, str, str]:
        """Return the new text, where to go, and what to say."""
        file, path = _file(found), ("rules",)
        do, _colon, rest = ask.value("do").partition(":")
        taken = [rule.get("id") for rule in found.rules if isinstance(rule, dict)]
        if do == "add":
            text = add_item(file, base, path, rule_stub(new_id(NEW_RULE, taken)))
            return text, f"/rules/{len(found.rules)}", _RULE_ADDED
        place = number_in(rest, len(found.rules))
        if do == "copy":
            wanted = new_id(str(taken[place]) if place < len(taken) else NEW_RULE, taken)
            return copy_item(file, base, path, place, {"id": wanted}), f"/rules/{place + 1}", _("The rule was copied.")
        if do == "up" and place > 0:
            return move_item(file, base, path, place, place - 1), "", _("The rule was moved.")
        if do == "down" and place < len(found.rules) - 1:
            return move_item(file, base, path, place, place + 1), "", _("The rule was moved.")
        if do == "remove":
            return remove_item(file, base, path, place), "", _("The rule was removed from the draft.")
        return base, "", _("Nothing was changed.")

    def _with_part(self, ask: Ask, file: str, text: str, part: str) -> str:
        path = _path(part)
        if path[-1] == "exemptions":
            return add_item(file, text, path, exemption_stub(ask.person.author, self.ports.today))
        if path[-1] in {"all", "any"}:
            return add_item(file, text, path, {})
        return set_value(file, text, path, {})

    def _policy_page(self, ask: Ask, draft: PolicyDraft, found: Sketch, error: CannotEdit | None = None) -> Response:
        file = _file(found)
        own = policy_fields(file, found.text) if found.plain is not None else ()
        view, result = form_view(ask, own, draft.files, file)
        reader = Reader(ask.locale, self.ports.today, {})
        return page(
            ask,
            "policies/draft_policy.html",
            status=error.status if error else HTTPStatus.OK,
            draft=draft.head,
            policy=found,
            file=file,
            form=view,
            rules=reader.policy(found.policy).rules if found.policy else [],
            mistakes=result.mistakes_in(file),
            elsewhere=result.mistakes_elsewhere(file),
            error=error,
        )

    def _rule_page(
        self, bench: Bench, found: Sketch, edited: Edited, place: int, error: CannotEdit | None = None
    ) -> Response:
        ask, draft, file, text = bench.ask, bench.draft, edited.file, edited.text
        view, result = form_view(ask, rule_fields(file, text, place), {**draft.files, file: text}, file)
        if error:
            view = view._replace(typed={name: ask.values(name) for name in ask.form if name not in {"csrf", "base"}})
        return page(
            ask,
            "policies/rule.html",
            status=error.status if error else HTTPStatus.OK,
            draft=draft.head,
            policy=found,
            place=place,
            file=file,
            form=view,
            base=edited.base,
            unsaved=text != draft.files.get(file),
            mistakes=result.mistakes_in(file),
            elsewhere=result.mistakes_elsewhere(file),
            failed=result.failed,
            missing=[each for each in bench.ports.missing_rosters(result.loaded) if each.policy == found.id],
            preview=preview_of(file, text, place, result.loaded),
            error=error,
        )

    def _at(self, draft: PolicyDraft, found: Sketch) -> str:
        return f"/policies/drafts/{draft.head.id}/of/{found.id}"


def _carry_over(ask: Ask, file: str, fields: tuple[Field, ...]) -> CarryOver:
    return lambda theirs: carried_over(file, theirs, fields, ask.values)


def _file(found: Sketch) -> str:
    return f"{found.id}.yaml"


def _path(part: str) -> tuple[str | int, ...]:
    return tuple(int(step) if step.isdecimal() else step for step in part[:500].split("."))


def _without_part(file: str, text: str, part: str) -> str:
    *above, last = _path(part)
    if not isinstance(last, int):
        return unset(file, text, (*above, last))
    items = Source(file, text).nodes(above)[-1]
    if isinstance(items, SequenceNode) and len(items.value) == 1:
        return unset(file, text, above)
    return remove_item(file, text, above, last)
