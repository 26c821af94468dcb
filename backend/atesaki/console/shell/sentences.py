"""Errors of the slices in the visitor's language: English sentences in one catalog, `{}` for what differs in them."""

from __future__ import annotations

import io
import re
from functools import cache
from importlib.resources import files

from babel.messages.pofile import read_po

from atesaki.console.shell.text import CATALOGS, translations
from atesaki.judgement.explain import Locale
from atesaki.policies.in_words.mistakes import mistake_in_words

NAME = "sentences.po"


def translated(sentence: str, locale: Locale) -> str:
    """Return the sentence of an error in a language; one that is known neither here nor as a mistake stays English."""
    known = translations(locale).gettext(sentence)
    if known != sentence or locale == "en":
        return known
    for pattern, text in _patterns(locale):
        if found := pattern.fullmatch(sentence):
            return text.format(*found.groups())
    return mistake_in_words(sentence, locale)


@cache
def _patterns(locale: Locale) -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return what recognizes the sentences with gaps, those that say most first."""
    path = files("atesaki.console").joinpath(CATALOGS, locale, NAME)
    entries = [(str(entry.id), str(entry.string)) for entry in read_po(io.BytesIO(path.read_bytes())) if entry.id]
    gapped = sorted((pair for pair in entries if "{}" in pair[0]), key=lambda pair: -len(pair[0]))
    return tuple(
        (re.compile(re.escape(text).replace(r"\{\}", "(.+?)"), re.DOTALL), japanese) for text, japanese in gapped
    )
