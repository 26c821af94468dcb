"""The loader's sentences in Japanese: every one of them has its translation."""

import ast
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.policies.files import changed
from tests.policies.test_load import MISTAKES, SUITE_MISTAKES

import atesaki.judgement
import atesaki.policies
from atesaki.policies.errors import PolicyErrors
from atesaki.policies.in_words.mistakes import mistake_in_words
from atesaki.policies.load import load_set
from atesaki.policies.test import run_tests

_JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
POLICIES = Path(str(atesaki.policies.__file__)).parent
CONDITIONS = Path(str(atesaki.judgement.__file__)).parent / "conditions"
SOURCES = [
    *(POLICIES / f"{name}.py" for name in ("checks", "document", "load", "shape", "suite_checks")),
    *sorted(CONDITIONS.glob("*.py")),
    CONDITIONS.parent / "pattern.py",
]


def sentences(path: Path) -> Iterator[str]:
    """Yield every sentence of a module that is given to an error, its values filled in with `x`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            for argument in node.args:
                yield from _sentence(argument)
        elif isinstance(node, ast.Assign | ast.Return) and node.value is not None:
            yield from _sentence(node.value)


def _sentence(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _sentence(node.body)
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    texts = [str(part.value) if isinstance(part, ast.Constant) else "x" for part in parts]
    whole = "".join(texts)
    if isinstance(node, ast.JoinedStr | ast.Constant) and re.fullmatch(r"[A-Z“].* .*[.?]", whole, re.DOTALL):
        yield whole


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_every_sentence_of_the_loader_has_its_japanese(path: Path) -> None:
    """Whoever adds one is asked for the other."""
    english = {each for each in sentences(path) if not _JAPANESE.search(mistake_in_words(each, "ja"))}
    assert english <= UNTRANSLATED


UNTRANSLATED = {
    "The sender's earlier recipients are unknown.",
    "The sender's groups are unknown.",
    "The policy folder x cannot be read: x.",
}
"""Sentences about a message or a folder, not about a file of a draft."""


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES.values(), ids=MISTAKES.keys())
def test_real_mistakes_are_said_in_japanese(old: str, new: str, expected: str) -> None:
    """As the loader words them, with the names from the file kept."""
    del expected
    with pytest.raises(PolicyErrors) as caught:
        load_set(changed(old, new))
    for error in caught.value.errors:
        assert _JAPANESE.search(mistake_in_words(error.sentence, "ja")), error.sentence
        assert mistake_in_words(error.sentence, "en") == error.sentence


@pytest.mark.parametrize(("old", "new", "expected"), SUITE_MISTAKES.values(), ids=SUITE_MISTAKES.keys())
def test_real_mistakes_of_tests_are_said_in_japanese(old: str, new: str, expected: str) -> None:
    """The test file's too."""
    del expected
    with pytest.raises(PolicyErrors) as caught:
        load_set(changed(old, new, "strangers_test.yaml"))
    assert all(_JAPANESE.search(mistake_in_words(error.sentence, "ja")) for error in caught.value.errors)


def test_what_a_test_got_is_said_in_japanese() -> None:
    """Values in words, names of rules as they are."""
    loaded = load_set(changed("at_least: 3", "at_least: 4"))
    [failed] = [result for result in run_tests(loaded) if not result.passed]
    said = [mistake_in_words(difference, "ja") for difference in failed.differences]
    assert said[0] == "動作が 「警告する」 のはずが、「送信できる」 になりました"
    assert said[-1] == "知らせるルールが [strangers.three] のはずが、なし になりました"


def test_an_unknown_sentence_stays_as_it_is() -> None:
    """Better English than nothing."""
    assert mistake_in_words("Something new.", "ja") == "Something new."


def test_a_long_text_that_looks_like_our_sentences_stalls_nothing() -> None:
    """What a file says is quoted in the sentence; reading it takes a moment at most, however often it fits."""
    quoted = " “”; did you mean “" * 5_000
    begun = time.process_time()
    assert mistake_in_words(f"Unknown value “{quoted}”.", "ja")
    assert time.process_time() - begun < 1
