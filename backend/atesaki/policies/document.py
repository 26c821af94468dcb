"""YAML 1.2 (core schema) as nodes that know where they stand, within limits that no honest policy reaches."""

from collections.abc import Iterator, Sequence

import yaml
from yaml import MappingNode, Mark, Node, ScalarNode, SequenceNode
from yaml._yaml import Mark as CMark
from yaml.constructor import ConstructorError
from yamlcore import CCoreLoader

from atesaki.policies.errors import PolicyError, PolicyErrors

MAX_FILE_BYTES = 1 << 20
"""Largest policy file in bytes (UTF-8)."""

MAX_DEPTH = 40
"""Deepest nesting of lists and mappings; the YAML library would otherwise recurse without end."""

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"

Path = Sequence[str | int]


class Document:
    """One parsed file: its name, its nodes, and the position of whatever a path leads to."""

    def __init__(self, file: str, text: str) -> None:
        """Parse `text`; raise `PolicyErrors` where it is not one plain YAML 1.2 document."""
        self.file = file
        _check_size(file, text)
        _check_events(file, text)
        self._loader = CCoreLoader(text.removeprefix(_BOM))
        node = self._loader.get_single_node()
        if node is None:
            raise PolicyErrors([PolicyError(file, 1, 1, "The file is empty.")])
        self.root: Node = node

    def error(self, node: Node, sentence: str) -> PolicyError:
        """Return an error at the beginning of a node."""
        return _error(self.file, node.start_mark, sentence)

    def error_at(self, path: Path, sentence: str) -> PolicyError:
        """Return an error at the value that a path leads to, or at the deepest part of the path that exists."""
        return self.error(self.at(path), sentence)

    def at(self, path: Path) -> Node:
        """Return the node that a path leads to, or the deepest part of the path that exists."""
        node = self.root
        for step in path:
            child = _child(node, step)
            if child is None:
                break
            node = child
        return node

    def scalar(self, node: ScalarNode) -> object:
        """Return the text, number, truth value or nothing that a scalar stands for.

        Raises `ValueError` for a number that is too long to be one.
        """
        try:
            value: object = self._loader.construct_object(node)
        except ConstructorError as error:
            raise ValueError(str(error.problem)) from error
        return value


def _child(node: Node, step: str | int) -> Node | None:
    if isinstance(node, SequenceNode) and isinstance(step, int) and step < len(node.value):
        child: Node = node.value[step]
        return child
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None


def entries_of(node: Node) -> Iterator[tuple[Node, Node]]:
    """Yield the key and the value of every entry of a mapping anywhere below a node, from the top down."""
    if isinstance(node, MappingNode):
        for key, value in node.value:
            yield key, value
            yield from entries_of(value)
    elif isinstance(node, SequenceNode):
        for value in node.value:
            yield from entries_of(value)


def _check_size(file: str, text: str) -> None:
    try:
        size = len(text.encode())
    except UnicodeEncodeError as error:
        line = text.count("\n", 0, error.start) + 1
        sentence = "The file holds a lone surrogate, which is no character."
        raise PolicyErrors([PolicyError(file, line, 1, sentence)]) from error
    if size > MAX_FILE_BYTES:
        raise PolicyErrors([PolicyError(file, 1, 1, f"The file is larger than {MAX_FILE_BYTES:,} bytes.")])


def _check_events(file: str, text: str) -> None:
    """Look at the stream of events before nodes are built, because building recurses and follows aliases."""
    depth = documents = 0
    try:
        for event in yaml.parse(text.removeprefix(_BOM), Loader=CCoreLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            documents += isinstance(event, yaml.DocumentStartEvent)
            sentence = _forbidden(event, depth, documents)
            if sentence:
                raise PolicyErrors([_error(file, event.start_mark, sentence)])
    except yaml.MarkedYAMLError as error:
        raise PolicyErrors([_syntax_error(file, error)]) from error
    except yaml.reader.ReaderError as error:
        # libyaml counts bytes.
        line = text.removeprefix(_BOM).encode().count(b"\n", 0, error.position) + 1
        sentence = "The file holds a control character that YAML does not allow."
        raise PolicyErrors([PolicyError(file, line, 1, sentence)]) from error


def _forbidden(event: yaml.Event, depth: int, documents: int) -> str | None:
    # Anchors could multiply a small file into an endless one, and a reader would have to look for the other end.
    if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
        return "Anchors (&) and aliases (*) are not allowed here; write the values out."
    if getattr(event, "tag", None):
        return "Tags (!) are not allowed here; policies are plain text, numbers, lists and mappings."
    if depth > MAX_DEPTH:
        return f"The file is nested deeper than {MAX_DEPTH} levels."
    return "A file holds one document; remove the second “---”." if documents > 1 else None


def _syntax_error(file: str, error: yaml.MarkedYAMLError) -> PolicyError:
    mark = error.problem_mark or error.context_mark
    what = ", ".join(part for part in (error.context, error.problem) if part)
    return _error(file, mark, f"This is not valid YAML: {what}.")


def _error(file: str, mark: Mark | CMark | None, sentence: str) -> PolicyError:
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return PolicyError(file, line, column, sentence)
