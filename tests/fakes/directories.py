"""Directories on loopback: one small world, which the fake of each provider tells in its own way."""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from tests.fakes.running import running
from typing_extensions import override

PAGE = 2
"""Entries of one page, so that every list has several."""

Query = Mapping[str, str]
Answer = tuple[int, dict[str, str], Any]


@dataclass
class FakeGroup:
    """A group; its members are keys of people and groups, `outsider:…` whom the directory doesn't know, or `hidden`."""

    id: str
    name: str
    address: str
    members: list[str] = field(default_factory=list)
    aliases: tuple[str, ...] = ()


@dataclass
class FakePerson:
    """An account."""

    address: str
    name: str
    enabled: bool = True
    aliases: tuple[str, ...] = ()


class World:
    """Who and what there is, and what goes wrong: each of `troubles` is the answer to one request about it.

    Where it is `endless`, every page says that there is another one.
    """

    def __init__(self) -> None:
        self.people: dict[str, FakePerson] = {}
        self.groups: dict[str, FakeGroup] = {}
        self.troubles: list[Answer] = []
        self.always: Answer | None = None
        self.delay = 0.0
        self.endless = False
        self.token_trouble: Answer | None = None
        self.asked: list[str] = []
        self.tokens = 0

    def person(self, address: str, name: str = "", *, enabled: bool = True, aliases: tuple[str, ...] = ()) -> None:
        """Let there be an account."""
        self.people[address] = FakePerson(address, name, enabled, aliases)

    def group(self, id_: str, name: str, address: str, *members: str) -> None:
        """Let there be a group."""
        self.groups[id_] = FakeGroup(id_, name, address, list(members))

    def around(self, key: str) -> Iterator[FakeGroup]:
        """The groups that somebody, or a group, is directly in."""
        return (group for group in self.groups.values() if key in group.members)

    def everybody(self, id_: str) -> Iterator[str]:
        """All members of a group, and of the groups within it."""
        seen, waiting = {id_}, [id_]
        while waiting:
            for member in self.groups[waiting.pop()].members:
                yield member
                if member in self.groups and member not in seen:
                    seen.add(member)
                    waiting.append(member)


class FakeApi:
    """A server on loopback; a kind of directory says what it answers."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.base = ""

    def token(self, form: Query) -> Answer:
        """Answer a request for a token."""
        raise NotImplementedError

    def answer(self, path: str, query: Query, headers: Mapping[str, str]) -> Answer:
        """Answer a request with a token."""
        raise NotImplementedError

    def another_page(self, path: str) -> dict[str, Any]:
        """Say that there is another page."""
        raise NotImplementedError

    def is_token_path(self, path: str) -> bool:
        """Tell whether tokens are asked for there."""
        raise NotImplementedError

    def handle(self, method: str, target: str, headers: Mapping[str, str], body: str) -> Answer:
        """Answer any request."""
        parts = urlsplit(target)
        path = unquote(parts.path)
        if method == "POST" and self.is_token_path(path):
            self.world.tokens += 1
            return self.world.token_trouble or self.token(_flat(body))
        if special := self.special(path):
            return special
        self.world.asked.append(target)
        time.sleep(self.world.delay)
        if self.world.troubles:
            return self.world.troubles.pop(0)
        if self.world.always:
            return self.world.always
        if headers.get("authorization") != "Bearer good-token":
            return self.refusal(401)
        status, told, page = self.answer(parts.path, _flat(parts.query), headers)
        return status, told, {**page, **self.another_page(parts.path)} if self.world.endless else page

    def special(self, path: str) -> Answer | None:
        """Answer what is neither a token nor a question."""
        del path
        return None

    def refusal(self, status: int) -> Answer:
        """Refuse as this directory does."""
        raise NotImplementedError


@contextmanager
def serving(api: FakeApi) -> Iterator[FakeApi]:
    """Serve on loopback until the end of the block; `api.base` is the address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:  # The library's name.
            self._reply("")

        def do_POST(self) -> None:  # The library's name.
            self._reply(self.rfile.read(int(self.headers["Content-Length"])).decode())

        def _reply(self, body: str) -> None:
            sent = {name.lower(): value for name, value in self.headers.items()}
            status, headers, answer = api.handle(self.command, self.path, sent, body)
            raw = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            try:
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(raw)))
                self.end_headers()
                self.wfile.write(raw)
            except ConnectionError:
                # Whoever asked has lost patience, which is what some tests are about.
                self.close_connection = True

        @override
        def log_message(self, format: str, *args: object) -> None:
            del format, args

    with running(ThreadingHTTPServer(("127.0.0.1", 0), Handler)) as server:
        api.base = f"http://127.0.0.1:{server.server_address[1]}"
        yield api


def _flat(text: str) -> Query:
    return {name: values[0] for name, values in parse_qs(text).items()}
