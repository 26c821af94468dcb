"""What goes wrong is said in Japanese too: every sentence that a slice behind the console can raise."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.console.catalog import CONSOLE, entries

from atesaki.console.shell.sentences import translated

BACKEND = CONSOLE.parent
BEHIND_THE_CONSOLE = (
    "rosters",
    "policies",
    "identity",
    "directory",
    "console",
    "sending/rights",
    "sending/organization.py",
    "sending/check.py",
    "sending/limits.py",
    "sending/second_check.py",
    "journal/journal.py",
    "journal/writer.py",
    "journal/export/parquet.py",
    "journal/feed",
)
NEVER_SHOWN = {
    "rosters/lookup.py",  # Only at Send, where it becomes a warning.
    "directory/configured.py",  # Only at the start.
    "journal/feed/receivers.py",  # Only at the start.
    "console/try_it/turns.py",  # The page says them in words of its own.
    *(f"identity/{name}.py" for name in ("google", "google_addon", "id_token", "jwks", "oidc_http", "oidc_token")),
}
"""Modules whose sentences are told to mail clients, to the log or to whoever starts the server."""


def raised() -> Iterator[str]:
    """Yield every sentence that is given to an error where it is made, `{}` for what differs."""
    for path in sorted(_modules()):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and node.args and _is_ours(node.func):
                yield from _sentence(node.args[0])


def _is_ours(called: ast.expr) -> bool:
    """Tell whether an error is made, by its name or within its own class (`super().__init__`)."""
    if isinstance(called, ast.Attribute):
        return called.attr == "__init__"
    others = {"ValueError", "TypeError", "ConnectionError"}
    return isinstance(called, ast.Name) and called.id[0].isupper() and called.id not in others


def _modules() -> Iterator[Path]:
    for name in BEHIND_THE_CONSOLE:
        place = BACKEND / name
        for path in [place] if place.is_file() else place.rglob("*.py"):
            if str(path.relative_to(BACKEND)) not in NEVER_SHOWN:
                yield path


def _sentence(node: ast.expr) -> Iterator[str]:
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    if all(isinstance(part, ast.Constant | ast.FormattedValue) for part in parts):
        text = "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in parts)
        if text.endswith(".") and " " in text:
            yield text


def test_every_sentence_of_an_error_has_its_japanese() -> None:
    """Nobody who reads Japanese is told in English what went wrong."""
    assert set(raised()) - entries("sentences").keys() == set()


def test_the_sentences_are_found_at_all() -> None:
    """The search above is not looking in the wrong place."""
    assert "A roster's name has 1 to {} characters." in set(raised())


@pytest.mark.parametrize(
    ("english", "japanese"),
    [
        ("No roster has this name.", "この名前の名簿はありません。"),
        ("Line 12 is too long for a table.", "12 行目が長すぎて、表として読めません。"),
        ("A sentence that nobody has ever said.", "A sentence that nobody has ever said."),
    ],
)
def test_an_error_is_said_in_japanese(english: str, japanese: str) -> None:
    """Whole sentences, those with a gap, and the rest as it is."""
    assert translated(english, "ja") == japanese
    assert translated(english, "en") == english
