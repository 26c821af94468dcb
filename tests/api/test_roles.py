"""Who may open which route, tried on every route that there is, by everybody."""

from collections.abc import Iterator
from typing import NamedTuple

import httpx2
import pytest
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from tests.server import Server, Visitor, running_server

from atesaki.api.access import CSRF, Door
from atesaki.identity.person import ROLES, Role
from atesaki.identity.sessions import COOKIE

Roles = frozenset[Role]

ADMIN: Roles = frozenset({"admin"})
AUDITOR: Roles = frozenset({"admin", "auditor"})
CHECKER: Roles = frozenset({"admin", "checker"})
EDITOR: Roles = frozenset({"admin", "roster_owner"})
ANYBODY: Roles = frozenset()
"""Everybody who is signed in."""

DECLARED: dict[str, Roles] = {
    "/v1/policies": ADMIN,
    "/v1/organization": ADMIN,
    "/v1/journal": AUDITOR,
    "/v1/rosters": EDITOR,
    "/console/": ANYBODY,
    "/console/{elsewhere:path}": ANYBODY,
    "/console/account": ANYBODY,
    "/console/checks": CHECKER,
    "/console/journal": AUDITOR,
    "/console/organization": ADMIN,
    "/console/people": ADMIN,
    "/console/policies": ADMIN,
    "/console/rights": ADMIN,
    "/console/rosters": EDITOR,
    "/console/sign-out": ANYBODY,
    "/console/try-it": ADMIN,
}
"""Whoever adds a route adds a line here, or puts it below one that has the same roles."""

NARROWER: dict[tuple[str, str], Roles] = {
    ("GET", "/console"): ANYBODY,
    ("POST", "/console/journal/people/erasures"): ADMIN,
    ("POST", "/console/journal/people/periods"): ADMIN,
    ("POST", "/v1/rosters"): ADMIN,
    ("GET", "/console/rosters/new"): ADMIN,
    ("POST", "/console/rosters/new"): ADMIN,
}
"""Routes with roles of their own, whatever stands around them."""

WITH_KEY = (
    "/v1/decisions", "/v1/decisions/{decision_id}/release", "/v1/decisions/{decision_id}/outcome",
    "/v1/decisions/{decision_id}/second_check", "/v1/decisions/{decision_id}/second_check/withdrawal",
    "/v1/clients/{app}/profile", "/v1/clients/{app}/heartbeat", "/v1/clients/{app}/nonce", "/outlook/{key}/{name:path}",
)  # fmt: skip
"""Routes for mail clients, which know the deployment key."""

WITH_TOKEN = ("/metrics", "/v1/gmail-addon/{name}")
"""Routes with a token of their own kind."""

OPEN = (
    "/", "/admission", "/static", "/static/htmx.js", "/healthz", "/readyz", "/openapi.json",
    "/.well-known/microsoft-officeaddins-allowed.json",
    "/console/sign-in", "/console/sign-in/code", "/console/sign-in/provider", "/console/sign-in/return",
    "/console/sign-in/first/{link}", "/console/invitation/{link}", "/console/new-password/{link}",
    "/console/signed-out",
)  # fmt: skip
"""Routes for everybody: they tell nothing about anybody, or are how one gets in."""


ROSTER = {"name": "parents", "owner": "Kei@hall.example ", "purpose": "trips", "handling": "protected"}


