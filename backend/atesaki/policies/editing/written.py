"""Writes values as YAML, on one line where they fit and as a block where they don't."""

import re
from collections.abc import Mapping, Sequence

import yaml
from yamlcore import CoreDumper

LINE_LENGTH = 110
_ENDLESS = 1 << 20
_LINE_END = re.compile("[\n\r\x85\u2028\u2029]")


class _Dumper(CoreDumper):  # type: ignore[misc] # The library has no types.
    """Writes texts of several lines in double quotes, on one line."""


def _text(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    style = '"' if _LINE_END.search(value) else None
    node: yaml.ScalarNode = dumper.represent_scalar("tag:yaml.org,2002:str", value, style)
    return node


_Dumper.add_representer(str, _text)


def on_one_line(value: object, style: str | None = None) -> str:
    """Return a value as flow YAML that may stand anywhere, in another flow too; `style` is the quote of a text."""
    if isinstance(value, str) and style in {"'", '"'}:
        return _dumped(value, style)
    # In a list of its own, so that commas and brackets are quoted.
    return _dumped([value])[1:-1]


def entry(key: str, value: object, indent: int) -> list[str]:
    """Return the lines of one key of a block mapping."""
    line = f"{' ' * indent}{on_one_line(key)}: {on_one_line(value)}"
    if len(line) <= LINE_LENGTH or not _nested(value):
        return [line]
    return [f"{' ' * indent}{on_one_line(key)}:", *block(value, indent + 2)]


def block(value: object, indent: int) -> list[str]:
    """Return the lines of a list or mapping written as a block."""
    if isinstance(value, Mapping):
        return [line for key, each in value.items() for line in entry(key, each, indent)]
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [line for each in value for line in item(each, indent)]
    return [f"{' ' * indent}{on_one_line(value)}"]


def item(value: object, indent: int) -> list[str]:
    """Return the lines of one item of a block list, the dash included."""
    flow = f"{' ' * indent}- {on_one_line(value)}"
    if not isinstance(value, Mapping) or (len(flow) <= LINE_LENGTH and "when" not in value):
        return [flow]
    first, *rest = block(value, indent + 2)
    return [f"{' ' * indent}- {first[indent + 2 :]}", *rest]


def _nested(value: object) -> bool:
    return isinstance(value, Mapping | list | tuple) and bool(value)


def _dumped(value: object, style: str | None = None) -> str:
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=True,
        default_style=style,
        allow_unicode=True,
        width=_ENDLESS,
        sort_keys=False,
    )
    return text.removesuffix("\n").removesuffix("\n...")
