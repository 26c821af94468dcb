"""The directories of Microsoft and Google on loopback: one small world, told as each of them tells it."""

import json
import re
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from typing_extensions import override

TENANT = "11111111-2222-4333-8444-555555555555"
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


@dataclass
class FakePerson:
    """An account."""

    address: str
    name: str
    enabled: bool = True
    aliases: tuple[str, ...] = ()


class World:
    """Who and what there is, and what goes wrong: each of `troubles` is the answer to one request about it."""

    def __init__(self) -> None:
        self.people: dict[str, FakePerson] = {}
        self.groups: dict[str, FakeGroup] = {}
        self.troubles: list[Answer] = []
        self.always: Answer | None = None
        self.delay = 0.0
        self.token_trouble: Answer | None = None
        self.asked: list[str] = []
        self.tokens = 0

    def person(self, address: str, name: str = "", *, enabled: bool = True, aliases: tuple[str, ...] = ()) -> None:
        """Let there be an account."""
        self.people[address] = FakePerson(address, name, enabled, aliases)

    def group(self, id_: str, name: str, address: str, *members: str) -> None:
        """Let there be a group."""
        self.groups[id_] = FakeGroup(id_, name, address, list(members))

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
        return self.answer(parts.path, _flat(parts.query), headers)

    def special(self, path: str) -> Answer | None:
        """Answer what is neither a token nor a question."""
        del path
        return None

    def refusal(self, status: int) -> Answer:
        """Refuse as this directory does."""
        raise NotImplementedError


class FakeGraph(FakeApi):
    """Microsoft Graph v1.0 and the sign-in service of its tenant."""

    @override
    def is_token_path(self, path: str) -> bool:
        return path == f"/{TENANT}/oauth2/v2.0/token"

    @override
    def token(self, form: Query) -> Answer:
        if form.get("client_secret") != "secret" and "client_assertion" not in form:
            return 401, {}, {"error": "invalid_client", "error_description": "AADSTS7000215: Invalid client secret."}
        assert form["grant_type"] == "client_credentials"
        assert form["scope"] == "https://graph.microsoft.com/.default"
        return 200, {}, {"token_type": "Bearer", "expires_in": 3599, "access_token": "good-token"}

    @override
    def special(self, path: str) -> Answer | None:
        login = f"https://login.microsoftonline.com/{TENANT}"
        if path == "/common/discovery/instance":
            host = "login.microsoftonline.com"
            cloud = {"preferred_network": host, "preferred_cache": "login.windows.net", "aliases": [host]}
            found = {"tenant_discovery_endpoint": f"{login}/v2.0/.well-known/openid-configuration", "metadata": [cloud]}
            return 200, {}, found
        if path != f"/{TENANT}/v2.0/.well-known/openid-configuration":
            return None
        return (
            200,
            {},
            {
                "issuer": f"{login}/v2.0",
                "authorization_endpoint": f"{login}/oauth2/v2.0/authorize",
                "token_endpoint": f"{login}/oauth2/v2.0/token",
            },
        )

    @override
    def refusal(self, status: int) -> Answer:
        return status, {}, {"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges."}}

    @override
    def answer(self, path: str, query: Query, headers: Mapping[str, str]) -> Answer:
        if path == "/v1.0/groups":
            assert ("$search" not in query and "$filter" not in query) or headers["consistencylevel"] == "eventual"
            return self._page(path, query, [_graph_group(group) for group in self._found_groups(query)])
        if path == "/v1.0/users":
            assert query["$count"] == "true"
            return self._page(path, query, [_graph_user(person) for person in self._found_people(query)])
        match = re.fullmatch(r"/v1\.0/groups/([^/]+)/transitiveMembers", path)
        if match and unquote(match[1]) in self.world.groups:
            rows = [self._member(key) for key in self.world.everybody(unquote(match[1]))]
            return self._page(path, query, rows)
        return 404, {}, {"error": {"code": "Request_ResourceNotFound", "message": "Resource does not exist."}}

    def _member(self, key: str) -> dict[str, Any]:
        if key in self.world.people:
            return {"@odata.type": "#microsoft.graph.user", **_graph_user(self.world.people[key])}
        if key in self.world.groups:
            return {"@odata.type": "#microsoft.graph.group", **_graph_group(self.world.groups[key])}
        if key.startswith("outsider:"):
            mail = key.removeprefix("outsider:")
            return {"@odata.type": "#microsoft.graph.orgContact", "id": mail, "displayName": "", "mail": mail}
        if key == "device":
            return {"@odata.type": "#microsoft.graph.device", "id": "d", "displayName": "Printer"}
        return {"@odata.type": "#microsoft.graph.orgContact", "id": "h", "displayName": None, "mail": None}

    def _found_groups(self, query: Query) -> list[FakeGroup]:
        groups = list(self.world.groups.values())
        if "$search" in query:
            match = re.fullmatch(r'"displayName:(.+)" OR "mail:(.+)"', query["$search"])
            assert match, query["$search"]
            word = match[1].lower()
            return [group for group in groups if word in group.name.lower() or group.address.lower().startswith(word)]
        if "$filter" in query:
            return [group for group in groups if group.address.lower() in _filtered(query["$filter"])]
        return groups

    def _found_people(self, query: Query) -> list[FakePerson]:
        wanted = _filtered(query["$filter"])
        return [
            person
            for person in self.world.people.values()
            if wanted & {each.lower() for each in (person.address, *person.aliases)}
        ]

    def _page(self, path: str, query: Query, rows: list[dict[str, Any]]) -> Answer:
        start = int(query.get("$skiptoken", "0"))
        size = min(PAGE, int(query.get("$top", PAGE)))
        body: dict[str, Any] = {"value": rows[start : start + size]}
        if start + size < len(rows):
            body["@odata.nextLink"] = f"https://graph.microsoft.com{path}?$top={size}&$skiptoken={start + size}"
        return 200, {}, body


