"""The Admin SDK of Google, acting for one admin of the organization through domain-wide delegation."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

import google_auth_httplib2
import httplib2
from google.oauth2 import service_account
from googleapiclient.discovery import build

from atesaki.deadline import TlsSocket, within

SCOPES: Final = (
    "https://www.googleapis.com/auth/admin.directory.group.readonly",
    "https://www.googleapis.com/auth/admin.directory.group.member.readonly",
    "https://www.googleapis.com/auth/admin.directory.user.readonly",
)
TIMEOUT: Final = 20.0
"""Seconds for each step of an HTTP exchange."""

WHOLE: Final = 30.0
"""Seconds for all of it."""


class GoogleService:
    """Makes requests and sends them; `endpoint` is where the API is, `None` for Google itself.

    Raises `ValueError` where the file is no key of a service account, `OSError` where it can't be read.
    """

    def __init__(self, account_file: Path, admin: str, endpoint: str | None = None) -> None:
        self._credentials = service_account.Credentials.from_service_account_file(  # type: ignore[no-untyped-call]
            str(account_file), scopes=SCOPES, subject=admin
        )
        self._api = _api(endpoint)

    @property
    def groups(self) -> Any:  # noqa: ANN401  # The library makes its classes from Google's description.
        """The requests about groups."""
        return self._api.groups()

    @property
    def members(self) -> Any:  # noqa: ANN401  # As above.
        """The requests about members of groups."""
        return self._api.members()

    @property
    def users(self) -> Any:  # noqa: ANN401  # As above.
        """The requests about accounts."""
        return self._api.users()

    def connection(self) -> Any:  # noqa: ANN401  # The library has no types.
        """A connection, to be closed; httplib2's may not be shared by threads."""
        return google_auth_httplib2.AuthorizedHttp(self._credentials, http=_http())


class _Connection(httplib2.HTTPSConnectionWithTimeout):  # type: ignore[misc]  # The library has no types.
    """Speaks TLS through sockets that heed `within`."""

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401  # As above.
        super().__init__(*args, **options)
        self._context.sslsocket_class = TlsSocket


class _Http(httplib2.Http):  # type: ignore[misc]  # As above.
    def request(self, uri: str, *args: Any, **options: Any) -> Any:  # noqa: ANN401  # As above.
        if uri.startswith("https:"):
            options["connection_type"] = _Connection
        with within(WHOLE):
            return super().request(uri, *args, **options)


def _http() -> httplib2.Http:
    http = _Http(timeout=TIMEOUT)
    http.follow_redirects = False
    return http


@cache
def _api(endpoint: str | None) -> Any:  # noqa: ANN401  # As above.
    """The API as described by the library's own copy; no request is made."""
    options: Mapping[str, str] = {} if endpoint is None else {"api_endpoint": endpoint}
    return build("admin", "directory_v1", http=httplib2.Http(), static_discovery=True, client_options=dict(options))
