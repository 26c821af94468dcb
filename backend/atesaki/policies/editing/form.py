"""Turns what was typed into a form into changes of the file: a field that nobody touched changes nothing."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from atesaki.judgement.policy import Policy
from atesaki.policies.editing.edit import set_value, unset
from atesaki.policies.editing.fields import THESE, Field, leaves, orders_of
from atesaki.policies.editing.source import CannotEdit, Path, plain_of
from atesaki.policies.errors import PolicyErrors
from atesaki.policies.kinds import written as word
from atesaki.policies.trace import written

Given = Callable[[str], Sequence[str]]
"""Returns the texts that a form sent under a name; none where it had no such input."""


def shown(field: Field) -> list[str]:
    """Return what the inputs of a field hold: one text, or the ticked choices."""
    value = field.value
    if value is None:
        return [] if field.widget == "choices" else [""]
    if field.widget == "choices":
        return [_word(each) for each in (value if isinstance(value, list) else [value])]
    if field.widget == "lines" and isinstance(value, list):
        return ["\n".join(_word(each) for each in value)]
    if field.widget == "switch" and isinstance(value, dict):
        return [THESE]
    return [_word(value)]


def changed_by_form(file: str, text: str, found: Sequence[Field], given: Given) -> str:
    """Return the text after the changes of a form; raises `CannotEdit` where one can't be made safely."""
    for field in leaves(found):
        sent = _sent(field, given)
        if sent is not None and not _same(field, sent):
            text = _set(file, text, field, sent)
    return text


def _sent(field: Field, given: Given) -> list[str] | None:
    """Return what was sent for a field, `None` where the form had no such input."""
    sent = [each.replace("\r\n", "\n") for each in given(field.name)]
    if not sent:
        return None
    # An empty input of the same name says that the boxes were there to be ticked.
    return [choice for choice in sent if choice] if field.widget == "choices" else sent


def carried_over(file: str, theirs: str, found: Sequence[Field], given: Given) -> str | None:
    """Return what somebody else saved with the changes of a form that was made from an older text.

    `None` where both changed the same field, or where the rule is no longer in its place: then people have to look.
    """
    try:
        data = plain_of(file, theirs)
        for field in leaves(found):
            # The name says whether it is still the same rule, whoever changed what else in it.
            if (field.key == "id" or _touched(field, given)) and _value_at(data, field.path) != field.value:
                return None
        return changed_by_form(file, theirs, found, given)
    except (PolicyErrors, CannotEdit):
        return None


def _touched(field: Field, given: Given) -> bool:
    sent = _sent(field, given)
    return sent is not None and not _same(field, sent)


def _value_at(data: object, path: Path) -> object:
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _same(field: Field, sent: list[str]) -> bool:
    before = shown(field)
    if field.widget == "lines":
        return _lines(before[0]) == _lines(sent[0])
    return sorted(before) == sorted(sent)


def _set(file: str, text: str, field: Field, sent: list[str]) -> str:
    value = parsed(field, sent)
    if value == THESE:
        return text
    if value is None:
        return without(file, text, field.path)
    return set_value(file, text, field.path, value, orders_of(Policy, field.path))


def parsed(field: Field, sent: Sequence[str]) -> object:
    """Return the value that was typed; whatever doesn't fit stays the text that it is, for the loader to name."""
    if field.widget == "choices":
        chosen = [choice for choice in field.choices if choice in sent]
        chosen += [other for other in sent if other not in field.choices]
        return (chosen[0] if len(chosen) == 1 and field.alone else chosen) or None
    typed = sent[0]
    if field.widget == "lines":
        return _lines(typed) or None
    if field.widget in {"choice", "switch"}:
        return {"true": True, "false": False, "": None}.get(typed, typed)
    if field.widget in {"number", "share"}:
        return _number(typed)
    return typed.strip() or None


def without(file: str, text: str, path: Path) -> str:
    """Return the text without a value, and without whatever holds nothing else; an item of a list stays."""
    data = plain_of(file, text)
    last = len(path)
    while last > 1 and isinstance(path[last - 2], str) and path[last - 2] != "when" and _alone(data, path[:last]):
        last -= 1
    return unset(file, text, path[:last])


def _alone(data: object, path: Path) -> bool:
    for step in path[:-1]:
        data = data[step]  # type: ignore[index]
    return isinstance(data, dict) and data.keys() == {path[-1]}


def _number(typed: str) -> object:
    plain = unicodedata.normalize("NFKC", typed).strip().replace(",", "")
    if not plain:
        return None
    part = plain.removesuffix("%").strip()
    try:
        number = float(part) / 100 if part != plain else int(part) if part.lstrip("+-").isdecimal() else float(part)
    except ValueError:
        return typed.strip()
    return number


def _lines(typed: str) -> list[str]:
    return [line.strip() for line in typed.splitlines() if line.strip()]


def _word(value: object) -> str:
    if isinstance(value, dict | list):
        return written(value)
    return word(value) if value is not None else ""
