"""Opens the directories that the settings name; none is asked anything yet."""

import contextlib
import logging
from collections.abc import Mapping

from atesaki.directory.google import GoogleDirectory
from atesaki.directory.google_service import GoogleService
from atesaki.directory.graph import GraphDirectory
from atesaki.directory.graph_session import GraphSession
from atesaki.directory.graph_token import GraphToken, Registration
from atesaki.directory.port import Directory
from atesaki.settings import Settings, SettingsError

Closing = contextlib.ExitStack | contextlib.AsyncExitStack

# Their warnings hold addresses of requests, and so addresses of people.
_TALKATIVE = ("googleapiclient", "urllib3", "msal", "google_auth_httplib2", "google.auth")


def open_directories(settings: Settings, closing: Closing) -> Mapping[str, Directory]:
    """Return the directories by provider; raises `SettingsError` where a key file can't be used."""
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(logging.ERROR)
    found: dict[str, Directory] = {}
    if settings.graph_client_id:
        found["microsoft"] = _graph(settings, closing)
    if settings.google_service_account_file:
        found["google"] = _google(settings)
    return found


def _graph(settings: Settings, closing: Closing) -> Directory:
    session = closing.enter_context(GraphSession())
    secret = settings.graph_client_secret
    registration = Registration(
        tenant=settings.graph_tenant or "",
        client_id=settings.graph_client_id or "",
        secret=secret.get_secret_value() if secret else "",
        certificate=_certificate(settings),
    )
    return GraphDirectory(GraphToken(registration, session), session)


def _certificate(settings: Settings) -> str:
    if settings.graph_certificate_file is None:
        return ""
    try:
        text = settings.graph_certificate_file.read_text(encoding="ascii")
    except (OSError, UnicodeError) as error:
        raise _unusable("graph_certificate_file", "the file can't be read") from error
    if "PRIVATE KEY-----" not in text or "BEGIN CERTIFICATE-----" not in text:
        raise _unusable("graph_certificate_file", "the file holds no private key and certificate in PEM")
    return text


def _google(settings: Settings) -> Directory:
    file, admin = settings.google_service_account_file, settings.google_admin
    if file is None or admin is None:
        raise _unusable("google_admin", "it and ATESAKI_GOOGLE_SERVICE_ACCOUNT_FILE are set together")
    try:
        return GoogleDirectory(GoogleService(file, admin))
    except (OSError, ValueError) as error:
        raise _unusable("google_service_account_file", "the file holds no key of a service account") from error


def _unusable(name: str, why: str) -> SettingsError:
    return SettingsError(f"ATESAKI_{name.upper()} can't be used: {why}.", field=name)
