"""Who may open and change a roster in the console: an owner her own, nobody another's."""

import pytest
from tests.console.rosters.pages import MORI, journaled, page_of
from tests.server import Server, Visitor


@pytest.mark.parametrize("page", ["", "/members", "/import", "/check", "/edit", "/delete", "/sync"])
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_each_page_opens_for_its_owner(owner: Visitor, roster: str, page: str, lang: str) -> None:
    """Whatever the name of the roster holds."""
    assert owner.get(f"{page_of(roster, page)}?lang={lang}").status_code == 200


@pytest.mark.parametrize("page", ["", "/members", "/import", "/import/x", "/check", "/edit", "/delete", "/sync"])
def test_another_roster_is_refused_like_one_that_is_not_there(server: Server, roster: str, page: str) -> None:
    """An owner learns neither what is on another's roster nor that it exists."""
    with server.visitor("roster_owner", email="sato@hall.example") as sato:
        theirs, nobodys = sato.get(page_of(roster, page)), sato.get(page_of("nothing", page))
        assert roster not in sato.get("/rosters").text
    assert (theirs.status_code, nobodys.status_code) == (403, 403)
    assert "isn&#39;t yours" in theirs.text


POSTS = ("/members", "/export", "/import", "/import/x", "/import/x/changes", "/check", "/edit", "/delete", "/sync",
         "/sync/now", "/sync/stop")  # fmt: skip


@pytest.mark.parametrize("page", POSTS)
def test_nobody_changes_another_roster(server: Server, roster: str, page: str) -> None:
    """What is sent is refused like what is asked."""
    before = journaled(server, roster)
    with server.visitor("roster_owner", email="sato@hall.example") as sato:
        form = {"typed": roster, "handling": "open", "owner": "sato@hall.example"}
        assert sato.post(page_of(roster, page), form).status_code == 403
    with server.visitor("auditor", "checker", email=MORI) as auditor:
        assert auditor.post(page_of(roster, page), form).status_code == 403
    assert [record["kind"] for record in journaled(server, roster)] == [record["kind"] for record in before]


def test_an_owner_without_rosters_is_told_whom_to_ask(server: Server) -> None:
    """An empty list says what to do first, for an owner as for an admin."""
    with server.visitor("roster_owner", email="nobody@hall.example") as nobody:
        text = nobody.get("/rosters").text
        assert "nobody@hall.example" in text
        assert "/rosters/new" not in text
        assert nobody.get("/rosters/new").status_code == 403
