"""One running server for the tests of a module."""

from collections.abc import Iterator

import pytest
from tests.server import Server, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the hall, with the shipped policies."""
    with running_server(tmp_path_factory.mktemp("store"), internal_domains=("hall.example",)) as started:
        yield started
