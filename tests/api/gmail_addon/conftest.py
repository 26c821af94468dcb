"""Servers of the hall that know the add-on."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.gmail_addon.gmail import SETTINGS, Gmail
from tests.fakes.provider import FakeProvider
from tests.server import running_server


@pytest.fixture
def provider() -> FakeProvider:
    """Google's key set."""
    return FakeProvider()


@pytest.fixture
def gmail(tmp_path: Path, provider: FakeProvider) -> Iterator[Gmail]:
    """A server of the hall that knows the add-on."""
    with running_server(tmp_path, fetch=provider.fetch, **SETTINGS) as server:
        yield Gmail(server, provider)


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gmail]:
    """A server whose callers are all answered without a check, so its journal stays without decisions."""
    provider = FakeProvider()
    with running_server(tmp_path_factory.mktemp("quiet"), fetch=provider.fetch, **SETTINGS) as server:
        yield Gmail(server, provider)
