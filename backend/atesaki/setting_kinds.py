"""The kinds of values that settings have: lists, ids, addresses of services."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, SecretStr
from pydantic_settings import NoDecode

from atesaki.judgement.organization import normalize_domain

is_guid = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}").fullmatch
"""Tells whether a text is an id of Microsoft Entra (RFC 9562), as its tokens write it."""


LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})
"""Names of this machine, to which alone plain http is safe."""


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
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOOPBACK):
        raise ValueError("it begins with https://, or with http:// on this machine")
    return value


def reachable(value: str) -> str:
    """Return an address of a service whose host and port a connection can be made to."""
    parts = urlsplit(value)
    if not value.isascii():
        raise ValueError("it is written in ASCII: a host as xn--…, other letters of a path as %…")
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        raise ValueError("its port is a number from 1 to 65535")
    if any(not 0 < len(label) < 64 for label in (parts.hostname or "").rstrip(".").split(".")):  # noqa: PLR2004  # RFC 1035.
        raise ValueError("its host is a name such as siem.example.org")
    return value


def without_password(value: str) -> str:
    """Return an address in which nobody signs in: we would send neither name nor password."""
    if "@" in urlsplit(value).netloc:
        raise ValueError("it holds no user and no password; who posts is known by the signature")
    return value


def sendable(value: SecretStr) -> SecretStr:
    """Return a secret that a header carries as it is; other characters reach a server in one encoding or another."""
    if re.fullmatch(r"[!-~]([ -~]*[!-~])?", value.get_secret_value()) is None:
        raise ValueError("it has letters, digits and signs of ASCII only, as openssl rand -hex 24 makes them")
    return value


def origin(value: str) -> str:
    """Return an origin as browsers write it (RFC 6454 §6.2): in lower case, without the usual port."""
    scheme, _, host = value.lower().partition("://")
    return f"{scheme}://{host.removesuffix({'https': ':443', 'http': ':80'}.get(scheme, ':'))}"


def like(pattern: str, example: str) -> AfterValidator:
    """Return what checks that a whole text matches; its error gives an example, which tells more than a pattern."""

    def checked(value: str) -> str:
        if re.fullmatch(pattern, value) is None:
            raise ValueError(f"it must look like {example}")
        return value

    return AfterValidator(checked)


def sentence_of(error: Mapping[str, Any]) -> str:
    """Say what is wrong with a value; pydantic itself speaks of items and validation where one is too short or long."""
    limits, said = error.get("ctx", {}), str(error["msg"])
    unit = "values" if limits.get("field_type") == "Tuple" else "characters"
    if "min_length" in limits:
        return f"it needs at least {limits['min_length']} {unit}"
    return f"it has at most {limits['max_length']} {unit}" if "max_length" in limits else said


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(split)]
Domains = Annotated[tuple[Annotated[str, AfterValidator(normalize_domain)], ...], NoDecode, BeforeValidator(split)]
Secret = Annotated[SecretStr, Field(min_length=16, max_length=200), AfterValidator(sendable)]
Keys = Annotated[tuple[Secret, ...], NoDecode, BeforeValidator(split)]
Origins = Annotated[
    tuple[
        Annotated[str, like(r"[a-z][a-z0-9+.-]*://[^/\s]+", "https://mail.example.org"), AfterValidator(origin)], ...
    ],
    NoDecode,
    BeforeValidator(split),
]
Guids = Annotated[tuple[Annotated[str, AfterValidator(guid)], ...], NoDecode, BeforeValidator(split)]
Audiences = Annotated[tuple[Annotated[str, AfterValidator(audience)], ...], NoDecode, BeforeValidator(split)]
Rate = Annotated[float, Field(ge=0, le=1_000_000, allow_inf_nan=False)]
Url = Annotated[str, like(r"https?://[^\s/]+(/\S*)?", "https://guard.example.org"), AfterValidator(without_slash)]
HttpsUrl = Annotated[
    str,
    like(r"https?://[^\s/]+(/\S*)?", "https://siem.example.org/atesaki"),
    AfterValidator(https),
    AfterValidator(without_password),
    AfterValidator(reachable),
]
Authority = Annotated[
    str, like(r"https://[^/\s]+/?", "https://login.microsoftonline.com"), AfterValidator(without_slash)
]
Issuer = Annotated[
    str,
    like(r"(https://|http://(localhost|127\.0\.0\.1|\[::1\])[:/])[^\s?#]*", "https://login.example.org/realms/hall"),
]
Tenant = Annotated[str, like(r"[A-Za-z0-9.-]+", "11111111-2222-4333-8444-555555555555 or hall.example")]
TlsAddress = Annotated[
    str,
    like(r"tls://([^\s/:@]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?", "tls://siem.example.org:6514"),
    AfterValidator(reachable),
]
SmtpUrl = Annotated[
    str,
    like(r"smtps?://([^\s/@]+@)?([^\s/:@]+|\[[0-9a-fA-F:]+\])(:\d{1,5})?", "smtp://mail.example.org:587"),
    AfterValidator(reachable),
]
MailAddress = Annotated[str, like(r"[^@\s<>]+@[^@\s<>]+", "postmaster@example.org")]
MailAddresses = Annotated[tuple[MailAddress, ...], NoDecode, BeforeValidator(split)]
