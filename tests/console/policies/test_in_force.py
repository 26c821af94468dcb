"""The policies in force: listed with their state, told in plain words, and only read where they come from a folder."""

import datetime as dt
import re
from pathlib import Path

from tests.console.policies.pages import STRANGERS
from tests.policies.files import FILES, POLICY
from tests.server import Server, Visitor, running_server

from atesaki.policies.shipped import shipped_folder


def test_all_policies_are_listed_with_their_state(admin: Visitor) -> None:
    """By threat, in the visitor's words; what is only tried out says so."""
    page = admin.get("/policies")
    assert page.text.count('class="group"') == len([*shipped_folder().glob("*_test.yaml")])
    assert "Strangers would see each other" in page.text
    assert page.text.count("only tried out</span>") == 3
    assert "publication 1 of" in page.text


def test_a_rule_is_told_in_plain_words(server: Server, admin: Visitor) -> None:
    """In the language of whoever reads."""
    assert (
        "at least 10 visible outside or partner recipients of at least 5 outside organizations"
        in admin.get(STRANGERS).text
    )
    with server.visitor("admin", language="ja") as japanese:
        assert "外部か連携先の宛先が 10 件以上" in japanese.get(STRANGERS).text


def test_a_folder_is_shown_and_not_edited(tmp_path: Path) -> None:
    """Everything can be read, and the page says where to change it."""
    folder = tmp_path / "policies"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    with running_server(tmp_path / "data", policy_dir=folder) as server, server.visitor("admin") as admin:
        page = admin.get("/policies").text
        assert str(folder) in page
        assert "Start a draft" not in page
        assert "Change in a new draft" not in admin.get("/policies/threats/strangers").text
        refused = admin.post("/policies/drafts", {"title": "x"})
        assert (refused.status_code, "change the files there" in refused.text) == (409, True)


def test_an_end_that_comes_near_is_shown(server: Server, admin: Visitor) -> None:
    """On the list, with the days that are left."""
    server.admin.put(
        "/v1/policies",
        json={"strangers.yaml": POLICY.replace("    action", "    active: {until: 2026-01-01}\n    action")},
    )
    assert "Ends soon" not in admin.get("/policies").text
    until = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=9)
    ending = POLICY.replace("    action", f"    active: {{until: {until}}}\n    action")
    server.admin.put("/v1/policies", json={"strangers.yaml": ending}).raise_for_status()
    assert re.search(r"ends in \d+ days", admin.get("/policies").text)
    assert "A rule or an exemption ends soon" in admin.get("/").text


def test_the_newest_drafts_stand_before_the_rules_and_the_others_are_folded(admin: Visitor) -> None:
    """Whoever looks for a rule does not go past all drafts that were ever begun."""
    for number in range(12):
        admin.post("/policies/drafts", {"title": f"draft no. {number}"})
    page = admin.get("/policies?lang=ja").text
    newest, _, others = page.partition("これより前の下書き 2 件")
    assert [f">draft no. {number}<" in newest for number in (11, 2, 1, 0)] == [True, True, False, False]
    assert [f">draft no. {number}<" in others for number in (1, 0)] == [True, True]
