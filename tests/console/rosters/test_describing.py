"""Registering, describing and deleting a roster in the console."""

import re
from concurrent.futures import ThreadPoolExecutor
from html import unescape
from urllib.parse import quote

import pytest
from tests.console.rosters.pages import CSV, MORI, addresses, here, hidden, journaled, page_of, put, uploaded
from tests.server import Server, Visitor


def test_a_roster_is_registered_imported_and_shown(server: Server, admin: Visitor) -> None:
    """From nothing to members, each step leading to the next, and all of it in the journal with its author."""
    form = {"name": "Parents", "owner": MORI, "purpose": "School news", "handling": "protected"}
    answer = admin.post("/rosters/new", form)
    assert here(answer) == "/rosters/of/Parents/import"
    answer = uploaded(admin, "Parents", CSV.encode("cp932"))
    answer = admin.post(here(answer), hidden(answer))
    assert "4 members" in answer.text
    assert {"taro@a.example", "x@b.example"} <= set(addresses(server, "Parents"))
    created, imported = [each for each in journaled(server, "Parents") if each["kind"] == "roster.changed"]
    assert created["body"]["change"] == "created"
    assert imported["body"]["source"] == {"kind": "file"}
    server.admin.delete("/v1/rosters/Parents")


@pytest.mark.parametrize(
    ("change", "field"), [({"name": "a/b"}, "name"), ({"name": ""}, "name"), ({"owner": "x" * 1_001}, "owner")]
)
def test_a_bad_roster_is_shown_again(admin: Visitor, change: dict[str, str], field: str) -> None:
    """What was typed is kept, and the sentence stands at the field."""
    form = {"name": "n", "owner": MORI, "purpose": "kept", "handling": "open", **change}
    answer = admin.post("/rosters/new?lang=ja", form)
    assert answer.status_code == 422
    assert f'id="{field}-problem"' in answer.text
    assert "kept" in answer.text


def test_an_owner_tightens_but_does_not_loosen(server: Server, owner: Visitor, roster: str) -> None:
    """Opening a roster takes protection away, so it is an admin's."""
    page = owner.get(page_of(roster, "/edit"))
    form = {**hidden(page), "owner": MORI, "purpose": "", "handling": "open"}
    answer = owner.post(page_of(roster, "/edit"), form)
    assert answer.status_code == 403
    assert 'id="handling-problem"' in answer.text
    assert owner.post(page_of(roster, "/edit"), {**form, "handling": "protected"}).status_code == 200
    assert server.admin.get(f"/v1/rosters/{quote(roster)}").json()["handling"] == "protected"


def test_the_second_of_two_editors_is_told(server: Server, admin: Visitor, owner: Visitor, roster: str) -> None:
    """Nothing is overwritten unseen."""
    stale = {**hidden(admin.get(page_of(roster, "/edit"))), "owner": MORI, "purpose": "mine", "handling": "sensitive"}
    owner.post(page_of(roster, "/edit"), {**stale, "purpose": "theirs"})
    answer = admin.post(page_of(roster, "/edit"), stale)
    assert answer.status_code == 409
    assert re.search(r"mori@hall\.example changed this on \w+ \d+, 2\d{3}", answer.text)
    assert 'id="purpose-now">In force now: theirs<' in answer.text
    assert ("mine" in answer.text, 'id="handling-now"' in answer.text) == (True, False)
    assert admin.post(page_of(roster, "/edit"), {**stale, **hidden(answer)}).status_code == 200
    assert server.admin.get(f"/v1/rosters/{quote(roster, safe='')}").json()["purpose"] == "mine"


def test_of_two_editors_at_once_one_is_accepted(server: Server, admin: Visitor, owner: Visitor, roster: str) -> None:
    """The store compares what was seen, in the transaction that writes."""
    edit, forms = page_of(roster, "/edit"), []
    for number, visitor in enumerate((admin, owner)):
        shown = hidden(visitor.get(edit))
        forms.append({**shown, "owner": MORI, "purpose": f"purpose {number}", "handling": "sensitive"})
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda visitor, form: visitor.post(edit, form), (admin, owner), forms))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    accepted = next(form for form, answer in zip(forms, answers, strict=True) if answer.status_code == 200)
    assert server.admin.get(f"/v1/rosters/{quote(roster, safe='')}").json()["purpose"] == accepted["purpose"]


def test_new_members_are_no_other_description(server: Server, admin: Visitor, roster: str) -> None:
    """An import or a sync in the meantime takes nothing from whoever describes the roster."""
    form = {**hidden(admin.get(page_of(roster, "/edit"))), "owner": MORI, "purpose": "mine", "handling": "sensitive"}
    put(server, roster, "name,email\nCai,cai@a.example\n")
    assert admin.post(page_of(roster, "/edit"), form).status_code == 200
    assert addresses(server, roster) == ["cai@a.example"]


def test_the_conflict_is_said_in_japanese(admin: Visitor, roster: str) -> None:
    """Also where the form tells nothing of what was seen."""
    answer = admin.post(page_of(roster, "/edit?lang=ja"), {"owner": MORI, "purpose": "", "handling": "open"})
    assert answer.status_code == 409
    assert "に変更しました。" in answer.text
    assert 'id="handling-now">今有効な値：' in answer.text


def test_deleting_asks_for_the_name(server: Server, owner: Visitor, roster: str) -> None:
    """A wrong name deletes nothing; the right one does, and the journal keeps that it was."""
    answer = owner.post(page_of(roster, "/delete"), {"typed": roster[:-1]})
    assert answer.status_code == 422
    assert addresses(server, roster)
    assert roster in unescape(owner.post(page_of(roster, "/delete"), {"typed": f" {roster} "}).text)
    assert server.admin.get(f"/v1/rosters/{quote(roster, safe='')}").status_code == 404
    assert journaled(server, roster)[-1]["body"]["change"] == "deleted"


NAMING = """\
id: invitations
title: {ja: 招待, en: Invitations}
rules:
  - id: visible
    when: {recipients: {in_roster: {name: ROSTER}, at_least: 2}}
    action: warn
    message: {ja: 招待です。, en: An invitation.}
"""


def test_deleting_names_the_rules_that_name_it(server: Server, admin: Visitor, owner: Visitor, roster: str) -> None:
    """An admin goes there from the page; an owner, who can't, reads what they are called."""
    before = server.admin.get("/v1/policies").json()["files"]
    files = {**before, "invitations.yaml": NAMING.replace("ROSTER", roster)}
    server.admin.put("/v1/policies", json=files).raise_for_status()
    link = '<a href="/console/policies/threats/invitations">Invitations</a>'
    assert link in admin.get(page_of(roster, "/delete")).text
    seen = owner.post(page_of(roster, "/delete"), {"typed": "another"}).text
    assert ("<li>Invitations</li>" in seen, link in seen) == (True, False)
    server.admin.put("/v1/policies", json=before).raise_for_status()
    assert "Invitations" not in admin.get(page_of(roster, "/delete")).text
