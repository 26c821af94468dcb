"""The pages of rosters as a visitor fills them in, and what the server then holds."""

import re
from html import unescape
from typing import Any
from urllib.parse import quote

import httpx2
from tests.server import Server, Visitor

CSV = "氏名,メール,予備\n山田,taro@a.example,x@b.example\n佐藤,hana@a.example,y@b.example\n田中,tanaka@,\n"
MORI = "mori@hall.example"


def put(server: Server, name: str, text: str) -> None:
    """Replace all members by the API."""
    answer = server.admin.put(
        f"/v1/rosters/{quote(name, safe='')}/members", content=text, headers={"Content-Type": "text/csv"}
    )
    assert answer.status_code == 200, answer.text


def addresses(server: Server, name: str) -> list[str]:
    """Who is on a roster."""
    text = server.admin.get(f"/v1/rosters/{quote(name, safe='')}/members").text
    return [line.split(",")[0] for line in text.splitlines()[1:]]


def journaled(server: Server, subject: str) -> list[dict[str, Any]]:
    """What the journal says of a roster, newest last."""
    found = server.admin.get("/v1/journal", params={"subject": subject})
    return list(reversed(found.json()["records"]))


def page_of(roster: str, page: str = "") -> str:
    """The path of a roster's page."""
    return f"/rosters/of/{quote(roster, safe='')}{page}"


def uploaded(visitor: Visitor, roster: str, data: bytes, name: str = "members.csv") -> httpx2.Response:
    """Upload a file and follow to its preview."""
    return visitor.post(page_of(roster, "/import"), files={"file": (name, data, "text/csv")})


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
    return answer.url.raw_path.decode().partition("?")[0].removeprefix("/console")
