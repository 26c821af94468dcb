"""Microsoft Graph, and the sign-in service of its tenant, as far as a directory asks them."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from tests.fakes.directories import PAGE, Answer, FakeApi, FakeGroup, FakePerson, Query
from typing_extensions import override

TENANT = "11111111-2222-4333-8444-555555555555"


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
            advanced = "$search" in query or "proxyAddresses/any" in query.get("$filter", "")
            assert not advanced or headers["consistencylevel"] == "eventual"
            return self._page(path, query, [_graph_group(group) for group in self._found_groups(query)])
        if path == "/v1.0/users":
            assert query["$count"] == "true"
            return self._page(path, query, [_graph_user(person) for person in self._found_people(query)])
        account = re.fullmatch(r"/v1\.0/users/u-([^/]+)/transitiveMemberOf", path)
        if account and unquote(account[1]) in self.world.people:
            return self._page(path, query, self._memberships(unquote(account[1])))
        match = re.fullmatch(r"/v1\.0/groups/([^/]+)/transitiveMembers", path)
        if match and unquote(match[1]) in self.world.groups:
            rows = [self._member(key) for key in self.world.everybody(unquote(match[1]))]
            return self._page(path, query, rows)
        return 404, {}, {"error": {"code": "Request_ResourceNotFound", "message": "Resource does not exist."}}

    @override
    def another_page(self, path: str) -> dict[str, Any]:
        return {"@odata.nextLink": f"https://graph.microsoft.com{path}?$skiptoken=0"}

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

    def _memberships(self, address: str) -> list[dict[str, Any]]:
        groups = [each for each in self.world.groups.values() if address in self.world.everybody(each.id)]
        role = {"@odata.type": "#microsoft.graph.directoryRole", "id": "r", "displayName": "Reader"}
        return [role, *({"@odata.type": "#microsoft.graph.group", **_graph_group(group)} for group in groups)]

    def _found_groups(self, query: Query) -> list[FakeGroup]:
        groups = list(self.world.groups.values())
        if "$search" in query:
            match = re.fullmatch(r'"displayName:(.+)" OR "mail:(.+)"', query["$search"])
            assert match, query["$search"]
            word = match[1].lower()
            return [group for group in groups if word in group.name.lower() or group.address.lower().startswith(word)]
        if query.get("$filter") == "mailEnabled eq true":
            return [group for group in groups if group.address]
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


def _graph_user(person: FakePerson) -> dict[str, Any]:
    return {
        "id": f"u-{person.address}",
        "displayName": person.name,
        "mail": person.address,
        "accountEnabled": person.enabled,
    }


def _graph_group(group: FakeGroup) -> dict[str, Any]:
    proxies = [f"SMTP:{group.address}", *(f"smtp:{alias}" for alias in group.aliases), "SPO:SPO_1@SPO_2"]
    mail = group.address or None
    return {"id": group.id, "displayName": group.name, "mail": mail, "proxyAddresses": proxies if mail else []}


def _filtered(text: str) -> set[str]:
    """The values that a $filter compares with, its quotes doubled as OData has them."""
    values = re.findall(r"eq '((?:[^']|'')*)'", text)
    assert values, text
    assert re.sub(r"'(?:[^']|'')*'", "?", text).count("'") == 0, text
    return {value.replace("''", "'").removeprefix("smtp:").lower() for value in values}
