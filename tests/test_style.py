"""The rules of size and naming that keep the code readable: short functions, short files, one sentence on top."""

import ast
import statistics
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

BACKEND = Path(__file__).parents[1] / "backend"
LONGEST_FUNCTION, LONG_FUNCTION, MEDIAN_FUNCTION, LONGEST_FILE = 40, 25, 10, 300
BAD_NAMES = {"utils", "util", "helpers", "helper", "common", "manager", "data", "misc"}


class Function(NamedTuple):
    """One function: how many lines it has and where it stands."""

    lines: int
    place: str


def modules() -> list[Path]:
    """Return every module but the migrations, whose lists of columns Alembic writes."""
    return [path for path in sorted(BACKEND.rglob("*.py")) if "versions" not in path.parts]


def functions() -> list[Function]:
    """Return every function of the backend, longest first."""
    return sorted((function for path in modules() for function in _functions_of(path)), reverse=True)


def _functions_of(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            lines = (node.end_lineno or node.lineno) - node.lineno + 1
            yield Function(lines, f"{path.relative_to(BACKEND)}:{node.lineno} {node.name}")


def test_no_function_is_longer_than_forty_lines() -> None:
    """Whoever reads a function sees all of it at once."""
    assert [function for function in functions() if function.lines > LONGEST_FUNCTION] == []


def test_nine_functions_in_ten_have_at_most_twenty_five_lines() -> None:
    """Long functions are exceptions."""
    all_functions = functions()
    long = [function for function in all_functions if function.lines > LONG_FUNCTION]
    assert len(long) <= len(all_functions) / 10, long


def test_half_of_the_functions_have_at_most_ten_lines() -> None:
    """The usual function does one thing."""
    assert statistics.median(function.lines for function in functions()) <= MEDIAN_FUNCTION


def test_no_file_is_longer_than_three_hundred_lines() -> None:
    """A file is about one thing."""
    lengths = {str(path.relative_to(BACKEND)): len(path.read_text().splitlines()) for path in modules()}
    assert {place: lines for place, lines in lengths.items() if lines > LONGEST_FILE} == {}


def test_every_module_says_in_one_sentence_what_it_is() -> None:
    """The first line of a module is a sentence, so that a folder can be read like a table of contents."""
    silent = [path for path in modules() if not _opens_with_a_sentence(path)]
    assert silent == []


def _opens_with_a_sentence(path: Path) -> bool:
    docstring = ast.get_docstring(ast.parse(path.read_text())) or ""
    return docstring.split("\n\n")[0].endswith((".", "?", "!"))


def test_no_module_is_named_after_nothing() -> None:
    """A name such as `utils` tells nobody what belongs there."""
    assert [path for path in modules() if BAD_NAMES & {path.stem, path.parent.name}] == []
