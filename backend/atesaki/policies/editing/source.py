"""A policy file with the place of each of its values, to the character."""

from collections.abc import Sequence
from typing import ClassVar

from yaml import MappingNode, Node, ScalarNode, SequenceNode

from atesaki.judgement.errors import AtesakiError
from atesaki.policies.document import Document

Step = str | int
Path = Sequence[Step]

_BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"


class CannotEdit(AtesakiError):
    """A file is written in a way that a form can't change without touching more; it can be changed as YAML."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "policy-edit-by-yaml"


def cannot(what: str) -> CannotEdit:
    """Return the error with its reason."""
    return CannotEdit(f"A form can't make this change without touching more of the file ({what}). Edit it as YAML.")


class Source:
    """The text of one file and its nodes; positions count characters of `text`, which has no byte order mark."""

    def __init__(self, file: str, text: str) -> None:
        """Parse; raises `PolicyErrors` for a text that is no plain YAML."""
        self.document = Document(file, text)
        self.text = text.removeprefix(_BOM)
        self.mark = text[: len(text) - len(self.text)]
        self.newline = "\r\n" if "\r\n" in text else "\n"

    def nodes(self, path: Path) -> list[Node]:
        """Return the nodes on the way to a value, the root first; shorter than the path where it ends early."""
        found = [self.document.root]
        for step in path:
            child = child_of(found[-1], step)
            if child is None:
                break
            found.append(child)
        return found

    def start(self, node: Node) -> int:
        """Return where a node begins."""
        return int(node.start_mark.index)

    def end(self, node: Node) -> int:
        """Return where the last character of a node ends; to YAML, the comments after a block are part of it."""
        if isinstance(node, ScalarNode):
            end = int(node.end_mark.index)
            if node.style in {"|", ">"}:
                return max(len(self.text[:end].rstrip()), self.start(node))
            return end
        if isinstance(node, MappingNode) and node.value and not node.flow_style:
            return max(self.end(node.value[-1][1]), self.end(node.value[-1][0]) + 1)
        if isinstance(node, SequenceNode) and node.value and not node.flow_style:
            return max(self.end(node.value[-1]), self.start(node) + 1)
        return int(node.end_mark.index)

    def line_start(self, place: int) -> int:
        """Return where the line of a character begins."""
        return self.text.rfind("\n", 0, place) + 1

    def line_end(self, place: int) -> int:
        """Return where the next line begins, or the end of the text."""
        found = self.text.find("\n", place)
        return len(self.text) if found < 0 else found + 1

    def lines(self, lines: Sequence[str]) -> str:
        """Return whole lines with the line ends of this file."""
        return "".join(f"{line}{self.newline}" for line in lines)

    def with_piece(self, start: int, end: int, piece: str) -> str:
        """Return the whole text with one piece replaced."""
        return f"{self.mark}{self.text[:start]}{piece}{self.text[end:]}"


def child_of(node: Node, step: Step) -> Node | None:
    """Return one value of a list or mapping."""
    if isinstance(node, SequenceNode) and isinstance(step, int):
        return node.value[step] if step < len(node.value) else None
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == step), None)
    return None


def plain_of(file: str, text: str) -> object:
    """Return what a file says as plain lists, mappings and values; raises `PolicyErrors` for what is no YAML."""
    document = Document(file, text)
    return _plain(document, document.root)


def _plain(document: Document, node: Node) -> object:
    if isinstance(node, MappingNode):
        return {str(key.value): _plain(document, value) for key, value in node.value}
    if isinstance(node, SequenceNode):
        return [_plain(document, item) for item in node.value]
    if not isinstance(node, ScalarNode):
        raise TypeError(node)
    try:
        return document.scalar(node)
    except ValueError:
        return node.value
