"""Checking a roster in the console: doubles, dead addresses, and people who stand elsewhere too."""

from tests.console.rosters.pages import page_of, put
from tests.fakes.directory import FakeDirectory
from tests.server import Server, Visitor


def test_the_check_finds_doubles_and_asks_only_when_told(
    server: Server, directory: FakeDirectory, owner: Visitor, roster: str
) -> None:
    """Opening the page asks nobody; the button asks, and silence of the DNS leaves domains unknown, not alive."""
    put(server, roster, "email\na.b@x.example\nab@x.example\ninfo@x.example\noff@hall.example\n")
    directory.accounts["off@hall.example"] = "disabled"
    text = owner.get(page_of(roster, "/check")).text
    assert "a.b@x.example, ab@x.example" in text
    assert "info@x.example" in text
    assert "gave no answer" not in text
    text = owner.post(page_of(roster, "/check")).text
    assert "2 domains gave no answer" in text
    assert "off@hall.example" in text
    assert "Switched off" in text


def test_other_rosters_of_others_are_not_named(server: Server, owner: Visitor, admin: Visitor, roster: str) -> None:
    """An owner learns that somebody stands elsewhere too, not where."""
    draft = {"name": "Secret club", "owner": "", "purpose": "", "handling": "sensitive"}
    server.admin.post("/v1/rosters", json=draft)
    put(server, "Secret club", "email\nann@a.example\n")
    assert "Secret club" not in owner.get(page_of(roster, "/check")).text
    assert "a roster of somebody else" in owner.get(page_of(roster, "/check")).text
    assert "Secret club" in admin.get(page_of(roster, "/check")).text
    server.admin.delete("/v1/rosters/Secret club")
