"""The Directory API of Google's Admin SDK, as far as a directory asks it."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from tests.fakes.directories import PAGE, Answer, FakeApi, FakeGroup, Query
from typing_extensions import override


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
        if kind == "groups" and not key and "userKey" in query:
            return self._around(query)
        if kind == "groups" and not key:
            assert query["customer"] == "my_customer"
            rows = [_google_group(group) for group in self._found(query.get("query"))]
            return _google_page("groups", rows, query)
        found = self._account(key) if kind == "users" else self._group(key)
        return (200, {}, found) if found else self._missing()

    @override
    def another_page(self, path: str) -> dict[str, Any]:
        return {"nextPageToken": "0"}

    def _around(self, query: Query) -> Answer:
        assert "customer" not in query
        address = query["userKey"].lower()
        keys = [key for key, person in self.world.people.items() if address in {key.lower(), *person.aliases}]
        keys += [group.id for group in self.world.groups.values() if group.address == address]
        if not keys:
            return self._missing()
        return _google_page("groups", [_google_group(group) for group in self.world.around(keys[0])], query)

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


def _google_group(group: FakeGroup) -> dict[str, Any]:
    row: dict[str, Any] = {"id": group.id, "name": group.name, "email": group.address}
    return {**row, "aliases": list(group.aliases)} if group.aliases else row


def _google_page(name: str, rows: list[dict[str, Any]], query: Query) -> Answer:
    start = int(query.get("pageToken", "0"))
    size = min(PAGE, int(query["maxResults"]))
    body: dict[str, Any] = {"kind": f"admin#directory#{name}"}
    if rows[start : start + size]:
        body[name] = rows[start : start + size]
    if start + size < len(rows):
        body["nextPageToken"] = str(start + size)
    return 200, {}, body
