"""The kinds of values that settings have: lists, ids, addresses of services."""

import re
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

is_guid = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
"""Tells whether a text is an id of Microsoft Entra (RFC 9562), as its tokens write it."""


_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def split(value: object) -> object:
    """Read `a, b` as two values."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def guid(value: str) -> str:
    """Return an id of Microsoft Entra as its tokens write it."""
    if not is_guid(value.lower()):
        raise ValueError("each value is a GUID such as 11111111-2222-4333-8444-555555555555")
    return value.lower()


def audience(value: str) -> str:
    """Return an audience of a token of Microsoft Entra."""
    return value if value.startswith("api://") else guid(value)


def without_slash(value: str | None) -> str | None:
    """Return an address to which a path can be added."""
    return None if value is None else value.rstrip("/")


def https(value: str) -> str:
    """Return an address that nobody on the way can listen to."""
    parts = urlsplit(value)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise ValueError("it begins with https://, or with http:// on this machine")
    return value


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split)]
Keys = Annotated[
    tuple[Annotated[SecretStr, Field(min_length=16, max_length=200)], ...], NoDecode, BeforeValidator(split)
]
Origins = Annotated[
    tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9+.-]*://[^/\s]+$")], ...], NoDecode, BeforeValidator(split)
]
Guids = Annotated[tuple[Annotated[str, AfterValidator(guid)], ...], NoDecode, BeforeValidator(split)]
Audiences = Annotated[tuple[Annotated[str, AfterValidator(audience)], ...], NoDecode, BeforeValidator(split)]
Rate = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
HttpsUrl = Annotated[str, Field(pattern=r"^https?://[^\s/]+(/\S*)?$"), AfterValidator(https)]
TlsAddress = Annotated[str, Field(pattern=r"^tls://([^\s/:@]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?$")]
SmtpUrl = Annotated[str, Field(pattern=r"^smtps?://([^\s/@]+@)?([^\s/:@]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?$")]
MailAddress = Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")]
MailAddresses = Annotated[tuple[MailAddress, ...], NoDecode, BeforeValidator(split)]
