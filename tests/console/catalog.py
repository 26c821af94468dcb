"""What the console says, by slice: `python -m tests.console.catalog missing SLICE` prints what lacks Japanese."""

import io
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po

import atesaki.console

CONSOLE = Path(str(atesaki.console.__file__)).parent
CATALOGS = CONSOLE / "catalogs" / "ja"
SHARED = "shell"
"""Its catalog holds what several slices say."""

_IN_PYTHON: dict[str, Any] = {"_": None, "mark": None, "text": None, "texts": (1, 2), "gettext": None}
_IN_TEMPLATES: dict[str, Any] = {"_": None, "gettext": None, "ngettext": (1, 2)}

Text = str | tuple[str, ...]


def slices() -> list[str]:
    """Return the names of all slices that say something."""
    return sorted({name for name, _ in _sources()})


def said(slice_name: str) -> set[Text]:
    """Return all texts of a slice; a text with a plural is a pair."""
    return {text for name, path in _sources() if name == slice_name for text in _texts(path)}


def catalog(slice_name: str) -> Catalog:
    """Return a slice's Japanese catalog, an empty one where there is none."""
    path = CATALOGS / f"{slice_name}.po"
    return read_po(io.BytesIO(path.read_bytes())) if path.is_file() else Catalog()


def entries(slice_name: str) -> dict[Text, Message]:
    """Return the entries of a slice's catalog by their English text."""
    return {_text(message.id): message for message in catalog(slice_name) if message.id}


def missing(slice_name: str) -> set[Text]:
    """Return what has no Japanese, neither in the slice's own catalog nor in the shared one."""
    return said(slice_name) - entries(slice_name).keys() - entries(SHARED).keys()


def _sources() -> Iterator[tuple[str, Path]]:
    for path in sorted((CONSOLE / "templates").rglob("*.html")):
        yield _slice_of(path.relative_to(CONSOLE / "templates")), path
    for path in sorted(CONSOLE.rglob("*.py")):
        yield _slice_of(path.relative_to(CONSOLE)), path


def _slice_of(path: Path) -> str:
    return path.parts[0] if len(path.parts) > 1 else SHARED


def _texts(path: Path) -> Iterator[Text]:
    method, keywords = ("jinja2", _IN_TEMPLATES) if path.suffix == ".html" else ("python", _IN_PYTHON)
    options = {"trimmed": "true", "silent": "false", "trim_blocks": "true", "lstrip_blocks": "true"}
    with path.open("rb") as file:
        for _, text, _, _ in extract(method, file, keywords, (), options):
            yield _text(text)


def _text(text: str | Sequence[str]) -> Text:
    return text if isinstance(text, str) else tuple(text)


def _entry(text: Text) -> str:
    def quoted(part: str) -> str:
        return part.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

    if isinstance(text, str):
        return f'msgid "{quoted(text)}"\nmsgstr ""\n'
    return f'msgid "{quoted(text[0])}"\nmsgid_plural "{quoted(text[1])}"\nmsgstr[0] ""\n'


if __name__ == "__main__":
    sys.stdout.write("\n".join(map(_entry, sorted(missing(sys.argv[2]), key=str))))