class FakeGoogle(FakeApi):
    """The Directory API of Google's Admin SDK, and the token service of its service accounts."""

    @override
    def is_token_path(self, path: str) -> bool:
        return path == "/token"

    @override
    def token(self, form: Query) -> Answer:
        assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
        return 200, {}, {"access_token": "good-token", "expires_in": 3599, "token_type": "Bearer"}

    @override
    def refusal(self, status: int) -> Answer:
        reason = "forbidden" if status == 403 else "authError"
        error = {"code": status, "message": "Not Authorized.", "errors": [{"domain": "global", "reason": reason}]}
        return status, {}, {"error": error}

    @override
    def answer(self, path: str, query: Query, headers: Mapping[str, str]) -> Answer:
        match = re.fullmatch(r"/admin/directory/v1/(groups|users)(?:/([^/]+))?(/members)?", path)
        assert match, path
        kind, key, members = match[1], unquote(match[2] or ""), match[3]
        if members:
            return self._members(key, query)
        if kind == "groups" and not key:
            assert query["customer"] == "my_customer"
            rows = [_google_group(group) for group in self._found(query.get("query"))]
            return _google_page("groups", rows, query)
        found = self._account(key) if kind == "users" else self._group(key)
        return (200, {}, found) if found else self._missing()

    def _members(self, key: str, query: Query) -> Answer:
        group = next((each for each in self.world.groups.values() if key in {each.id, each.address}), None)
        if group is None:
            return self._missing()
        return _google_page("members", [self._member(member) for member in group.members], query)

    def _member(self, key: str) -> dict[str, Any]:
        if key in self.world.groups:
            group = self.world.groups[key]
            return {"id": group.id, "email": group.address, "role": "MEMBER", "type": "GROUP", "status": "ACTIVE"}
        if key in {"hidden", "device"}:
            return {"id": "C0123", "role": "MEMBER", "type": "CUSTOMER", "status": "ACTIVE"}
        address = key.removeprefix("outsider:")
        return {"id": f"1{address}", "email": address, "role": "MEMBER", "type": "USER", "status": "ACTIVE"}

    def _found(self, query: str | None) -> list[FakeGroup]:
        groups = list(self.world.groups.values())
        if query is None:
            return groups
        match = re.fullmatch(r"(name|email):('(?:[^'\\]|\\.)*'|[^\s']+)\*", query)
        assert match, query
        prefix = match[2].strip("'").replace("\\'", "'").lower()
        values = {"name": lambda group: group.name, "email": lambda group: group.address}
        return [group for group in groups if values[match[1]](group).lower().startswith(prefix)]

    def _account(self, key: str) -> dict[str, Any] | None:
        for person in self.world.people.values():
            if key.lower() in {each.lower() for each in (person.address, *person.aliases)}:
                return {"suspended": not person.enabled, "archived": False}
        return None

    def _group(self, key: str) -> dict[str, Any] | None:
        return next(({"id": group.id} for group in self.world.groups.values() if group.address == key), None)

    def _missing(self) -> Answer:
        errors = [{"domain": "global", "reason": "notFound"}]
        return 404, {}, {"error": {"code": 404, "message": "Resource Not Found", "errors": errors}}


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

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        api.base = f"http://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, name="fake directory")
        thread.start()
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()


def _graph_user(person: FakePerson) -> dict[str, Any]:
    return {
        "id": f"u-{person.address}",
        "displayName": person.name,
        "mail": person.address,
        "accountEnabled": person.enabled,
    }


def _graph_group(group: FakeGroup) -> dict[str, Any]:
    return {"id": group.id, "displayName": group.name, "mail": group.address or None}


def _google_group(group: FakeGroup) -> dict[str, Any]:
    return {"id": group.id, "name": group.name, "email": group.address}


def _google_page(name: str, rows: list[dict[str, Any]], query: Query) -> Answer:
    start = int(query.get("pageToken", "0"))
    size = min(PAGE, int(query["maxResults"]))
    body: dict[str, Any] = {"kind": f"admin#directory#{name}"}
    if rows[start : start + size]:
        body[name] = rows[start : start + size]
    if start + size < len(rows):
        body["nextPageToken"] = str(start + size)
    return 200, {}, body


def _filtered(text: str) -> set[str]:
    """The values that a $filter compares with, its quotes doubled as OData has them."""
    values = re.findall(r"eq '((?:[^']|'')*)'", text)
    assert values, text
    assert re.sub(r"'(?:[^']|'')*'", "?", text).count("'") == 0, text
    return {value.replace("''", "'").removeprefix("smtp:").lower() for value in values}


def _flat(text: str) -> Query:
    return {name: values[0] for name, values in parse_qs(text).items()}
