"""Finds the field of a form to which a mistake of the loader belongs."""

from __future__ import annotations

from collections.abc import Iterable

from yaml import MappingNode, Node, SequenceNode

from atesaki.policies.editing.source import Source, Step
from atesaki.policies.errors import PolicyError, PolicyErrors


def by_field(file: str, text: str, mistakes: Iterable[PolicyError]) -> dict[str, list[str]]:
    """Return the sentences by the names of fields; a mistake in a text that is no YAML belongs to none."""
    try:
        source = Source(file, text)
    except PolicyErrors:
        return {}
    found: dict[str, list[str]] = {}
    for mistake in mistakes:
        path = path_at(source, mistake.line, mistake.column)
        found.setdefault(".".join(map(str, path)), []).append(mistake.sentence)
    return found


def path_at(source: Source, line: int, column: int) -> tuple[Step, ...]:
    """Return the path of the deepest value that holds a place of the text; lines and columns begin at 1."""
    node, path = source.document.root, []
    while (step := _step(source, node, (line - 1, column - 1))) is not None:
        key, node = step
        path.append(key)
    return tuple(path)


def _step(source: Source, node: Node, place: tuple[int, int]) -> tuple[Step, Node] | None:
    if isinstance(node, MappingNode):
        for key, value in node.value:
            if _holds(source, key, key, place) or _holds(source, key, value, place):
                return str(key.value), value
    if isinstance(node, SequenceNode):
        for number, item in enumerate(node.value):
            if _holds(source, item, item, place):
                return number, item
    return None


def _holds(source: Source, first: Node, last: Node, place: tuple[int, int]) -> bool:
    start = (first.start_mark.line, first.start_mark.column)
    end = source.end(last)
    line = source.text.count("\n", 0, end)
    return start <= place <= (line, end - source.line_start(end))
