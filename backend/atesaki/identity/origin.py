"""Tells whether a request that changes something was sent by a page of our own (CSRF)."""

from collections.abc import Mapping
from urllib.parse import urlsplit


def is_own(headers: Mapping[str, str]) -> bool:
    """Return whether a request comes from our own page (Fetch Metadata; else Origin against Host, RFC 6454).

    A client that sends neither header is no browser, so nobody's cookie is being misused.
    """
    if site := headers.get("sec-fetch-site"):
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is None or urlsplit(origin).netloc == headers.get("host")
