"""What Authlib's client calls the token endpoint with: one POST, and its answer as JSON."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol
from urllib.parse import urlencode

from atesaki.identity.oidc_http import Answer, Call

_FIRST_ERROR = 400


class Authenticates(Protocol):
    """Adds to a request who we are."""

    def prepare(
        self, method: str, uri: str, headers: dict[str, str], body: str
    ) -> tuple[str, dict[str, str], str | bytes]:
        """Return address, headers and body with it."""


class TokenAnswer(NamedTuple):
    """The endpoint's answer, as Authlib reads it."""

    answer: Answer

    @property
    def status_code(self) -> int:
        """The status."""
        return self.answer.status

    def json(self) -> Any:  # noqa: ANN401  # Whatever was answered.
        """Return what the body holds; raises `ValueError`."""
        return json.loads(self.answer.body)

    def raise_for_status(self) -> None:
        """Raise `ConnectionError` for an error."""
        if self.status_code >= _FIRST_ERROR:
            raise ConnectionError(f"The token endpoint answered {self.status_code}.")


class TokenCalls:
    """The session of Authlib's client."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def post(
        self, url: str, *, data: Mapping[str, str], headers: Mapping[str, str], auth: Authenticates
    ) -> TokenAnswer:
        """Send a form; blocks."""
        url, prepared, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return TokenAnswer(self._call(url, prepared, body.encode() if isinstance(body, str) else body))
