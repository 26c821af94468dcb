"""What a client asks at the moment of Send, exactly as it stands in the body of `POST /v1/decisions`."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from atesaki.identity.verifier import Identity
from atesaki.judgement.explain import Locale
from atesaki.judgement.message import Message

ClientApp = Literal["outlook", "gmail_extension", "gmail_addon", "smtp", "api"]
Label = Annotated[str, Meta(max_length=64, pattern=r"^[A-Za-z0-9 ._+()/-]*$(?!\n)")]
"""Recorded as it is, so it has no room for an address."""
LanguageTag = Annotated[str, Meta(max_length=35, pattern=r"^[A-Za-z0-9-]*$(?!\n)")]
"""A language tag (BCP 47); RFC 5646 §4.4.1 names 35 characters as long enough."""


FailureReason = Literal["timeout", "offline", "http_4xx", "http_5xx", "invalid_answer", "exception"]


class DegradedReport(Struct, frozen=True, forbid_unknown_fields=True):
    """What a client did by its local rule when it got no answer; `people` were visible outside recipients."""

    at: Annotated[dt.datetime, Meta(tz=True)]
    reason: FailureReason
    action: Literal["prompted", "held", "allowed"]
    people: Annotated[int, Meta(ge=0, le=2**31)]


class Client(Struct, frozen=True, forbid_unknown_fields=True):
    """The mail client that asks, at Send or already while composing, and what it did without an answer before."""

    app: ClientApp = "api"
    platform: Label | None = None
    version: Label | None = None
    moment: Literal["send", "compose"] = "send"
    degraded: Annotated[tuple[DegradedReport, ...], Meta(max_length=50)] = ()


class DecisionRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """A message to be judged, and for whom the reasons are written."""

    message: Message
    client: Client = Client()
    locale: LanguageTag | None = None

    def language(self, default: Locale) -> Locale:
        """Return the language of the reasons: `ja-JP` is Japanese; one that we don't speak gives the default."""
        return language_of(self.locale, default)


def language_of(tag: str | None, default: Locale) -> Locale:
    """Return the language of a tag (BCP 47)."""
    match (tag or "").lower().split("-")[0]:
        case "ja":
            return "ja"
        case "en":
            return "en"
        case _:
            return default


class Caller(Struct, frozen=True):
    """Who sent the request: the digest of the deployment key and, by a valid token, the person."""

    key: str
    identity: Identity | None = None
