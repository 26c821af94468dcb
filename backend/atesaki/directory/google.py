"""Google Workspace: the groups and accounts of a customer (Admin SDK, Directory API)."""

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from http import HTTPStatus
from typing import Any, Final

import httplib2
from google.auth.exceptions import GoogleAuthError, RefreshError
from googleapiclient.errors import Error, HttpError

from atesaki.directory.errors import (
    DirectoryBusy,
    DirectoryFaulty,
    DirectoryRefused,
    DirectoryUnavailable,
    GroupMissing,
)
from atesaki.directory.google_service import GoogleService
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

_PAGE: Final = 200
_MOST_PAGES = 2_000
_REFUSED = (
    "Google refuses: give the service account its three read-only scopes by domain-wide delegation,"
    " and check ATESAKI_GOOGLE_ADMIN."
)
_BROKEN = "Google's directory can't be reached or does not answer as it should."
_FAULT = "Google's directory has a fault at the moment."
_SIGN_IN_FAULT = "Google's sign-in service has a fault, or too much to do, at the moment."
# In small letters and one word: `errors` say rateLimitExceeded, `details` RATE_LIMIT_EXCEEDED.
_TOO_MANY = frozenset({"ratelimitexceeded", "userratelimitexceeded", "quotaexceeded", "dailylimitexceeded"})
# From ValueError on: the library's own ways to stumble over an answer that it can't read.
_FAULTS = (GoogleAuthError, httplib2.HttpLib2Error, OSError, Error, ValueError, TypeError, LookupError, AttributeError)


