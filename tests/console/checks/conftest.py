"""A server whose mails to outsiders wait for another person, and somebody who checks them."""

import itertools
from collections.abc import Iterator

import pytest
from tests.api.mails import SECOND_CHECK_OUTSIDE
from tests.fakes.entra import CLIENT, TENANT, FakeEntra
from tests.server import Server, Visitor, running_server

_numbers = itertools.count()


@pytest.fixture(scope="package")
def entra() -> FakeEntra:
    """The tenant whose tokens say who sends."""
    return FakeEntra()


@pytest.fixture(scope="package")
def server(entra: FakeEntra, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which mails to outsiders wait for another person."""
    staff = {"internal_domains": ("hall.example",), "entra_tenants": TENANT, "entra_audiences": CLIENT}
    with running_server(tmp_path_factory.mktemp("store"), fetch=entra.fetch, **staff) as started:
        started.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
        yield started


@pytest.fixture
def checker(server: Server) -> Iterator[Visitor]:
    """Somebody who checks."""
    with server.visitor("checker", email="ben@hall.example") as visitor:
        yield visitor


@pytest.fixture
def subject() -> str:
    """A subject that no other mail of these tests has: the same mail is asked for once."""
    return f"Saturday {next(_numbers)}"
