"""Microsoft Graph: the groups and accounts of a tenant (learn.microsoft.com/graph/api)."""

import time
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import quote

import requests

from atesaki.directory.errors import (
    DirectoryBusy,
    DirectoryFaulty,
    DirectoryRefused,
    DirectoryUnavailable,
    GroupMissing,
)
from atesaki.directory.graph_token import GraphToken
from atesaki.directory.patience import Sleep, patiently, seconds_of
from atesaki.directory.port import (
    MOST_GROUPS,
    MOST_PEOPLE,
    Group,
    GroupList,
    Membership,
    Person,
    Provider,
    Standing,
    require_at_most,
)

ROOT: Final = "https://graph.microsoft.com/v1.0"
_PAGE = 999
_MOST_PAGES = 500
# Searching and filtering by alias are "advanced queries" (learn.microsoft.com/graph/aad-advanced-queries).
_ADVANCED = {"ConsistencyLevel": "eventual"}
_GROUP = "#microsoft.graph.group"
_PEOPLE = frozenset({"#microsoft.graph.user", "#microsoft.graph.orgContact"})
_REFUSED = "Microsoft Graph refuses: grant GroupMember.Read.All and User.Read.All to the app, with admin consent."
_BROKEN = "Microsoft Graph can't be reached or does not answer as it should."
_FAULT = "Microsoft Graph has a fault at the moment."