class GoogleDirectory:
    """The directory of a Google Workspace customer."""

    provider: Provider = "google"

    def __init__(self, service: GoogleService, sleep: Sleep = time.sleep) -> None:
        self._service = service
        self._sleep = sleep

    def groups(self, search: str) -> GroupList:
        """The groups whose name begins with this text; else, since one search has one field, whose address does."""
        answer = self._groups("name", search)
        if _quoted(search) and not answer.get("groups"):
            answer = self._groups("email", search)
        found = map(_group, _rows(answer, "groups"))
        return GroupList(tuple(sorted(found, key=lambda group: group.name)), "nextPageToken" in answer)

    def members(self, group_id: str, most: int = MOST_PEOPLE) -> Membership:
        """Everybody in a group and in the groups within it; one within that isn't ours to read counts as unresolved."""
        gathered = _Gathered(most)
        gathered.take(self._members_of(group_id))
        while (nested := gathered.next_group()) is not None:
            try:
                gathered.take(self._members_of(nested))
            except (GroupMissing, _GroupClosed):
                # A group of another organization; whoever is in it stays unknown.
                gathered.unresolved += 1
        return Membership(tuple(gathered.people.values()), gathered.unresolved)

    def mailing_lists(self) -> Mapping[str, str]:
        """The ids of all groups, by each of their addresses: every group of Google gets mail."""
        fields = "groups(id,email,aliases,nonEditableAliases),nextPageToken"
        rows = self._all_groups({"customer": "my_customer", "fields": fields})
        return {address: _text(row, "id") for row in rows for address in _addresses(row)}

    def groups_of(self, address: str) -> tuple[Group, ...]:
        """The groups that somebody is in, and the groups that those are in, asked one by one."""
        found: dict[str, Group] = {}
        waiting = [address]
        while waiting:
            for row in self._around(waiting.pop()):
                group = _group(row)
                if found.setdefault(group.id, group) is group and group.address:
                    waiting.append(group.address)
        return tuple(found.values())

    def standing(self, address: str) -> Standing:
        """Whether an account has this address, also as an alias; else whether a group has."""
        try:
            account = self._get(lambda: self._service.users.get(userKey=address, fields="suspended,archived"))
        except GroupMissing:
            return self._standing_of_group(address)
        return "disabled" if account.get("suspended") or account.get("archived") else "active"

    def _standing_of_group(self, address: str) -> Standing:
        try:
            self._get(lambda: self._service.groups.get(groupKey=address, fields="id"))
        except GroupMissing:
            return "missing"
        return "active"

    def _groups(self, field: str, search: str) -> Mapping[str, Any]:
        values = {"customer": "my_customer", "maxResults": MOST_GROUPS, "fields": "groups(id,name,email),nextPageToken"}
        if words := _quoted(search):
            values["query"] = f"{field}:{words}*"
        return self._get(lambda: self._service.groups.list(**values))

    def _members_of(self, group_id: str) -> Iterator[Mapping[str, Any]]:
        return self._pages("members", lambda **page: self._service.members.list(groupKey=group_id, **page))

    def _around(self, member: str) -> Iterator[Mapping[str, Any]]:
        """The groups that a person, or another group, is directly in (reference of the method groups.list)."""
        try:
            yield from self._all_groups({"userKey": member, "fields": "groups(id,name,email),nextPageToken"})
        except GroupMissing:
            return

    def _all_groups(self, which: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        return self._pages("groups", lambda **page: self._service.groups.list(**which, **page))

    def _pages(self, name: str, make: Callable[..., Any]) -> Iterator[Mapping[str, Any]]:
        page: dict[str, Any] = {"maxResults": _PAGE}
        for _ in range(_MOST_PAGES):
            answer = self._get(lambda: make(**page))
            yield from _rows(answer, name)
            if "nextPageToken" not in answer:
                return
            page["pageToken"] = answer["nextPageToken"]
        raise DirectoryUnavailable(_BROKEN)

    def _get(self, make: Callable[[], Any]) -> Mapping[str, Any]:
        return patiently(lambda: self._attempt(make), self._sleep)

    def _attempt(self, make: Callable[[], Any]) -> Mapping[str, Any]:
        try:
            with closing(self._service.connection()) as connection:
                answer = make().execute(http=connection)
        except HttpError as error:
            raise _refusal(error) from error
        except RefreshError as error:
            raise _sign_in_refusal(error) from error
        except _FAULTS as error:
            raise DirectoryUnavailable(_BROKEN) from error
        if not isinstance(answer, dict):
            raise DirectoryUnavailable(_BROKEN)
        return answer


class _GroupClosed(DirectoryRefused):
    """Google knows who asks, and does not let them see this."""


class _Gathered:
    """People and groups found so far, each once, and at most so many people."""

    def __init__(self, most: int) -> None:
        self._most = most
        self.people: dict[str, Person] = {}
        self.unresolved = 0
        self._seen: set[str] = set()
        self._waiting: list[str] = []

    def take(self, rows: Iterator[Mapping[str, Any]]) -> None:
        """Take the members of one group."""
        for row in rows:
            kind, address, key = _text(row, "type"), _text(row, "email"), _text(row, "id")
            if kind == "GROUP":
                self._take_group(key or address)
            elif address and kind != "CUSTOMER":
                # CUSTOMER stands for everybody in the organization, and has no address.
                self.people.setdefault(address.casefold(), Person(address, ""))
            else:
                self.unresolved += 1
            require_at_most(self._most, len(self.people) + self.unresolved)

    def next_group(self) -> str | None:
        """A group within the group that wasn't read yet."""
        return self._waiting.pop() if self._waiting else None

    def _take_group(self, key: str) -> None:
        if not key:
            self.unresolved += 1
        elif key not in self._seen:
            self._seen.add(key)
            self._waiting.append(key)


def _refusal(error: HttpError) -> Exception:
    status = error.resp.status
    if status == HTTPStatus.TOO_MANY_REQUESTS or (status == HTTPStatus.FORBIDDEN and _TOO_MANY & _reasons(error)):
        return DirectoryBusy("Google asks us to wait.", seconds_of(error.resp.get("retry-after")))
    if status == HTTPStatus.UNAUTHORIZED:
        return DirectoryRefused(_REFUSED)
    if status == HTTPStatus.FORBIDDEN:
        return _GroupClosed(_REFUSED)
    if status == HTTPStatus.NOT_FOUND:
        return GroupMissing("Google knows no such group.")
    if status == HTTPStatus.SERVICE_UNAVAILABLE and "retry-after" in error.resp:
        return DirectoryBusy("Google asks us to wait.", seconds_of(error.resp["retry-after"]))
    return DirectoryFaulty(_FAULT) if status >= HTTPStatus.INTERNAL_SERVER_ERROR else DirectoryUnavailable(_BROKEN)


def _sign_in_refusal(error: RefreshError) -> Exception:
    return DirectoryFaulty(_SIGN_IN_FAULT) if error.retryable else DirectoryRefused(_REFUSED)


def _reasons(error: HttpError) -> set[str]:
    """Every reason that Google tells: in `errors`, in `details` or in both, of which the library keeps one list."""
    try:
        told = json.loads(error.content)["error"]
        listed = [*told.get("errors", []), *told.get("details", [])]
        return {str(each["reason"]).replace("_", "").lower() for each in listed if "reason" in each}
    except (ValueError, LookupError, TypeError, AttributeError):
        return set()


def _rows(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    # Google leaves an empty list out.
    rows = answer.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DirectoryUnavailable(_BROKEN)
    return rows


def _text(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    return value if isinstance(value, str) else ""


def _group(row: Mapping[str, Any]) -> Group:
    return Group(_text(row, "id"), _text(row, "name"), _text(row, "email"))


def _addresses(group: Mapping[str, Any]) -> Iterator[str]:
    for name in ("aliases", "nonEditableAliases"):
        found = group.get(name) or []
        if not isinstance(found, list):
            raise DirectoryUnavailable(_BROKEN)
        yield from map(str, found)
    if address := _text(group, "email"):
        yield address


def _quoted(search: str) -> str:
    """The text as a value of a query (developers.google.com/admin-sdk/directory/v1/guides/search-groups)."""
    bare = search.replace("\\", " ").replace("*", " ").replace("'", "\\'").strip()
    return f"'{bare}'" if " " in bare or "'" in bare else bare
