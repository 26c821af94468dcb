"""A directory that answers a byte at a time is unavailable, as one is that does not answer."""

import json
from pathlib import Path

import httplib2
import pytest
from tests.directory.conftest import ToLoopback
from tests.fakes.directories import FakeApi, World
from tests.fakes.dripping import HANDSHAKE, HTTP, dripping
from tests.fakes.receivers import Certificate, certificate
from tests.test_deadline import WHOLE, timed

from atesaki.directory import google_service, graph_session
from atesaki.directory.errors import DirectoryUnavailable
from atesaki.directory.google import GoogleDirectory
from atesaki.directory.google_service import GoogleService
from atesaki.directory.graph_session import GraphSession
from atesaki.directory.graph_token import GraphToken, Registration


@pytest.fixture
def tls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Certificate:
    """A certificate that this machine trusts, where a directory has little time."""
    made = certificate(tmp_path)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(made.file))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    monkeypatch.setattr(httplib2, "CA_CERTS", str(made.file))
    for module in (google_service, graph_session):
        monkeypatch.setattr(module, "WHOLE", WHOLE)
    return made


@pytest.mark.parametrize("words", [HTTP, HANDSHAKE])
def test_a_sign_in_service_of_microsoft_that_drips_is_unavailable(tls: Certificate, words: bytes) -> None:
    """By itself msal sets no time at all."""
    api = FakeApi(World())
    with dripping(words, tls if words == HTTP else None) as server, GraphSession() as session:
        api.base = f"https://127.0.0.1:{server.port}"
        session.mount("https://", ToLoopback(api))
        token = GraphToken(Registration("tenant", "client", "secret"), session)
        with pytest.raises(DirectoryUnavailable, match="can't be reached"):
            timed(token)


def test_a_directory_of_google_that_drips_is_unavailable(
    tls: Certificate, service_account: dict[str, str], tmp_path: Path
) -> None:
    """Whoever opens its page in the console waits for it."""
    with dripping(HTTP, tls) as server:
        base = f"https://127.0.0.1:{server.port}"
        file = tmp_path / "account.json"
        file.write_text(json.dumps({**service_account, "token_uri": f"{base}/token"}))
        service = GoogleService(file, "admin@hall.example", base)
        with pytest.raises(DirectoryUnavailable):
            timed(lambda: GoogleDirectory(service, lambda _: None)._attempt(service.groups.list))
