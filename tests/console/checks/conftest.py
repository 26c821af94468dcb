"""A server whose mails to outsiders wait for another person, and somebody who checks them."""

import itertools
from collections.abc import Iterator

import pytest
from tests.console.checks.asking import rules_in
from tests.fakes.entra import CLIENT, TENANT, FakeEntra
from tests.server import Server, Visitor, running_server

_numbers = itertools.count()


@pytest.fixture(scope="package")
def entra() -> FakeEntra:
    """The tenant whose tokens say who sends."""
    return FakeEntra()


@pytest.fixture(scope="package")
def server(entra: FakeEntra, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on which mails to several outsiders wait for another person."""
    staff = {"internal_domains": ("hall.example",), "entra_tenants": TENANT, "entra_audiences": CLIENT}
    rules, store = rules_in(tmp_path_factory.mktemp("rules")), tmp_path_factory.mktemp("store")
    with running_server(store, fetch=entra.fetch, policy_dir=rules, **staff) as started:
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
