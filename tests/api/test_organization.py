"""`/v1/organization`: who we are decides who is internal, from the next message on."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.api.mails import Json, decide, mail
from tests.server import Server, running_server

TOKYO = {"internal_domains": ["hall.example"], "partner_domains": [], "time_zone": "Asia/Tokyo"}


def test_declared_domains_are_in_force_for_the_next_message(server: Server) -> None:
    """A contractor's three domains become internal, and the warning is gone."""
    others = ["a@first.example", "b@second.example", "c@third.example"]
    assert decide(server, mail(to=others))["action"] == "warn"
    ours = {**TOKYO, "internal_domains": ["Hall.Example", "@first.example", "*.second.example.", "third.example"]}
    answer = server.admin.put("/v1/organization", json=ours)
    assert answer.status_code == 200, answer.text
    domains = ["hall.example", "first.example", "second.example", "third.example"]
    assert answer.json()["organization"]["internal_domains"] == domains
    assert server.admin.get("/v1/organization").json() == answer.json()
    assert decide(server, mail(to=others))["action"] == "allow"


def test_change_is_journaled_with_before_and_after(server: Server) -> None:
    """Who widened the circle of internal people can always be found."""
    server.admin.put("/v1/organization", json={**TOKYO, "partner_domains": ["partner.example"]})
    newest = server.admin.get("/v1/journal", params={"kind": "organization.changed", "limit": 1}).json()["records"][0]
    assert newest["body"]["after"]["partner_domains"] == ["partner.example"]
    assert newest["body"]["before"] != newest["body"]["after"]


def test_a_change_in_the_place_of_another_one_is_refused(server: Server) -> None:
    """Whoever names the organization that theirs replaces (`If-Match`) is refused where another one is in force."""
    tag = server.admin.get("/v1/organization").headers["etag"]
    first = server.admin.put("/v1/organization", headers={"If-Match": tag}, json=TOKYO)
    assert (first.status_code, first.headers["etag"] == tag) == (200, False)
    theirs = {**TOKYO, "partner_domains": ["theirs.example"]}
    for old in (tag, "W/" + first.headers["etag"], '"none"', ""):
        refused = server.admin.put("/v1/organization", headers={"If-Match": old}, json=theirs)
        assert (refused.status_code, refused.json()["type"].endswith("organization-changed")) == (412, True)
    assert server.admin.get("/v1/organization").json() == first.json()
    for last in ({"If-Match": "*"}, {}):
        assert server.admin.put("/v1/organization", headers=last, json=theirs).status_code == 200


def test_while_the_store_is_away_nobody_is_told_an_older_organization(tmp_path: Path) -> None:
    """An ETag from memory could be another replica's past; mail is judged by what is known, all the same."""
    with running_server(tmp_path) as server, closing(sqlite3.connect(tmp_path / "atesaki.db")) as store:
        before = server.admin.get("/v1/organization").json()
        store.execute("ALTER TABLE documents RENAME TO away")
        away = server.admin.get("/v1/organization")
        assert (away.status_code, int(away.headers["retry-after"]) > 0) == (503, True)
        assert decide(server, mail(to=["colleague@hall.example"]))["action"] == "allow"
        store.execute("ALTER TABLE away RENAME TO documents")
        assert server.admin.get("/v1/organization").json() == before


BAD: dict[str, tuple[Json, str]] = {
    "no domain": ({"internal_domains": ["hall.example", "no domain"]}, "internal_domains[1]"),
    "a public suffix's local part": ({"partner_domains": ["a@b@c"]}, "partner_domains[0]"),
    "a mailbox provider": ({"internal_domains": ["hall.example", "Gmail.com"]}, "internal_domains[1]"),
    "a public suffix": ({"internal_domains": ["*.co.jp"]}, "internal_domains[0]"),
    "no time zone": ({"time_zone": "Tokyo"}, "time_zone"),
    "a path as time zone": ({"time_zone": "../../etc/passwd"}, "time_zone"),
    "a day that ends first": ({"office_hours": {"start": "18:00", "end": "09:00"}}, "office_hours.end"),
    "a time with a line after it": ({"office_hours": {"start": "08:30\n"}}, "office_hours.start"),
    "wide digits": ({"office_hours": {"end": "１７:30"}}, "office_hours.end"),
    "no time": ({"office_hours": {"start": "25:00"}}, "office_hours.start"),
    "an eighth day": ({"office_hours": {"days": [8]}}, "office_hours.days[0]"),
    "unknown key": ({"domains": []}, "domains"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_organization_is_refused_with_its_field(server: Server, name: str) -> None:
    """A typing error never changes who counts as one of us."""
    body, field = BAD[name]
    before = server.admin.get("/v1/organization").json()
    answer = server.admin.put("/v1/organization", json=body)
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert server.admin.get("/v1/organization").json() == before


def test_a_time_of_day_is_told_by_what_it_looks_like(server: Server) -> None:
    """`9:00` holds no letter that is not allowed; it lacks one."""
    problem = server.admin.put("/v1/organization", json={"office_hours": {"start": "9:00"}}).json()
    assert problem["detail"] == "Expected a time of day such as 08:30."
