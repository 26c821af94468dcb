"""One rule of a draft as a form: its fields with what was typed, their mistakes, and the dialog that staff see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from atesaki.console.policies.labels import hint, label
from atesaki.console.policies.places import by_field
from atesaki.console.policies.preview import Preview, preview
from atesaki.console.policies.workbench import Checked, checked
from atesaki.console.shell.ask import Ask
from atesaki.judgement.conditions import Condition, ConditionError
from atesaki.judgement.policy import Policy, Rule
from atesaki.policies.document import Document
from atesaki.policies.editing import plain_of
from atesaki.policies.editing.fields import THESE, Field, fields
from atesaki.policies.editing.form import shown
from atesaki.policies.errors import PolicyErrors
from atesaki.policies.in_words import condition_in_words, name
from atesaki.policies.in_words.mistakes import mistake_in_words
from atesaki.policies.load import LoadedSet
from atesaki.policies.shape import read_document


class FormView(NamedTuple):
    """The form of one rule, or of a policy's own keys, as a template shows it."""

    ask: Ask
    fields: tuple[Field, ...]
    mistakes: Mapping[str, list[str]]
    typed: Mapping[str, list[str]]

    def field(self, key: str) -> Field:
        """Return the field of a key."""
        return next(field for field in self.fields if field.key == key)

    def texts(self, field: Field) -> list[str]:
        """Return what the inputs of a field hold: what was typed, else what the file says."""
        return self.typed.get(field.name) or shown(field)

    def default(self, field: Field) -> str:
        """Return what holds where nothing is given, in words."""
        return name(field.default, self.ask.locale)

    def wrong(self, field: Field) -> list[str]:
        """Return what is wrong with the value of a field."""
        return [mistake_in_words(sentence, self.ask.locale) for sentence in self.mistakes.get(field.name, [])]

    def label(self, field: Field) -> str:
        """Return the name of a field."""
        return label(field.label, self.ask)

    def hint(self, field: Field) -> str:
        """Return what a field means."""
        # What a sender reads needs advice; a title or a reason doesn't.
        return hint(field.label, self.ask) if field.owner != "Text" or "message" in field.path else ""

    def words(self, field: Field) -> str:
        """Return what a part of a condition asks for, in words; empty where it can't be read."""
        try:
            asked = msgspec.convert({field.key: field.value}, Condition)
        except msgspec.ValidationError:
            return ""
        return "; ".join(clause.text for clause in condition_in_words(asked, self.ask.locale))

    def choices(self, field: Field) -> list[tuple[str, str]]:
        """Return the choices of a field in words, with one that only the file knows."""
        known = [(choice, name(choice, self.ask.locale)) for choice in field.choices]
        return [*known, *((text, text) for text in self.texts(field) if text and text not in (*field.choices, THESE))]


def rule_fields(file: str, text: str, place: int) -> tuple[Field, ...]:
    """Return the fields of one rule of a file."""
    data: Any = plain_of(file, text)
    return fields(Rule, ("rules", place), data["rules"][place])


def policy_fields(file: str, text: str) -> tuple[Field, ...]:
    """Return the fields of a policy itself, without its rules."""
    return tuple(field for field in fields(Policy, (), plain_of(file, text)) if field.key != "rules")


def form_view(ask: Ask, found: tuple[Field, ...], files: dict[str, str], file: str) -> tuple[FormView, Checked]:
    """Return the form of fields of a file, with the mistakes of the whole set at their places."""
    result = checked(files)
    return FormView(ask, found, by_field(file, files[file], result.mistakes_in(file)), {}), result


def preview_of(file: str, text: str, place: int, loaded: LoadedSet | None) -> Preview | None:
    """Return what staff would see, `None` while the rule can't be read."""
    try:
        policy = read_document(Document(file, text), Policy)
    except PolicyErrors:
        return None
    if place >= len(policy.rules) or policy.rules[place].action == "allow":
        return None
    try:
        return preview(policy, policy.rules[place], loaded)
    except ConditionError:
        return None
