"""The fields of a form, derived from the types of the policy language: a new key appears by itself."""

from __future__ import annotations

import datetime as dt
import types
from collections.abc import Sequence
from typing import Any, Literal, get_args

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from atesaki.judgement.conditions import Condition
from atesaki.policies.editing.source import Path, Step
from atesaki.policies.kinds import Kind, bare, choices_of, fields_of, is_struct, options_of, origin_of, written

Widget = Literal["text", "number", "share", "date", "choice", "choices", "lines", "group", "switch", "items"]

THESE = "these"
"""The value of a switch that is neither true nor false: the fields inside count."""


class Field(Struct, frozen=True, kw_only=True):
    """One field, at its place in the file, with what stands there now.

    `choices` are fixed values as they are written; `alone` says that one of them may stand without a list.
    `inside` are the fields of a group or of each item; a condition that isn't there yet has none, but can be added.
    """

    path: tuple[Step, ...]
    widget: Widget
    owner: str
    required: bool
    value: object
    choices: tuple[str, ...] = ()
    alone: bool = False
    default: object = None
    inside: tuple[Field, ...] = ()

    @property
    def key(self) -> Step:
        """The last step of the path."""
        return self.path[-1]

    @property
    def name(self) -> str:
        """The name of the input."""
        return ".".join(map(str, self.path))

    @property
    def label(self) -> str:
        """What the labels know it by."""
        return f"{self.owner}.{self.key}"

    @property
    def there(self) -> bool:
        """Whether anything stands in the file."""
        return self.value is not None


def fields(struct: type[Struct], path: Path, data: object) -> tuple[Field, ...]:
    """Return the fields of a struct, filled with plain data from a file (however wrong that may be)."""
    given = data if isinstance(data, dict) else {}
    return tuple(
        _field(struct, info, (*path, info.encode_name), given.get(info.encode_name)) for info in fields_of(struct)
    )


def leaves(found: Sequence[Field]) -> list[Field]:
    """Return all fields that are inputs themselves, in the order of the form."""
    flat: list[Field] = []
    for field in found:
        if field.widget in {"group", "items"}:
            flat += leaves(field.inside)
        else:
            flat += [field, *leaves(field.inside)]
    return flat


def orders_of(root: type[Struct], path: Path) -> list[tuple[str, ...]]:
    """Return, for each step of a path, the keys that may stand there, in the order of the language."""
    orders: list[tuple[str, ...]] = []
    kind: Kind = root
    for step in path:
        struct = _struct_of(kind)
        infos = {info.encode_name: info.type for info in fields_of(struct)} if struct and isinstance(step, str) else {}
        orders.append(tuple(infos))
        kind = infos.get(str(step)) if infos else _item_of(kind)
    return orders


def _field(struct: type[Struct], info: msgspec.structs.FieldInfo, path: tuple[Step, ...], value: object) -> Field:
    options = [option for option in options_of(info.type) if option is not types.NoneType]
    field = Field(
        path=path, widget="text", owner=struct.__name__, required=info.required, value=value, default=_default(info)
    )
    inner = next((option for option in options if is_struct(option)), None)
    item = next((_item_of(option) for option in options if _item_of(option) is not None), None)
    choices = tuple(written(choice) for option in options for choice in _choices(option))
    if inner is not None:
        inside = () if inner is Condition and value is None and not info.required else fields(inner, path, value)
        return replace(field, widget="switch" if choices else "group", choices=choices, inside=inside)
    if item is not None and is_struct(item):
        items = value if isinstance(value, list) else []
        each = tuple(_item(item, (*path, place), one) for place, one in enumerate(items))
        return replace(field, widget="items", inside=each)
    if item is not None:
        several = tuple(written(choice) for choice in choices_of(bare(item)))
        return replace(field, widget="choices" if several else "lines", choices=several, alone=bool(choices))
    return replace(field, widget=_widget(options, choices), choices=choices)


def _item(struct: type[Struct], path: tuple[Step, ...], value: object) -> Field:
    inside = fields(struct, path, value)
    return Field(path=path, widget="group", owner=struct.__name__, required=True, value=value, inside=inside)


def _default(info: msgspec.structs.FieldInfo) -> object:
    return None if info.default is msgspec.NODEFAULT or isinstance(info.default, Struct) else info.default


def _choices(option: Kind) -> list[object]:
    return [True, False] if option is bool else choices_of(option)


def _widget(options: Sequence[Kind], choices: Sequence[str]) -> Widget:
    if choices:
        return "choice"
    plain = {bare(option) for option in options}
    widgets: dict[Any, Widget] = {int: "number", float: "share", dt.date: "date"}
    return next((widgets[kind] for kind in plain if kind in widgets), "text")


def _struct_of(kind: Kind) -> type[Struct] | None:
    return next((option for option in options_of(kind) if is_struct(option)), None)


def _item_of(kind: Kind) -> Kind:
    """Return the type of the items of a list, `None` for what is no list."""
    lists = [bare(option) for option in options_of(kind) if origin_of(bare(option)) is tuple]
    return get_args(lists[0])[0] if lists else None
