"""Signs this server in to Microsoft Graph by client credentials, with a secret or a certificate."""

import threading
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import msal
import requests
from msal.exceptions import MsalError, MsalServiceError
from msgspec import Struct

from atesaki.directory.errors import DirectoryBusy, DirectoryFaulty, DirectoryRefused, DirectoryUnavailable
from atesaki.directory.patience import seconds_of

AUTHORITY = "https://login.microsoftonline.com"
SCOPES = ["https://graph.microsoft.com/.default"]
# What the sign-in service says of a passing fault of its own (RFC 6749 §4.1.2.1).
_PASSING = frozenset({"temporarily_unavailable", "server_error"})
_FAULT = "The sign-in service of Microsoft has a fault at the moment."


class Registration(Struct, frozen=True):
    """The app registration in Entra; one of `secret` and `certificate` (key and certificate in PEM) is set."""

    tenant: str
    client_id: str
    secret: str = ""
    certificate: str = ""

    @property
    def credential(self) -> str | Mapping[str, str]:
        """What msal calls the client credential."""
        if self.certificate:
            return {"private_key": self.certificate, "public_certificate": self.certificate}
        return self.secret


class GraphToken:
    """An access token for Graph, renewed by msal when it ends; `session` is what it speaks HTTP with."""

    def __init__(self, registration: Registration, session: requests.Session) -> None:
        self._registration = registration
        self._http = _Heeding(session)
        self._client: Any = None
        self._gate = threading.Lock()

    def __call__(self) -> str:
        """Return a token; raises `DirectoryRefused`, `DirectoryBusy` or `DirectoryUnavailable`."""
        with self._gate:
            try:
                answer = self._acquired()
            except (requests.HTTPError, MsalServiceError) as error:
                self._client = None
                raise DirectoryFaulty(_FAULT) from error
            except (requests.RequestException, MsalError) as error:
                self._client = None
                raise DirectoryUnavailable("The sign-in service of Microsoft can't be reached.") from error
            except ValueError as error:
                # msal's for a tenant whose description isn't there or can't be read.
                self._client = None
                raise DirectoryUnavailable(
                    "The sign-in service of Microsoft does not tell of this tenant: check ATESAKI_GRAPH_TENANT."
                ) from error
        return _token(answer)

    def forget(self) -> None:
        """Sign in anew the next time, because the token was not taken."""
        with self._gate:
            self._client = None

    def _acquired(self) -> Mapping[str, Any]:
        if self._client is None:
            # Made late, because it asks the tenant for its description at once.
            self._client = msal.ConfidentialClientApplication(
                self._registration.client_id,
                client_credential=self._registration.credential,
                authority=f"{AUTHORITY}/{self._registration.tenant}",
                http_client=self._http,
            )
        answer: Mapping[str, Any] = self._client.acquire_token_for_client(scopes=SCOPES)
        return answer


class _Heeding:
    """What msal speaks HTTP with; msal itself takes "too many requests" for a refusal, or for a tenant that is none."""

    def __init__(self, session: requests.Session) -> None:
        self._session = session

    def get(self, url: str, **options: Any) -> requests.Response:  # noqa: ANN401  # Handed on as msal gives them.
        """Ask; raises `DirectoryBusy`."""
        return _heard(self._session.get(url, **options))

    def post(self, url: str, **options: Any) -> requests.Response:  # noqa: ANN401  # As above.
        """Post; raises `DirectoryBusy`."""
        return _heard(self._session.post(url, **options))


def _heard(answer: requests.Response) -> requests.Response:
    if answer.status_code == HTTPStatus.TOO_MANY_REQUESTS:
        wait = seconds_of(answer.headers.get("Retry-After"))
        raise DirectoryBusy("The sign-in service of Microsoft asks us to wait.", wait)
    return answer


def _token(answer: Mapping[str, Any]) -> str:
    token = answer.get("access_token")
    if isinstance(token, str):
        return token
    if answer.get("error") in _PASSING:
        raise DirectoryFaulty(_FAULT)
    raise DirectoryRefused("Microsoft doesn't sign this server in: check ATESAKI_GRAPH_CLIENT_ID and its secret.")
