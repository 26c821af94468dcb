"""Both directories on loopback, each behind its real library."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from tests.fakes.directories import FakeApi, World, serving
from tests.fakes.google_api import FakeGoogle
from tests.fakes.graph_api import TENANT, FakeGraph
from typing_extensions import override

from atesaki.directory import google_service
from atesaki.directory.google import GoogleDirectory
from atesaki.directory.google_service import GoogleService
from atesaki.directory.graph import GraphDirectory
from atesaki.directory.graph_session import GraphSession, TimedAdapter
from atesaki.directory.graph_token import GraphToken, Registration
from atesaki.directory.port import Directory


class ToLoopback(TimedAdapter):
    """Sends to a server on loopback what was meant for Microsoft."""

    def __init__(self, api: FakeApi) -> None:
        super().__init__()
        self._api = api

    @override
    def send(self, request: requests.PreparedRequest, *args: object, **kwargs: object) -> requests.Response:
        scheme, _, rest = (request.url or "").partition("://")
        assert scheme == "https"
        host, _, path = rest.partition("/")
        assert host in {"graph.microsoft.com", "login.microsoftonline.com"}, host
        request.url = f"{self._api.base}/{path}"
        return super().send(request, *args, **kwargs)  # type: ignore[arg-type]  # Handed on as they came.


@pytest.fixture(scope="session")
def service_account() -> dict[str, str]:
    """The key of a service account as Google hands it out, made once, since that takes long."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return {
        "type": "service_account",
        "project_id": "atesaki",
        "private_key_id": "k1",
        "private_key": pem.decode(),
        "client_email": "atesaki@atesaki.iam.gserviceaccount.com",
        "client_id": "1",
    }


@pytest.fixture
def world() -> World:
    """An empty directory."""
    return World()


@pytest.fixture
def naps() -> list[float]:
    """How long an adapter has waited, without anybody waiting."""
    return []


@pytest.fixture
def graph(world: World, naps: list[float], monkeypatch: pytest.MonkeyPatch) -> Iterator[Directory]:
    """Microsoft Graph."""
    monkeypatch.setattr("atesaki.directory.graph_session.TIMEOUT", (1.0, 0.5))
    with serving(FakeGraph(world)) as api, GraphSession() as session:
        session.mount("https://", ToLoopback(api))
        token = GraphToken(Registration(TENANT, "client", "secret"), session)
        yield GraphDirectory(token, session, naps.append)


@pytest.fixture
def google(
    world: World, naps: list[float], service_account: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Directory]:
    """Google's Admin SDK."""
    monkeypatch.setattr(google_service, "TIMEOUT", 0.5)
    with ExitStack() as closing:
        api = closing.enter_context(serving(FakeGoogle(world)))
        file = tmp_path / "account.json"
        file.write_text(json.dumps({**service_account, "token_uri": f"{api.base}/token"}))
        yield GoogleDirectory(GoogleService(file, "admin@hall.example", api.base), naps.append)


@pytest.fixture(params=["graph", "google"])
def directory(request: pytest.FixtureRequest) -> Directory:
    """Each directory in turn: they keep one contract."""
    found: Directory = request.getfixturevalue(request.param)
    return found
