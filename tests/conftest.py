"""Fixtures that several test folders share: stores on both databases, empty or with a running journal."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.fresh import fresh_store
from tests.postgres import Cluster
from tests.sending.rights.office import Office

from atesaki.storage.engine import Store, open_store


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the one flag that lets golden files be rewritten; whoever gives it reads the difference."""
    parser.addoption("--rewrite-golden", action="store_true", help="write golden files instead of comparing them")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One PostgreSQL cluster for the whole run; it fails, and never skips, where PostgreSQL is missing."""
    cluster = Cluster()
    yield cluster
    cluster.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        return str(fresh_store(tmp_path / "store"))
    cluster: Cluster = request.getfixturevalue("postgres")
    return cluster.store()


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An open, empty store, once on SQLite and once on PostgreSQL."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def office(store: Store) -> Iterator[Office]:
    """An office with a running journal, on both databases."""
    opened = Office(store)
    yield opened
    opened.journal.stop()
