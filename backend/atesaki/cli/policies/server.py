"""The policy set of a running server, read and replaced through `/v1/policies`."""

import http.client
import ipaddress
import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode, urlsplit

import msgspec
from msgspec import Struct
from pydantic import SecretStr

from atesaki.cli.policies.published import Published
from atesaki.identity.jwks import NoRedirect
from atesaki.judgement.errors import AtesakiError
from atesaki.policies.errors import PolicyError, PolicyErrors

SECONDS: Final = 60.0
MAX_BYTES: Final = 256 * 1024 * 1024
"""Longest answer that is read; the largest set fits in."""


class ServerUnusable(AtesakiError):
    """The server can't be reached, is none of ours, or refuses."""


class _Publication(Struct):
    number: int
    revision: str
    files: dict[str, str]


class _Answer(_Publication):
    newest: _Publication | None = None


class _Problem(Struct):
    type: str
    detail: str
    errors: tuple[PolicyError, ...] = ()


class Server:
    """A running server; a few small requests need no pool, and the standard library heeds the machine's proxies."""

    def __init__(self, url: str, token: SecretStr | None) -> None:
        """Raise `ServerUnusable` for an address that is none, or where the token is missing or would be overheard."""
        if token is None:
            raise ServerUnusable("Set ATESAKI_ADMIN_TOKEN to the admin token of the server.")
        _check(url)
        self._url = f"{url.rstrip('/')}/v1/policies"
        # A proxy would overhear a token that goes by http to this machine.
        proxies: dict[str, str] | None = {} if urlsplit(url).scheme == "http" else None
        # The token goes to the address that was named, and nowhere else.
        self._opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler(proxies))
        self._headers = {"Authorization": f"Bearer {token.get_secret_value()}", "Accept": "application/json"}

    def newest(self) -> Published:
        """Return the files published last and their revision; where those don't load, others are in force."""
        answer = self._ask(urllib.request.Request(self._url, headers=self._headers))  # noqa: S310  # Checked above.
        published = answer.newest or answer
        return Published(published.files, published.revision)

    def publish(self, files: Mapping[str, str], note: str, expected: str | None) -> int:
        """Publish in the place of the revision `expected`, and return the number of the publication."""
        headers = {
            **self._headers,
            "Content-Type": "application/json",
            "If-Match": f'"{expected}"' if expected else "*",
        }
        address = f"{self._url}?{urlencode({'note': note})}"
        body = json.dumps(dict(files)).encode()
        return self._ask(urllib.request.Request(address, body, headers, method="PUT")).number  # noqa: S310

    def _ask(self, request: urllib.request.Request) -> _Answer:
        try:
            with self._opener.open(request, timeout=SECONDS) as answer:
                return msgspec.json.decode(answer.read(MAX_BYTES), type=_Answer)
        except urllib.error.HTTPError as error:
            with error:
                raise _refusal(error.code, error.read(MAX_BYTES)) from error
        except urllib.error.URLError as error:
            raise ServerUnusable(f"The server can't be reached: {error.reason}.") from error
        except (OSError, http.client.HTTPException) as error:
            raise ServerUnusable(f"The server can't be reached: {type(error).__name__}.") from error
        except msgspec.MsgspecError as error:
            raise ServerUnusable("This address doesn't answer as Atesaki does.") from error


def _check(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ServerUnusable("The address of the server can't be read; look for a missing bracket.") from error
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ServerUnusable("The address of the server begins with https://.")
    if parts.scheme == "http" and not _is_this_machine(parts.hostname):
        raise ServerUnusable("The admin token travels by https only, except to this machine.")


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _refusal(status: int, body: bytes) -> AtesakiError:
    try:
        problem = msgspec.json.decode(body, type=_Problem)
    except msgspec.MsgspecError:
        return ServerUnusable(f"The server answers with status {status}, not as Atesaki does.")
    if problem.type == PolicyErrors.type and problem.errors:
        return PolicyErrors(problem.errors)
    return ServerUnusable(problem.detail)
