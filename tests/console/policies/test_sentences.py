"""The console's list of sentences is what the layers below and its own pages of policies raise."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import atesaki.policies
from atesaki.console.policies.sentences import SENTENCES

TOLD_BY_OTHERS = {
    "A form can't make this change without touching more of the file (x). Edit it as YAML.",
}
"""Sentences that the loader's translations know."""


def test_every_refusal_of_the_layers_below_is_translated() -> None:
    """The console's list has exactly the sentences that drafts, the set in force and these pages raise."""
    raised = {sentence for path in _sources() for sentence in _raised(path)}
    assert set(SENTENCES) <= raised
    assert raised - set(SENTENCES) - TOLD_BY_OTHERS == set()


def _sources() -> list[Path]:
    policies = Path(str(atesaki.policies.__file__)).parent
    console = policies.parent / "console" / "policies"
    return [
        policies / "current.py",
        policies / "revisions.py",
        *sorted((policies / "drafting").glob("*.py")),
        *sorted(console.glob("*.py")),
    ]


def _raised(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Raise | ast.Return) and isinstance(
            node.exc if isinstance(node, ast.Raise) else node.value, ast.Call
        ):
            call: Any = node.exc if isinstance(node, ast.Raise) else node.value
            for argument in call.args:
                if (
                    isinstance(argument, ast.Constant)
                    and isinstance(argument.value, str)
                    and argument.value.endswith(".")
                ):
                    yield argument.value
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "__init__":
            yield from (a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str))