class GraphDirectory:
    """The directory of a Microsoft tenant."""

    provider: Provider = "microsoft"

    def __init__(self, token: GraphToken, session: requests.Session, sleep: Sleep = time.sleep) -> None:
        self._token = token
        self._session = session
        self._sleep = sleep

    def groups(self, search: str) -> GroupList:
        """The groups in which a word of the name, or the address, begins with this text."""
        query = {"$select": "id,displayName,mail", "$top": str(MOST_GROUPS)}
        if words := _quoted(search):
            query["$search"] = f'"displayName:{words}" OR "mail:{words}"'
        answer = self._get(f"{ROOT}/groups", query)
        found = map(_group, _rows(answer))
        return GroupList(tuple(sorted(found, key=lambda group: group.name)), "@odata.nextLink" in answer)

    def members(self, group_id: str, most: int = MOST_PEOPLE) -> Membership:
        """Everybody in a group; Graph itself unfolds the groups within it."""
        query = {"$select": "id,displayName,mail", "$top": str(_PAGE)}
        people: dict[str, Person] = {}
        unresolved = 0
        for row in filter(_may_be_person, self._pages(_group_url(group_id), query)):
            if address := _text(row, "mail"):
                people[address.casefold()] = Person(address, _text(row, "displayName"))
            else:
                unresolved += 1
            require_at_most(most, len(people) + unresolved)
        return Membership(tuple(people.values()), unresolved)

    def mailing_lists(self) -> Mapping[str, str]:
        """The ids of all groups that get mail, by each of their addresses."""
        query = {"$filter": "mailEnabled eq true", "$select": "id,mail,proxyAddresses", "$top": str(_PAGE)}
        rows = self._pages(f"{ROOT}/groups", query)
        return {
            address: _text(row, "id") for row in rows for address in (_text(row, "mail"), *_aliases(row)) if address
        }

    def groups_of(self, address: str) -> tuple[Group, ...]:
        """The groups of all accounts with this address; Graph itself unfolds the groups around them."""
        query = {"$select": "id,displayName,mail", "$top": str(_PAGE)}
        urls = [
            f"{ROOT}/users/{quote(_text(each, 'id'), safe='')}/transitiveMemberOf" for each in self._people(address)
        ]
        rows = [row for url in urls for row in self._pages(url, query) if row.get("@odata.type") == _GROUP]
        return tuple(map(_group, rows))

    def standing(self, address: str) -> Standing:
        """Whether an account has this address, also as an alias; else whether a group has."""
        if accounts := self._people(address):
            return "active" if any(row.get("accountEnabled") is not False for row in accounts) else "disabled"
        value, alias = _filters(address)
        query = {"$filter": f"mail eq '{value}' or {alias}", "$count": "true", "$select": "id"}
        return "active" if _rows(self._get(f"{ROOT}/groups", query)) else "missing"

    def _people(self, address: str) -> list[Mapping[str, Any]]:
        value, alias = _filters(address)
        query = {"$filter": f"mail eq '{value}' or userPrincipalName eq '{value}' or {alias}", "$count": "true"}
        return _rows(self._get(f"{ROOT}/users", {**query, "$select": "id,accountEnabled"}))

    def _pages(self, url: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        answer = self._get(url, query)
        for _ in range(_MOST_PAGES):
            yield from _rows(answer)
            following = answer.get("@odata.nextLink")
            if following is None:
                return
            # The token goes nowhere else, whatever an answer says.
            if not isinstance(following, str) or not following.startswith(f"{ROOT}/"):
                break
            answer = self._get(following, {})
        raise DirectoryUnavailable(_BROKEN)

    def _get(self, url: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        return patiently(lambda: self._attempt(url, query), self._sleep)

    def _attempt(self, url: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        answer = self._ask(url, query)
        if answer.status_code == HTTPStatus.UNAUTHORIZED:
            self._token.forget()
            answer = self._ask(url, query)
        _require(answer)
        try:
            body = answer.json()
        except ValueError as error:
            raise DirectoryUnavailable(_BROKEN) from error
        if not isinstance(body, dict):
            raise DirectoryUnavailable(_BROKEN)
        return body

    def _ask(self, url: str, query: Mapping[str, str]) -> requests.Response:
        advanced = _ADVANCED if {"$search", "$count"} & query.keys() else {}
        headers = {**advanced, "Authorization": f"Bearer {self._token()}"}
        try:
            # A redirect would carry the token to somewhere else.
            return self._session.get(url, params=query, headers=headers, allow_redirects=False)
        except requests.RequestException as error:
            raise DirectoryUnavailable(_BROKEN) from error


def _require(answer: requests.Response) -> None:
    status = answer.status_code
    if status in {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}:
        raise DirectoryRefused(_REFUSED)
    if status == HTTPStatus.NOT_FOUND:
        raise GroupMissing("Microsoft Graph knows no such group.")
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.SERVICE_UNAVAILABLE and _waits(answer)):
        raise DirectoryBusy("Microsoft Graph asks us to wait.", seconds_of(answer.headers.get("Retry-After")))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise DirectoryFaulty(_FAULT)
    if status != HTTPStatus.OK:
        raise DirectoryUnavailable(_BROKEN)


def _waits(answer: requests.Response) -> bool:
    return "Retry-After" in answer.headers


def _group(row: Mapping[str, Any]) -> Group:
    return Group(_text(row, "id"), _text(row, "displayName"), _text(row, "mail"))


def _group_url(group_id: str) -> str:
    return f"{ROOT}/groups/{quote(group_id, safe='')}/transitiveMembers"


def _filters(address: str) -> tuple[str, str]:
    """The address as a value of a $filter, and the condition that it is an alias."""
    value = address.replace("'", "''")
    return value, f"proxyAddresses/any(each:each eq 'smtp:{value}')"


def _aliases(row: Mapping[str, Any]) -> Iterator[str]:
    """The addresses for mail among the proxy addresses; others are of telephones and the like."""
    found = row.get("proxyAddresses") or []
    if not isinstance(found, list):
        raise DirectoryUnavailable(_BROKEN)
    for each in found:
        scheme, _, address = str(each).partition(":")
        if scheme.lower() == "smtp":
            yield address


def _may_be_person(row: Mapping[str, Any]) -> bool:
    """Groups within the group come along with their members; devices and programs get no mail."""
    kind = row.get("@odata.type")
    return kind in _PEOPLE or kind is None


def _rows(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = answer.get("value")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DirectoryUnavailable(_BROKEN)
    return rows


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _quoted(search: str) -> str:
    """The text without what has a meaning in $search (learn.microsoft.com/graph/search-query-parameter)."""
    return search.replace("\\", " ").replace('"', " ").strip()
