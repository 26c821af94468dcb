"""The pages of rosters: an owner's own and an admin's all; nothing is imported that was not shown."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import httpx2
import pytest
from tests.server import Server, Visitor, running_server

CSV = "氏名,メール,予備\n山田,taro@a.example,x@b.example\n佐藤,hana@a.example,y@b.example\n田中,tanaka@,\n"
MORI = "mori@hall.example"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the hall."""
    with running_server(tmp_path_factory.mktemp("store"), internal_domains=("hall.example",)) as started:
        yield started


@pytest.fixture
def admin(server: Server) -> Iterator[Visitor]:
    """An admin."""
    with server.visitor("admin") as visitor:
        yield visitor


@pytest.fixture
def owner(server: Server) -> Iterator[Visitor]:
    """Ms Mori, who owns rosters and has no other role."""
    with server.visitor("roster_owner", email=MORI) as visitor:
        yield visitor


@pytest.fixture
def roster(server: Server, request: pytest.FixtureRequest) -> Iterator[str]:
    """A roster of Ms Mori, with two members, named after the test."""
    name = f"名簿 {request.node.name}"[:90]
    draft = {"name": name, "owner": MORI.upper(), "purpose": "", "handling": "sensitive"}
    assert server.admin.post("/v1/rosters", json=draft).status_code == 201
    put(server, name, "name,email\nAnn,ann@a.example\nBob,bob@a.example\n")
    yield name
    server.admin.delete(f"/v1/rosters/{name}")


def put(server: Server, name: str, text: str) -> None:
    """Replace all members by the API."""
    answer = server.admin.put(f"/v1/rosters/{name}/members", content=text, headers={"Content-Type": "text/csv"})
    assert answer.status_code == 200, answer.text


def addresses(server: Server, name: str) -> list[str]:
    """Who is on a roster."""
    text = server.admin.get(f"/v1/rosters/{name}/members").text
    return [line.split(",")[0] for line in text.splitlines()[1:]]


def journaled(server: Server, subject: str) -> list[dict[str, Any]]:
    """What the journal says of a roster, newest last."""
    lines = server.admin.get("/v1/journal", params={"subject": subject}).json()
    return list(lines["records"])


def uploaded(visitor: Visitor, roster: str, data: bytes, name: str = "members.csv") -> httpx2.Response:
    """Upload a file and follow to its preview."""
    return visitor.post(f"/rosters/of/{roster}/import", files={"file": (name, data, "text/csv")})


def hidden(answer: httpx2.Response) -> dict[str, str]:
    """The hidden fields of the last form of a page: what confirming sends."""
    form = answer.text.rsplit("<form", 1)[-1]
    return {
        unescape(name): unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', form)
        if name != "csrf"
    }


def here(answer: httpx2.Response) -> str:
    """The path of a page behind `/console`."""
    return str(answer.url.path).removeprefix("/console")


@pytest.mark.parametrize("page", ["", "/members", "/import", "/check", "/edit", "/delete", "/sync"])
def test_each_page_opens(admin: Visitor, roster: str, page: str) -> None:
    """For an admin, in a name that isn't ASCII."""
    assert admin.get(f"/rosters/of/{roster}{page}").status_code == 200
