"""The strings of the pages in both languages, and which language a visitor gets."""

import re
from importlib.resources import files

import pytest
from starlette.requests import Request

from atesaki.console.language import LOCALES, locale_of, strings
from atesaki.judgement.explain import Locale


def _request(query: str, accept: str) -> Request:
    headers = [(b"accept-language", accept.encode())]
    return Request({"type": "http", "query_string": query.encode(), "headers": headers})


def test_both_languages_have_every_string() -> None:
    """No string is missing, and each says how often the same numbers stand in it."""
    japanese, english = strings("ja"), strings("en")
    assert japanese.keys() == english.keys()
    assert {name for name, text in japanese.items() if not text.strip()} == set()
    differing = {name for name in japanese if ("{count}" in japanese[name]) != ("{count}" in english[name])}
    assert differing == set()


def test_every_string_a_template_names_exists() -> None:
    """A template that asks for an unknown string would fail only when it is shown."""
    templates = files("atesaki.console").joinpath("templates")
    names = {
        name
        for page in templates.iterdir()
        if page.is_file()
        for name in re.findall(r"\bt\.(\w+)", page.read_text("utf-8"))
    }
    assert names - strings("en").keys() == set()


def test_japanese_is_japanese_and_english_is_english() -> None:
    """Only the names of languages and of fields may look alike in both."""
    same = {name for name in strings("ja") if strings("ja")[name] == strings("en")[name]}
    assert same == {"language_en", "language_ja"}


@pytest.mark.parametrize(
    ("query", "accept", "locale"),
    [
        ("", "", "ja"),
        ("", "en-GB,en;q=0.9,ja;q=0.8", "en"),
        ("", "fr, ja;q=0.5, en;q=0.7", "en"),
        ("", "de", "ja"),
        ("", "en;q=0, ja", "ja"),
        ("", "en;q=much", "ja"),
        ("lang=en", "ja", "en"),
        ("lang=fr", "en", "en"),
    ],
)
def test_the_language_is_the_one_asked_for(query: str, accept: str, locale: Locale) -> None:
    """The address wins over the browser's languages, and those over the default."""
    assert locale_of(_request(query, accept), "ja") == locale
    assert locale in LOCALES
