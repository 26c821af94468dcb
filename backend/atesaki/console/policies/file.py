"""A policy file as YAML: every mistake stands at its line, and the cursor is brought there."""

from __future__ import annotations

from http import HTTPStatus
from typing import NamedTuple

from starlette.responses import Response

from atesaki.console.policies.in_force import PolicyNotFound
from atesaki.console.policies.ports import Ports
from atesaki.console.policies.rendering import page
from atesaki.console.policies.saving import save
from atesaki.console.policies.workbench import Bench, Edited, checked, draft_of, file_in
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _
from atesaki.policies.drafting.drafting import Change
from atesaki.policies.drafting.line_ends import with_line_ends_of, with_line_feeds
from atesaki.policies.errors import PolicyError
from atesaki.policies.load import TEST_ENDING

MOST_MISTAKES = 100
"""So many are shown at once; each is shown with its lines, which takes time."""

_AROUND = 2
_UNDONE = _("The file says again what the draft began with.")


class MarkedLine(NamedTuple):
    """One line near a mistake; `marked` is the one that is meant."""

    number: int
    text: str
    marked: bool


class Mistake(NamedTuple):
    """A mistake with the lines around it, and the character at which the cursor belongs."""

    error: PolicyError
    lines: list[MarkedLine]
    position: int


class FilePages(NamedTuple):
    """The pages about one file of a draft."""

    ports: Ports

    def show(self, ask: Ask) -> Response:
        """Show the file with what is wrong in it."""
        draft, name = draft_of(self.ports, ask), file_in(ask.path("file"))
        if name not in draft.files:
            raise PolicyNotFound("There is no such file in the draft.")
        return _page(Bench(self.ports, ask, draft), Edited(name, draft.files[name], draft.files[name]))

    def save(self, ask: Ask) -> Response:
        """Save the file, or only check it; whatever is wrong with it, nothing that was typed is lost."""
        draft, name = draft_of(self.ports, ask), file_in(ask.path("file"))
        text = with_line_ends_of(draft.files.get(name), ask.value("text"))
        base = ask.value("base") if "base" in ask.form else None
        bench, then = Bench(self.ports, ask, draft), f"/policies/drafts/{draft.head.id}"
        if ask.value("do") == "check":
            return _page(bench, Edited(name, base, text), HTTPStatus.UNPROCESSABLE_ENTITY)
        if ask.value("do") == "remove":
            return save(bench, Change(name, base, None), then)
        if ask.value("do") == "undo":
            began = self.ports.drafting.base_files(draft).get(name)
            return save(bench, Change(name, base, began), then, _UNDONE)
        wrong = checked({**draft.files, name: text}).mistakes_in(name)
        return save(bench, Change(name, base, text), f"{then}/files/{name}{'#mistakes' if wrong else ''}")


def _page(bench: Bench, edited: Edited, status: int = HTTPStatus.OK) -> Response:
    name, text = edited.file, edited.text
    found = checked({**bench.draft.files, name: text})
    # A browser has a text with line feeds alone.
    plain = with_line_feeds(text)
    lines = plain.split("\n")
    mistakes = [_mistake(error, lines) for error in found.mistakes_in(name)[:MOST_MISTAKES]]
    policy = name.removesuffix(TEST_ENDING).removesuffix(".yaml")
    return page(
        bench.ask,
        "policies/file.html",
        status=status if mistakes else HTTPStatus.OK,
        draft=bench.draft.head,
        file=name,
        policy=policy,
        tests=name.endswith(TEST_ENDING),
        has_tests=f"{policy}{TEST_ENDING}" in bench.draft.files,
        text=text,
        base=edited.base,
        mistakes=mistakes,
        elsewhere=found.mistakes_elsewhere(name),
        failed=[result for result in found.failed if result.file in {name, f"{policy}{TEST_ENDING}"}],
        unsaved=edited.base is None or plain != with_line_feeds(edited.base),
        was_checked=bench.ask.request.method == "POST",
    )


def _mistake(error: PolicyError, lines: list[str]) -> Mistake:
    first = max(error.line - 1 - _AROUND, 0)
    around = [
        MarkedLine(number, line, number == error.line)
        for number, line in enumerate(lines[first : error.line + _AROUND], first + 1)
    ]
    position = sum(_units(line) + 1 for line in lines[: error.line - 1])
    position += _units("".join(lines[error.line - 1 : error.line])[: error.column - 1])
    return Mistake(error, around, position)


def _units(text: str) -> int:
    """Return how long a text is to a browser, which counts in UTF-16."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
