"""Calls to an OpenID provider: https, or http on this machine; small, impatient, and following no redirect."""

import urllib.request
from collections.abc import Mapping
from http.client import HTTPException
from typing import Final, NamedTuple, Protocol
from urllib.error import HTTPError
from urllib.parse import urlsplit

from atesaki.deadline import within
from atesaki.identity.jwks import opener
from atesaki.setting_kinds import LOOPBACK

SECONDS: Final = 10.0
MAX_BYTES: Final = 524_288
FAILURES: Final = (OSError, HTTPException, ValueError, RecursionError)
"""What a call can raise, and the reading of its answer."""


class Answer(NamedTuple):
    """What a provider answered."""

    status: int
    body: bytes


class Call(Protocol):
    """Calls an address, with GET or, where there is a body, POST; blocks, and raises one of `FAILURES`."""

    def __call__(self, url: str, headers: Mapping[str, str] = {}, body: bytes | None = None) -> Answer:
        """Return the answer, whatever its status is."""


def call(url: str, headers: Mapping[str, str] = {}, body: bytes | None = None) -> Answer:
    """Do it with the standard library, which checks certificates and heeds the machine's proxy."""
    if not is_safe(url):
        raise ValueError("An identity provider is called by https.")
    request = urllib.request.Request(url, body, dict(headers))  # noqa: S310  # The scheme was just looked at.
    with within(SECONDS):
        try:
            with opener().open(request, timeout=SECONDS) as answer:
                return _answer(answer.status, answer.read(MAX_BYTES + 1))
        except HTTPError as error:
            with error:
                return _answer(error.code, error.read(MAX_BYTES + 1))


def is_safe(url: str) -> bool:
    """Tell whether nobody on the way can read or change what is said there (OpenID Connect Core 1.0 §16.17)."""
    parts = urlsplit(url)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK))


def _answer(status: int, body: bytes) -> Answer:
    if len(body) > MAX_BYTES:
        raise ValueError("The provider's answer is too large.")
    return Answer(status, body)
