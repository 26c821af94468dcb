"""The changes that a form makes to a policy file, each checked: it says what was wanted, and nothing else differs."""

import copy
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from atesaki.policies.editing import block_list, flow
from atesaki.policies.editing.source import Path, Source, Step, cannot, plain_of
from atesaki.policies.editing.written import entry, on_one_line
from atesaki.policies.errors import PolicyErrors


def set_value(file: str, text: str, path: Path, value: object, orders: Sequence[Sequence[str]] = ()) -> str:
    """Return the text with a value set; what is missing on the way to it is made.

    `orders` has, for each step of the path, the keys that usually stand there, in their order.
    """
    source = Source(file, text)
    found = source.nodes(path)
    reached = len(found) - 1
    if reached == len(path):
        changed = _replaced(source, found, value)
    elif _holds(found[-1], path[reached]):
        order = orders[reached] if reached < len(orders) else ()
        changed = _inserted(source, found, str(path[reached]), _wrapped(path[reached + 1 :], value), order)
    elif isinstance(found[-1], ScalarNode):
        changed = _replaced(source, found, _wrapped(path[reached:], value))
    else:
        raise cannot("a list or mapping stands in the way")
    return _checked(file, text, changed, lambda data: _set(data, path, value))


def unset(file: str, text: str, path: Path) -> str:
    """Return the text without one key; comments above it stay."""
    source = Source(file, text)
    found = source.nodes(path)
    if len(found) <= len(path):
        return text
    mapping = found[-2]
    if not isinstance(mapping, MappingNode):
        raise cannot("it is no mapping")
    place = next(number for number, (key, _) in enumerate(mapping.value) if key.value == path[-1])
    if _in_flow(found[:-1]):
        changed = flow.without_pair(source, mapping, place)
    else:
        changed = _without_lines(source, mapping, place)
    return _checked(file, text, changed, lambda data: _at(data, path[:-1]).pop(path[-1]))


def add_item(file: str, text: str, path: Path, value: object) -> str:
    """Return the text with one more item at the end of a list, which is made where there is none."""
    source = Source(file, text)
    found = source.nodes(path)
    if len(found) <= len(path) or not isinstance(found[-1], SequenceNode) or not found[-1].value:
        return set_value(file, text, path, [value])
    write = flow.with_item if _in_flow(found) else block_list.with_item
    changed = write(source, found[-1], value)
    return _checked(file, text, changed, lambda data: _at(data, path).append(value))


def remove_item(file: str, text: str, path: Path, place: int) -> str:
    """Return the text without one item of a list and without the comments above it."""
    source, items, in_flow = _list(file, text, path, place)
    change = flow.without_item if in_flow else block_list.without_item
    return _checked(file, text, change(source, items, place), lambda data: _at(data, path).pop(place))


def move_item(file: str, text: str, path: Path, place: int, to: int) -> str:
    """Return the text with one item of a list at another place, the comments above it with it."""
    source, items, in_flow = _list(file, text, path, place, to)
    change = flow.with_moved if in_flow else block_list.with_moved

    def expected(data: object) -> None:
        moved = _at(data, path)
        moved.insert(to, moved.pop(place))

    return _checked(file, text, change(source, items, place, to), expected)


def copy_item(file: str, text: str, path: Path, place: int, changes: Mapping[str, object]) -> str:
    """Return the text with one item of a list copied below itself, some keys of the copy changed."""
    source, items, in_flow = _list(file, text, path, place)
    change = flow.with_copy if in_flow else block_list.with_copy
    copied = change(source, items, place)
    for key, value in changes.items():
        copied = set_value(file, copied, [*path, place + 1, key], value)

    def expected(data: object) -> None:
        copies = _at(data, path)
        copies.insert(place + 1, {**copy.deepcopy(copies[place]), **changes})

    return _checked(file, text, copied, expected)


def _list(file: str, text: str, path: Path, *places: int) -> tuple[Source, SequenceNode, bool]:
    source = Source(file, text)
    found = source.nodes(path)
    items = found[-1]
    if len(found) <= len(path) or not isinstance(items, SequenceNode):
        raise cannot("there is no list")
    if not all(0 <= place < len(items.value) for place in places):
        raise cannot("the list is shorter")
    return source, items, _in_flow(found)


def _holds(node: Node, step: Step) -> bool:
    """Tell whether a node can hold what a step names."""
    return isinstance(node, MappingNode if isinstance(step, str) else SequenceNode)


