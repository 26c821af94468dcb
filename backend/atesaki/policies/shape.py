"""Checks YAML nodes against msgspec types and finds every mistake at once, where msgspec would stop at the first."""

import difflib
import re
import types
import typing
from collections.abc import Callable, Iterable, Mapping
from typing import Literal, TypeVar, get_args

import msgspec
from msgspec import Meta, Struct
from yaml import MappingNode, Node, ScalarNode, SequenceNode

from atesaki.policies.document import Document
from atesaki.policies.errors import PolicyError, PolicyErrors
from atesaki.policies.kinds import (
    Kind,
    bare,
    choices_of,
    described,
    fields_of,
    found_in,
    is_container,
    is_struct,
    options_of,
    origin_of,
    written,
)

T = TypeVar("T", bound=Struct)

_NO_VALUE = None
"""What stands in for a value with a mistake; a document with mistakes is never used."""

PATTERNS = {
    # As msgspec writes them in its message, with every backslash twice.
    r"^[a-z][a-z0-9_]{0,63}$(?!\\n)": "lower-case letters, digits and underscores, beginning with a letter, 64 at most",
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$(?!\\n)": "a time of day such as 08:30",
}
_LIMITS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], str]], ...] = (
    (re.compile(r"matching regex '(.*)'"), lambda found: PATTERNS.get(found[1], f"text matching {found[1]}")),
    (re.compile(r"of length >= 1\b"), lambda _: "a text that is not empty"),
    (re.compile(r"of length <= (\S+)"), lambda found: f"text of at most {int(found[1]):,} characters"),
    (re.compile(r">= (\S+)"), lambda found: f"a number of at least {found[1]}"),
    (re.compile(r"<= (\S+)"), lambda found: f"a number of at most {found[1]}"),
    (re.compile(r"> (\S+)"), lambda found: f"a number greater than {found[1]}"),
)


class Reader:
    """Turns the nodes of one document into plain values for a type, collecting every mistake on the way."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self.errors: list[PolicyError] = []

    def read(self, node: Node, kind: Kind) -> object:
        """Return the plain value of a node; what is wrong with it goes into `errors`."""
        options = options_of(kind)
        if isinstance(node, MappingNode):
            struct = next((option for option in options if is_struct(option)), None)
            if struct is not None:
                return self._struct(node, struct)
            mapping = next((option for option in options if origin_of(option) in {dict, Mapping}), None)
            return self._mapping(node, get_args(mapping)[1]) if mapping else self._wrong(node, options)
        if isinstance(node, SequenceNode):
            listed = next((option for option in options if origin_of(bare(option)) is tuple), None)
            return self._list(node, listed) if listed else self._wrong(node, options)
        return self._scalar(node, options) if isinstance(node, ScalarNode) else self._wrong(node, options)

    def _list(self, node: SequenceNode, listed: Kind) -> object:
        least = max((meta.min_length or 0 for meta in get_args(listed)[1:] if isinstance(meta, Meta)), default=0)
        if len(node.value) < least:
            return self._complain(node, "Expected a list with at least one entry.")
        return [self.read(item, get_args(bare(listed))[0]) for item in node.value]

    def _struct(self, node: MappingNode, struct: type[Struct]) -> dict[str, object]:
        fields = {field.encode_name: field for field in fields_of(struct)}
        values = {}
        for name, key, value in self._items(node):
            if name in fields:
                values[name] = self.read(value, fields[name].type)
            else:
                self._complain(key, unknown_name(name, fields, "key", "Known keys here"))
        for name, field in fields.items():
            if field.required and name not in values:
                self._complain(node, f"The key “{name}” is missing.")
        return values

    def _mapping(self, node: MappingNode, kind: Kind) -> dict[str, object]:
        return {name: self.read(value, kind) for name, _, value in self._items(node)}

    def _items(self, node: MappingNode) -> Iterable[tuple[str, Node, Node]]:
        seen = set()
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self._complain(key, "A key must be a plain word.")
            elif key.value in seen:
                self._complain(key, f"The key “{key.value}” stands here twice; the first one would be lost.")
            else:
                seen.add(key.value)
                yield key.value, key, value

    def _scalar(self, node: ScalarNode, options: list[Kind]) -> object:
        leaves = tuple(option for option in options if not is_container(option))
        try:
            value = self._document.scalar(node)
        except ValueError:
            return self._complain(node, "The number is too long.")
        choices = [choice for leaf in leaves for choice in choices_of(leaf)]
        if any(type(choice) is type(value) and choice == value for choice in choices):
            return value
        rest = tuple(leaf for leaf in leaves if not choices_of(leaf))
        if not rest or (choices and isinstance(value, str)):
            return self._no_choice(node, value, choices) if choices else self._wrong(node, options)
        return self._converted(node, value, rest, options)

    def _converted(self, node: ScalarNode, value: object, leaves: tuple[Kind, ...], options: list[Kind]) -> object:
        try:
            msgspec.convert(value, typing.Union[leaves], strict=True)  # noqa: UP007 - built from a tuple of types
        except msgspec.ValidationError as error:
            wanted = next((say(found) for limit, say in _LIMITS if (found := limit.search(str(error)))), None)
            return self._complain(node, f"Expected {wanted}.") if wanted else self._wrong(node, options)
        return value

    def _no_choice(self, node: ScalarNode, value: object, choices: list[object]) -> object:
        if isinstance(value, str):
            names = [written(choice) for choice in choices]
            return self._complain(node, unknown_name(value, names, "value", "Known values"))
        return self._wrong(node, [Literal[tuple(choices)]])

    def _wrong(self, node: Node, options: list[Kind]) -> object:
        wanted = dict.fromkeys(described(option) for option in options if option is not types.NoneType)
        return self._complain(node, f"Expected {' or '.join(wanted)}, found {found_in(node)}.")

    def _complain(self, node: Node, sentence: str) -> object:
        self.errors.append(self._document.error(node, sentence))
        return _NO_VALUE


def read_document(document: Document, kind: type[T]) -> T:
    """Return the content of a document as `kind`, or raise `PolicyErrors` with every mistake in its shape."""
    reader = Reader(document)
    value = reader.read(document.root, kind)
    if reader.errors:
        raise PolicyErrors(reader.errors)
    try:
        return msgspec.convert(value, kind, strict=True)
    except msgspec.ValidationError as error:
        # The reader has checked the same types; this only keeps a gap between the two from passing unseen.
        raise PolicyErrors([document.error(document.root, f"{error}.")]) from error


def unknown_name(name: str, known: Iterable[str], what: str, all_of_them: str) -> str:
    """Return the sentence for an unknown name: the nearest known one, else all of them."""
    names = list(known)
    near = difflib.get_close_matches(name.lower(), names, n=1)
    hint = f"did you mean “{near[0]}”?" if near else f"{all_of_them}: {', '.join(names)}."
    return f"Unknown {what} “{name}”; {hint}" if near else f"Unknown {what} “{name}”. {hint}"