class Tried(NamedTuple):
    """One route: what is asked for, and who may."""

    method: str
    path: str
    roles: Roles

    @property
    def url(self) -> str:
        """An address that the route answers, of something that isn't there."""
        parts = self.path.replace(":path", "").replace(":uuid", "").split("/")
        record = "0192f000-0000-7000-8000-000000000000"
        known = {"{record_id}": record, "{decision_id}": record}
        return "/".join(known.get(part, "7") if part.startswith("{") else part for part in parts)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with everything mounted."""
    with running_server(tmp_path_factory.mktemp("store")) as started:
        yield started


def _api(server: Server) -> list[Tried]:
    found: list[Tried] = []
    for route in iter_route_contexts(server.app.routes):
        for door in _doors(route.dependant) if getattr(route, "dependant", None) else ():
            found.extend(Tried(method, str(route.path), door.roles) for method in route.methods or ())
    return found


def _doors(dependant: Dependant) -> Iterator[Door]:
    if isinstance(dependant.call, Door):
        yield dependant.call
    for inner in dependant.dependencies:
        yield from _doors(inner)


def _console(server: Server) -> list[Tried]:
    table = server.app.state.pages.table
    return [Tried(each.method, each.path, each.roles) for each in table if each.roles is not None]


def _expected(method: str, path: str) -> Roles | None:
    fitting = [each for each in DECLARED if path == each or path.startswith(f"{each}/")]
    return NARROWER.get((method, path), DECLARED[max(fitting, key=len)] if fitting else None)


def test_every_route_is_declared(server: Server) -> None:
    """A new route without roles fails here, and so does one whose roles are not those that were agreed."""
    tried = {(each.method, each.path): each.roles for each in (*_api(server), *_console(server))}
    everything = {str(route.path) for route in iter_route_contexts(server.app.routes)}
    assert everything - {path for _, path in tried} - {*WITH_KEY, *WITH_TOKEN, *OPEN} == set()
    assert {route: _expected(*route) for route in tried} == tried


def test_pages_that_nobody_signs_in_for_are_those_that_lead_in(server: Server) -> None:
    """A page is never public by mistake."""
    public = {each.path for each in server.app.state.pages.table if each.roles is None}
    assert public == {path for path in OPEN if path.startswith("/console")}


def _may(roles: Roles, role: Role | None) -> bool:
    return role is not None and (roles == ANYBODY or role in roles)


@pytest.mark.parametrize("role", ROLES)
def test_each_role_opens_its_own_pages_and_no_other(server: Server, role: Role) -> None:
    """A form without its token shows that the role would do (409), and changes nothing."""
    # What a page is about is there, and the visitor's own.
    server.admin.post("/v1/rosters", json={**ROSTER, "name": "7"})
    with server.visitor(role) as visitor:
        answers = {each: visitor.client.request(each.method, each.url) for each in _console(server)}
    wrong = {each: answer.status_code for each, answer in answers.items() if _is_wrong(each, answer, role)}
    assert wrong == {}


def _is_wrong(tried: Tried, answer: httpx2.Response, role: Role) -> bool:
    if not _may(tried.roles, role):
        return answer.status_code != 403
    if tried.method == "POST":
        return answer.status_code != 409
    return answer.status_code in {401, 403} or "/sign-in" in answer.headers.get("location", "")


def test_nobody_opens_a_page_without_signing_in(server: Server) -> None:
    """Pages lead to the sign-in, forms are kept."""
    for each in _console(server):
        answer = server.anonymous.request(each.method, each.url)
        assert answer.status_code == (401 if each.method == "POST" else 303), each
        assert each.method == "POST" or answer.headers["location"].startswith("/console/sign-in?next="), each


@pytest.mark.parametrize("role", [*ROLES, None])
def test_each_role_calls_its_own_part_of_the_api_and_no_other(server: Server, role: Role | None) -> None:
    """With a session and its token; signed in without a role, nothing opens."""
    with server.visitor(*([role] if role else [])) as visitor:
        visitor.client.headers[CSRF] = visitor.csrf
        answers = {each: visitor.client.request(each.method, each.url) for each in _api(server)}
    refused = {each: answer.status_code == 403 and "Your role" in answer.text for each, answer in answers.items()}
    assert refused == {each: not _may(each.roles, role) for each in refused}


def test_nobody_calls_the_api_for_people_without_a_token_or_a_session(server: Server) -> None:
    """A deployment key is neither, nor is a cookie that somebody made up."""
    for each in _api(server):
        for caller in (server.anonymous, server.client):
            assert caller.request(each.method, each.url).status_code == 401, each
        assert server.anonymous.request(each.method, each.url, headers={"Cookie": f"{COOKIE}=x"}).status_code == 401


def test_admin_token_calls_all_of_it(server: Server) -> None:
    """Scripts need no session."""
    for each in _api(server):
        assert server.admin.request(each.method, each.url).status_code not in {401, 403}, each


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {CSRF: "x"},
        {CSRF: "", "Sec-Fetch-Site": "same-origin"},
        {"token": "", "Sec-Fetch-Site": "cross-site"},
        {"token": "", "Sec-Fetch-Site": "", "Origin": "https://evil.example"},
    ],
    ids=["no token", "wrong token", "empty token", "another site", "another origin"],
)
def test_session_writes_only_for_a_page_of_our_own(server: Server, headers: dict[str, str]) -> None:
    """A cookie alone proves nothing (CSRF); the token alone doesn't either."""
    with server.visitor("admin") as admin:
        sent = {CSRF: admin.csrf} | headers if headers.pop("token", None) is not None else headers
        for each in _api(server):
            if each.method not in {"GET", "HEAD"}:
                assert admin.client.request(each.method, each.url, headers=sent).status_code == 403, each