def _in_flow(nodes: Sequence[Node]) -> bool:
    return any(node.flow_style for node in nodes if isinstance(node, MappingNode | SequenceNode))


def _wrapped(steps: Path, value: object) -> object:
    for step in reversed(steps):
        value = {step: value} if isinstance(step, str) else [value]
    return value


def _replaced(source: Source, found: Sequence[Node], value: object) -> str:
    """Replace the last of the nodes; a block gives way to one line, or to another block where that is too long."""
    if len(found) == 1:
        raise cannot("it would be the whole file")
    old, above = found[-1], found[-2]
    start, end = source.start(old), source.end(old)
    is_block = isinstance(old, MappingNode | SequenceNode) and not old.flow_style
    if not is_block:
        space = " " if start == end and isinstance(above, MappingNode) else ""
        return source.with_piece(start, end, space + on_one_line(value, getattr(old, "style", None)))
    if isinstance(above, SequenceNode):
        return source.with_piece(start, end, on_one_line(value))
    key = next(key for key, node in above.value if node is old)
    lines = entry(key.value, value, key.start_mark.column)
    head = source.text[source.end(key) : start].rstrip()
    first = lines[0].strip().removeprefix(source.text[source.start(key) : source.end(key)]).removeprefix(":")
    rest = "".join(source.newline + line for line in lines[1:])
    return source.with_piece(source.end(key) + 1, end, first + head.removeprefix(":") + rest)


def _inserted(source: Source, found: Sequence[Node], key: str, value: object, order: Sequence[str]) -> str:
    mapping = found[-1]
    if not isinstance(mapping, MappingNode):
        raise cannot("it would have to stand in something that is no mapping")
    if _in_flow(found) or not mapping.value:
        return flow.with_pair(source, mapping, _before(mapping, key, order), key, value)
    before = mapping.value[max(_before(mapping, key, order), 1) - 1]
    at = source.line_end(max(source.end(before[1]), source.end(before[0])))
    lines = source.lines(entry(key, value, mapping.value[0][0].start_mark.column))
    missing = "" if source.text[:at].endswith("\n") else source.newline
    return source.with_piece(at, at, missing + lines)


def _before(mapping: MappingNode, key: str, order: Sequence[str]) -> int:
    """Return behind how many of the keys a new one is put: the last that usually stands before it."""
    earlier = set(order[: order.index(key)]) if key in order else {each.value for each, _ in mapping.value}
    places = [number for number, (each, _) in enumerate(mapping.value, 1) if each.value in earlier]
    return max(places, default=0)


def _without_lines(source: Source, mapping: MappingNode, place: int) -> str:
    key, value = mapping.value[place]
    if len(mapping.value) == 1:
        return source.with_piece(source.start(key), source.end(mapping), "{}")
    start = source.line_start(source.start(key))
    if source.text[start : source.start(key)].strip():
        # The first key stands behind a dash, where the next one takes its place.
        return source.with_piece(source.start(key), source.start(mapping.value[place + 1][0]), "")
    return source.with_piece(start, source.line_end(max(source.end(value), source.end(key))), "")


def _at(data: object, path: Path) -> Any:  # noqa: ANN401 - plain YAML
    for step in path:
        data = data[step]  # type: ignore[index]
    return data


def _set(data: object, path: Path, value: object) -> None:
    *above, last = path
    for number, step in enumerate(above):
        inner = data.get(step) if isinstance(data, dict) else data[step]  # type: ignore[index]
        if not isinstance(inner, dict | list):
            inner = _wrapped(path[number + 1 :], value)
            data[step] = inner  # type: ignore[index]
            return
        data = inner
    data[last] = value  # type: ignore[index]


def _checked(file: str, before: str, after: str, change: Callable[[Any], object]) -> str:
    """Return the new text; raises `CannotEdit` unless it says exactly what the old one says after the change."""
    expected = plain_of(file, before)
    change(expected)
    try:
        said = plain_of(file, after)
    except PolicyErrors as error:
        raise cannot("the file would no longer be YAML") from error
    if said != expected or repr(said) != repr(_ordered(said, expected)):
        raise cannot("the file would say something else")
    return after


def _ordered(like: object, data: object) -> object:
    """Return data with its keys in the order of another value, so that only values and their types are compared."""
    if isinstance(like, dict) and isinstance(data, dict):
        return {key: _ordered(value, data[key]) for key, value in like.items()}
    if isinstance(like, list) and isinstance(data, list | tuple):
        return [_ordered(one, other) for one, other in zip(like, data, strict=True)]
    return data
