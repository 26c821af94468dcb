"""Following a group of the directory in the console: search, look, confirm, and what stops a sync."""

import pytest
from tests.console.rosters.pages import addresses, hidden, journaled, page_of
from tests.fakes.directory import FakeDirectory
from tests.server import Server, Visitor

from atesaki.directory.errors import DirectoryUnavailable


def test_a_roster_follows_a_group(server: Server, directory: FakeDirectory, owner: Visitor, roster: str) -> None:
    """Search, look, confirm; from then on a sync keeps it in step, and stopping keeps the members."""
    directory.put("g1", "Volunteers", "ann@a.example", "bob@a.example", "cy@a.example", unresolved=1)
    assert "Volunteers" in owner.get(page_of(roster, "/sync") + "?provider=microsoft&search=Vol").text
    shown = owner.get(page_of(roster, "/sync") + "?provider=microsoft&group=g1&group_name=Volunteers")
    assert "1 member of the group has no address" in shown.text
    assert journaled(server, roster)[-1]["body"] == {"what": "roster_comparison", "members": 3}
    answer = owner.post(page_of(roster, "/sync"), hidden(shown))
    assert "follows the group" in answer.text
    assert len(addresses(server, roster)) == 3
    directory.put("g1", "Volunteers", "ann@a.example", "bob@a.example", "dee@a.example")
    assert "in step" in owner.post(page_of(roster, "/sync/now")).text
    assert "dee@a.example" in addresses(server, roster)
    assert "follows the group" in owner.get(page_of(roster, "/import")).text
    owner.post(page_of(roster, "/sync/stop"))
    assert len(addresses(server, roster)) == 3


def test_a_sync_that_stops_says_so_on_the_roster_and_in_the_list(
    server: Server, directory: FakeDirectory, owner: Visitor, roster: str
) -> None:
    """A person sees the problem, looks, and confirms."""
    directory.put("g2", "Night", "ann@a.example", "bob@a.example", "cy@a.example")
    address = page_of(roster, "/sync") + "?provider=microsoft&group=g2&group_name=Night"
    owner.post(page_of(roster, "/sync"), hidden(owner.get(address)))
    directory.put("g2", "Night", "ann@a.example")
    text = owner.post(page_of(roster, "/sync/now")).text
    assert "More than half of the members have left the group" in text
    assert ("did not work" in text, "notice-said" in text) == (True, False)
    assert "More than half of the members have left the group" in owner.get("/rosters").text
    assert len(addresses(server, roster)) == 3
    shown = owner.get(address)
    unsure = owner.post(page_of(roster, "/sync"), hidden(shown))
    assert (unsure.status_code, 'name="sure" value="1" aria-describedby="sure-problem"' in unsure.text) == (422, True)
    assert owner.post(page_of(roster, "/sync"), {**hidden(shown), "sure": "1"}).status_code == 200
    assert addresses(server, roster) == ["ann@a.example"]


def test_members_who_can_not_be_read_any_more_stay_until_a_person_confirms(
    server: Server, directory: FakeDirectory, owner: Visitor, roster: str
) -> None:
    """The page says why nobody left, and leads to where that is confirmed."""
    directory.put("g3", "Day", "ann@a.example", "bob@a.example", "cy@a.example")
    address = page_of(roster, "/sync") + "?provider=microsoft&group=g3&group_name=Day"
    owner.post(page_of(roster, "/sync"), hidden(owner.get(address)))
    directory.put("g3", "Day", "ann@a.example", "bob@a.example", unresolved=1)
    text = owner.post(page_of(roster, "/sync/now")).text
    assert "whoever seemed to leave stays" in text
    assert "Look at the group</a>" in text
    assert len(addresses(server, roster)) == 3
    owner.post(page_of(roster, "/sync"), hidden(owner.get(address)))
    assert addresses(server, roster) == ["ann@a.example", "bob@a.example"]


def test_a_directory_that_is_away_is_said(directory: FakeDirectory, owner: Visitor, roster: str) -> None:
    """In the visitor's language, on the page where a group is chosen, also where one was being looked at."""
    directory.broken = DirectoryUnavailable("Microsoft Graph can't be reached or does not answer as it should.")
    try:
        answer = owner.get(page_of(roster, "/sync") + "?provider=microsoft&lang=ja")
        assert "Microsoft Graph に" in answer.text
        look = owner.get(page_of(roster, "/sync") + "?provider=microsoft&group=g1&lang=ja")
        assert (look.status_code, "Microsoft Graph に" in look.text, 'name="search"' in look.text) == (503, True, True)
    finally:
        directory.broken = None


@pytest.mark.parametrize("query", ["?provider=evil&group=g1", "?provider=microsoft&group=nothing", "?group=g1"])
def test_what_is_no_group_is_followed_by_nobody(owner: Visitor, roster: str, query: str) -> None:
    """Names from an URL are only names."""
    assert owner.get(page_of(roster, "/sync") + query).status_code in {200, 404}
