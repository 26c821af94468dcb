"""A server with the shipped policies, and an admin of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.server import Server, running_server


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A fresh server with the shipped policies."""
    with running_server(tmp_path, internal_domains=("hall.example",)) as started:
        yield started
