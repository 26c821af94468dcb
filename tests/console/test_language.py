"""Which language a visitor gets."""

import pytest
from starlette.requests import Request

from atesaki.console.language import LOCALES, locale_of
from atesaki.judgement.explain import Locale


def _request(query: str, accept: str) -> Request:
    headers = [(b"accept-language", accept.encode())]
    return Request({"type": "http", "query_string": query.encode(), "headers": headers})


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
