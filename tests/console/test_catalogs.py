"""Every text of the console has its Japanese, and no catalog holds what nobody says."""

import re
from collections import defaultdict

import pytest
from tests.console.catalog import CATALOGS, SHARED, Text, entries, missing, said, slices

_VALUES = re.compile(r"%\(\w+\)s")
_JAPANESE = re.compile(r"[、ぁ-んァ-ヶ一-龠]")
NAMES = {"Atesaki", "Outlook", "YAML", "Bcc", "Cc", "CSV"}
"""Texts that are the same in both languages."""


@pytest.mark.parametrize("name", slices())
def test_every_text_has_its_japanese(name: str) -> None:
    """A page is never half in English."""
    assert missing(name) == set()


def test_no_catalog_holds_what_nobody_says() -> None:
    """What was deleted from a page is deleted from its catalog; the shared one serves all slices."""
    everything = {text for name in slices() for text in said(name)}
    unused = {name: entries(name).keys() - (everything if name == SHARED else said(name)) for name in _catalogs()}
    assert {name: texts for name, texts in unused.items() if texts} == {}


def test_a_translation_has_the_same_values_and_is_japanese() -> None:
    """A value that is missing would be lost to the reader, an unknown one would break the page."""
    wrong = []
    for name in _catalogs():
        for text, message in entries(name).items():
            english = text if isinstance(text, str) else text[-1]
            japanese = _first(message.string)
            same_values = set(_VALUES.findall(english)) == set(_VALUES.findall(japanese))
            if message.fuzzy or not same_values or not (_JAPANESE.search(japanese) or english in NAMES):
                wrong.append((name, text, japanese))
    assert wrong == []


def test_a_text_is_translated_alike_everywhere() -> None:
    """Two slices that say the same in English say the same in Japanese."""
    found: dict[Text, set[str]] = defaultdict(set)
    for name in _catalogs():
        for text, message in entries(name).items():
            found[text].add(str(message.string))
    assert {text: strings for text, strings in found.items() if len(strings) > 1} == {}


def _first(text: object) -> str:
    return str(text[0]) if isinstance(text, tuple | list) else str(text)


def _catalogs() -> list[str]:
    """Return the catalogs of slices; `sentences` belongs to all of them and has tests of its own."""
    return sorted(path.stem for path in CATALOGS.glob("*.po") if path.stem != "sentences")
