"""A server with the shipped policies, and an admin of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server import Server, Visitor, running_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A fresh server with the shipped policies."""
    with running_server(tmp_path, internal_domains=("hall.example",)) as started:
        yield started


@pytest.fixture
def admin(server: Server) -> Iterator[Visitor]:
    """An admin, in English."""
    with server.visitor("admin") as visitor:
        yield visitor
