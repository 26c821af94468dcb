"""Posts to webhooks over HTTPS: signed, without redirects, and patient where the receiver asks for it."""

import email.utils
import hashlib
import hmac
import http.client
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from typing_extensions import override

from atesaki import __version__
from atesaki.journal.feed.delivery import NotDelivered

SIGNATURE = "Atesaki-Signature"
ANSWER_SECONDS = 10.0
_TOO_LARGE = 413


class Post:
    """One address that things are posted to.

    The header `Atesaki-Signature: t=<seconds>,v1=<hex>` holds HMAC-SHA256 over `<seconds>.<body>`: its receiver knows
    by it who sent this, and when, and can refuse what is old.
    """

    def __init__(
        self,
        url: str,
        secret: bytes,
        context: ssl.SSLContext,
        *,
        clock: Callable[[], float] = time.time,
        seconds: float = ANSWER_SECONDS,
    ) -> None:
        self.url = url
        self._secret = secret
        self._clock = clock
        self._seconds = seconds
        self._opener = urllib.request.build_opener(urllib.request.HTTPSHandler(context=context), _NoRedirects())

    def send(self, body: bytes, headers: Mapping[str, str]) -> None:
        """Return once the receiver has answered 2xx; raises `NotDelivered`."""
        request = urllib.request.Request(self.url, body, method="POST")  # noqa: S310  # Settings take https only.
        for name, value in {**headers, "User-Agent": f"Atesaki/{__version__}", **self._signature(body)}.items():
            request.add_header(name, value)
        try:
            with self._opener.open(request, timeout=self._seconds):
                return
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error, self._clock()) from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            # A name that can't stand in DNS is a `ValueError`.
            reason = getattr(error, "reason", error)
            raise NotDelivered(f"The receiver can't be reached: {_name(reason)}.") from None

    def _signature(self, body: bytes) -> dict[str, str]:
        at = str(int(self._clock()))
        digest = hmac.new(self._secret, at.encode() + b"." + body, hashlib.sha256).hexdigest()
        return {SIGNATURE: f"t={at},v1={digest}"}


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """Makes a redirect an answer like any other: what is signed for one receiver goes to no other."""

    @override
    def redirect_request(self, *_: Any) -> None:
        return None


def _refusal(error: urllib.error.HTTPError, now: float) -> NotDelivered:
    return NotDelivered(
        f"The receiver answers {error.code}.",
        retry_after=_seconds(error.headers.get("Retry-After", ""), now),
        too_large=error.code == _TOO_LARGE,
    )


def _seconds(retry_after: str, now: float) -> float:
    """Read seconds, or a date (RFC 9110 §10.2.3); 0 for nonsense."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(retry_after).timestamp() - now)
    except (ValueError, TypeError):
        return 0.0


def _name(reason: object) -> str:
    return reason if isinstance(reason, str) else type(reason).__name__