def test_no_other_site_looks_at_personal_data_in_somebodys_name(server: Server) -> None:
    """A link to the export would download it, and record a look that nobody meant."""
    asked = {"personal": "true", "purpose": "planted"}
    with server.visitor("auditor") as auditor:
        for headers in ({"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}):
            assert auditor.client.get("/v1/journal/export", params=asked, headers=headers).status_code == 403
        assert auditor.client.get("/v1/journal", headers={"Sec-Fetch-Site": "none"}).status_code == 200
    looks = server.admin.get("/v1/journal", params={"kind": "personal_data.viewed"}).json()["records"]
    assert "planted" not in str(looks)


def test_token_counts_even_beside_a_session(server: Server) -> None:
    """A wrong token is an error, whoever is signed in."""
    with server.visitor("admin") as admin:
        answer = admin.client.get("/v1/policies", headers={"Authorization": "Bearer wrong"})
    assert answer.status_code == 401


@pytest.fixture
def rosters(server: Server) -> Iterator[None]:
    """One roster of Kei's and one of somebody else's."""
    for name, owner in (("parents", "Kei@hall.example "), ("staff", "mori@hall.example")):
        server.admin.post("/v1/rosters", json={**ROSTER, "name": name, "owner": owner}).raise_for_status()
    yield
    for name in ("parents", "staff"):
        server.admin.delete(f"/v1/rosters/{name}")


def _owner(visitor: Visitor, method: str, path: str, json: object = None) -> int:
    return visitor.client.request(method, path, json=json, headers={CSRF: visitor.csrf}).status_code


@pytest.mark.usefixtures("rosters")
def test_owner_keeps_their_own_rosters_only(server: Server) -> None:
    """Others' rosters are neither listed nor opened, and no roster is handed to somebody else."""
    with server.visitor("roster_owner", email="kei@hall.example") as kei:
        listed = kei.client.get("/v1/rosters").json()["rosters"]
        assert [roster["name"] for roster in listed] == ["parents"]
        assert _owner(kei, "GET", "/v1/rosters/parents") == 200
        assert _owner(kei, "PATCH", "/v1/rosters/parents", {"purpose": "walks"}) == 200
        assert _owner(kei, "PATCH", "/v1/rosters/parents", {"owner": "mori@hall.example"}) == 403
        assert _owner(kei, "PATCH", "/v1/rosters/parents", {"handling": "open"}) == 403
        for method, path in (("GET", ""), ("PATCH", ""), ("DELETE", ""), ("GET", "/members"), ("PUT", "/members")):
            assert (
                _owner(kei, method, f"/v1/rosters/staff{path}", {"purpose": "x"} if method == "PATCH" else None) == 403
            )
        assert _owner(kei, "POST", "/v1/rosters", {**ROSTER, "name": "new"}) == 403
        foreign, missing = (kei.client.get(f"/v1/rosters/{name}") for name in ("staff", "nothing"))
        assert (missing.status_code, missing.json()) == (foreign.status_code, foreign.json())


@pytest.mark.usefixtures("rosters")
def test_owner_without_an_address_owns_nothing(server: Server) -> None:
    """A roster without an owner isn't everybody's."""
    server.admin.post("/v1/rosters", json={**ROSTER, "name": "nobodys", "owner": ""})
    with server.visitor("roster_owner", email="") as somebody:
        assert somebody.client.get("/v1/rosters").json() == {"rosters": []}
        assert _owner(somebody, "GET", "/v1/rosters/nobodys") == 403


def test_author_of_a_change_is_who_is_signed_in(server: Server) -> None:
    """The name stands in the personal part."""
    organization = server.admin.get("/v1/organization").json()["organization"]
    with server.visitor("admin") as admin:
        admin.client.put("/v1/organization", json=organization, headers={CSRF: admin.csrf}).raise_for_status()
    record = server.admin.get("/v1/journal", params={"kind": "organization.changed"}).json()["records"][0]
    shown = server.admin.get(f"/v1/journal/{record['record_id']}", params={"personal": True, "purpose": "test"}).json()
    assert shown["personal"]["author"] == "kei@hall.example"
    assert "kei" not in str(record)
