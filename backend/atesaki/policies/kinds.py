"""Looks into the types of annotations: which values fit, and how to say so in words."""

import datetime as dt
import enum
import functools
import types
import typing
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias, get_args, get_origin

import msgspec
from msgspec import Struct
from yaml import MappingNode, Node, SequenceNode

Kind: TypeAlias = Any
"""A type as it stands in an annotation; Python has no type for all of them."""

_NAMES: dict[object, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    dt.date: "a date such as 2026-04-01",
    dt.datetime: "a moment such as 2026-04-01T10:00:00+09:00",
}


@functools.cache
def fields_of(struct: type[Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    """Return the fields of a struct with their types."""
    return msgspec.structs.fields(struct)


def origin_of(kind: Kind) -> object:
    """Return what a type is made with, such as `Literal` or `tuple`; `None` for a plain one."""
    return get_origin(kind)


def options_of(kind: Kind) -> list[Kind]:
    """Return the members of a union, or the one type."""
    if origin_of(kind) in {types.UnionType, typing.Union}:
        return [option for part in get_args(kind) for option in options_of(part)]
    return [kind]


def bare(option: Kind) -> Kind:
    """Return a type without its limits."""
    return get_args(option)[0] if origin_of(option) is Annotated else option


def is_struct(option: Kind) -> bool:
    """Return whether a type is a struct."""
    return isinstance(option, type) and issubclass(option, Struct)


def is_container(option: Kind) -> bool:
    """Return whether values of a type hold further values."""
    return is_struct(option) or origin_of(bare(option)) in {tuple, dict, Mapping}


def choices_of(option: Kind) -> list[object]:
    """Return the fixed values of a literal or an enumeration."""
    if origin_of(option) is Literal:
        return list(get_args(option))
    if isinstance(option, type) and issubclass(option, enum.StrEnum):
        return [member.value for member in option]
    return []


def written(choice: object) -> str:
    """Return a fixed value as it is written in YAML."""
    return str(choice).lower() if isinstance(choice, bool) else str(choice)


def described(option: Kind) -> str:
    """Return in words what a type wants."""
    if choices := choices_of(option):
        return " or ".join(map(written, choices))
    if is_struct(option):
        return f"a mapping ({', '.join(f.encode_name for f in fields_of(option))})"
    if origin_of(bare(option)) is tuple:
        return "a list"
    return "a mapping" if is_container(option) else _NAMES.get(bare(option), "another value")


def found_in(node: Node) -> str:
    """Return in words what stands in a file."""
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, SequenceNode):
        return "a list"
    word = {"str": "text", "int": "a number", "float": "a number", "null": "nothing"}.get(node.tag.rpartition(":")[2])
    return word or f"“{node.value}”"
