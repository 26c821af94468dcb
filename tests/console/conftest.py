"""What the tests of most pages need: a server of the hall for each module, and people who are signed in."""

from collections.abc import Iterator

import pytest
from tests.server import Server, Visitor, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the hall, with the shipped policies."""
    with running_server(tmp_path_factory.mktemp("store"), internal_domains=("hall.example",)) as started:
        yield started


@pytest.fixture
def admin(server: Server) -> Iterator[Visitor]:
    """An admin who reads English."""
    with server.visitor("admin") as visitor:
        yield visitor


@pytest.fixture
def anna(server: Server) -> Iterator[Visitor]:
    """An admin, where there are two."""
    with server.visitor("admin", email="anna@hall.example") as visitor:
        yield visitor


@pytest.fixture
def auditor(server: Server) -> Iterator[Visitor]:
    """An auditor who reads English."""
    with server.visitor("auditor", email="audit@hall.example") as visitor:
        yield visitor
