"""Changes inside `{…}` and `[…]`, where commas divide."""

import itertools

from yaml import MappingNode, SequenceNode

from atesaki.policies.editing.source import Source
from atesaki.policies.editing.written import on_one_line


def with_pair(source: Source, mapping: MappingNode, place: int, key: str, value: object) -> str:
    """Return the text with one more key behind so many others."""
    pair = f"{on_one_line(key)}: {on_one_line(value)}"
    if not mapping.value:
        return source.with_piece(source.start(mapping), source.end(mapping), f"{{{pair}}}")
    if place == 0:
        first = source.start(mapping.value[0][0])
        return source.with_piece(first, first, f"{pair}, ")
    end = _pair_end(source, mapping, place - 1)
    return source.with_piece(end, end, f", {pair}")


def without_pair(source: Source, mapping: MappingNode, place: int) -> str:
    """Return the text without one key and its comma."""
    starts = [source.start(key) for key, _ in mapping.value]
    ends = [_pair_end(source, mapping, number) for number in range(len(mapping.value))]
    return _without(source, starts, ends, place)


def with_item(source: Source, items: SequenceNode, value: object) -> str:
    """Return the text with one more item at the end."""
    end = source.end(items.value[-1])
    return source.with_piece(end, end, f", {on_one_line(value)}")


def without_item(source: Source, items: SequenceNode, place: int) -> str:
    """Return the text without one item and its comma."""
    starts, ends = [source.start(item) for item in items.value], [source.end(item) for item in items.value]
    return _without(source, starts, ends, place)


def with_moved(source: Source, items: SequenceNode, place: int, to: int) -> str:
    """Return the text with one item at another place; commas and comments stay where they are."""
    spans = [(source.start(item), source.end(item)) for item in items.value]
    texts = [source.text[start:end] for start, end in spans]
    texts.insert(to, texts.pop(place))
    gaps = [source.text[end:start] for (_, end), (start, _) in itertools.pairwise(spans)]
    whole = "".join(text + gap for text, gap in zip(texts, [*gaps, ""], strict=True))
    return source.with_piece(spans[0][0], spans[-1][1], whole)


def with_copy(source: Source, items: SequenceNode, place: int) -> str:
    """Return the text with one item twice."""
    item = items.value[place]
    start, end = source.start(item), source.end(item)
    return source.with_piece(end, end, f", {source.text[start:end]}")


def _pair_end(source: Source, mapping: MappingNode, place: int) -> int:
    key, value = mapping.value[place]
    return max(source.end(value), source.end(key))


def _without(source: Source, starts: list[int], ends: list[int], place: int) -> str:
    if place > 0:
        return source.with_piece(ends[place - 1], ends[place], "")
    return source.with_piece(starts[0], starts[1] if len(starts) > 1 else ends[0], "")
