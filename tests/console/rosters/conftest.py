"""A server of the hall with a directory, an admin, an owner of rosters, and a roster of hers."""

from collections.abc import Iterator
from itertools import count
from urllib.parse import quote

import pytest
from dns.resolver import NoResolverConfiguration, Resolver
from tests.console.rosters.pages import MORI, put
from tests.fakes.directory import FakeDirectory, set_up
from tests.server import Server, Visitor, running_server

from atesaki import console_parts
from atesaki.rosters.mail_servers import MailServers

_NUMBERS = count(1)


@pytest.fixture(scope="module")
def directory() -> FakeDirectory:
    """The hall's directory."""
    return FakeDirectory()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, directory: FakeDirectory) -> Iterator[Server]:
    """A server of the hall, which has a directory and no DNS."""
    with set_up(microsoft=directory), pytest.MonkeyPatch.context() as patch:
        patch.setattr(console_parts, "MailServers", lambda: MailServers(_no_resolver))
        yield from _served(tmp_path_factory)


def _no_resolver() -> Resolver:
    raise NoResolverConfiguration


def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("store"), internal_domains=("hall.example",)) as started:
        yield started


@pytest.fixture
def owner(server: Server) -> Iterator[Visitor]:
    """Ms Mori, who owns rosters and has no other role."""
    with server.visitor("roster_owner", email=MORI) as visitor:
        yield visitor


@pytest.fixture
def roster(server: Server) -> Iterator[str]:
    """A roster of Ms Mori, with two members."""
    name = f"名簿 {next(_NUMBERS)} & co?"
    draft = {"name": name, "owner": MORI.upper(), "purpose": "", "handling": "sensitive"}
    assert server.admin.post("/v1/rosters", json=draft).status_code == 201
    put(server, name, "name,email\nAnn,ann@a.example\nBob,bob@a.example\n")
    yield name
    server.admin.delete(f"/v1/rosters/{quote(name, safe='')}")
