"""Changes to a list of lines with dashes; the comments above an item belong to it."""

import itertools

from yaml import SequenceNode

from atesaki.policies.editing.source import Source, cannot
from atesaki.policies.editing.written import item


def with_item(source: Source, items: SequenceNode, value: object) -> str:
    """Return the text with one more item at the end."""
    head, chunks, tail = _chunks(source, items)
    return _whole(source, head, [*chunks, source.lines(item(value, items.start_mark.column))], tail)


def without_item(source: Source, items: SequenceNode, place: int) -> str:
    """Return the text without one item; the last one leaves an empty list."""
    head, chunks, tail = _chunks(source, items)
    if len(chunks) == 1:
        return source.with_piece(source.start(items), source.end(items), "[]")
    return _whole(source, head, chunks[:place] + chunks[place + 1 :], tail)


def with_moved(source: Source, items: SequenceNode, place: int, to: int) -> str:
    """Return the text with one item at another place."""
    head, chunks, tail = _chunks(source, items)
    chunks.insert(to, chunks.pop(place))
    return _whole(source, head, chunks, tail)


def with_copy(source: Source, items: SequenceNode, place: int) -> str:
    """Return the text with one item twice, without the comments above the copy."""
    head, chunks, tail = _chunks(source, items)
    start = source.line_start(_dash(source, items, place))
    body = source.text[start : source.line_end(source.end(items.value[place]))]
    chunks.insert(place + 1, _ended(source, body))
    return _whole(source, head, chunks, tail)


def _whole(source: Source, head: str, chunks: list[str], tail: str) -> str:
    return source.mark + head + "".join(chunks) + tail


def _chunks(source: Source, items: SequenceNode) -> tuple[str, list[str], str]:
    """Cut the text into what stands before the items, the items with the comments above them, and the rest."""
    starts = [_above(source, items, _dash(source, items, 0))]
    starts += [_behind(source, items, place) for place in range(len(items.value))]
    text = source.text
    chunks = [text[start:after] for start, after in itertools.pairwise(starts)]
    return text[: starts[0]], [_ended(source, chunk) for chunk in chunks], text[starts[-1] :]


def _above(source: Source, items: SequenceNode, dash: int) -> int:
    """Return where the comments above the first item begin, those in the column of its dash."""
    start = line = source.line_start(dash)
    while line > 0:
        line = source.line_start(line - 1)
        content = source.text[line:start].strip()
        if content and not (content.startswith("#") and _indent(source, line) == items.start_mark.column):
            break
        start = line
    return start


def _behind(source: Source, items: SequenceNode, place: int) -> int:
    """Return where the lines of an item end: comments below it that are deeper than its dash are still its own."""
    end = line = source.line_end(source.end(items.value[place]))
    while line < len(source.text):
        after = source.line_end(line)
        content = source.text[line:after].strip()
        if content and not (content.startswith("#") and _indent(source, line) > items.start_mark.column):
            break
        line = after
        end = line if content else end
    return end


def _indent(source: Source, line: int) -> int:
    content = source.text[line : source.line_end(line)]
    return len(content) - len(content.lstrip(" "))


def _dash(source: Source, items: SequenceNode, place: int) -> int:
    """Return where the dash of an item stands: the last one in the column of the list before the item."""
    start, column = source.start(items.value[place]), items.start_mark.column
    line = source.line_start(start)
    while source.text[line + column : line + column + 1] != "-" or source.text[line : line + column].strip():
        if line == 0:
            raise cannot("the dash of an item is not where it was expected")
        line = source.line_start(line - 1)
    return line + column


def _ended(source: Source, chunk: str) -> str:
    return chunk if chunk.endswith("\n") else chunk + source.newline
