"""Kept searches that several people change at once: nobody's search is replaced or removed unseen."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest
from tests.console.forms import sent, values_of
from tests.sending.rights.office import DAY, NOW, Office
from tests.server import Server, Visitor, running_server

from atesaki.console.journal.saved import SavedSearches, SearchChanged
from atesaki.journal.changes import Change

KEEP, REMOVE = "/journal/searches", "/journal/searches/remove"


@pytest.fixture
def searches(office: Office) -> SavedSearches:
    """The searches of the office; Anna has kept one that blocks."""
    opened = SavedSearches(office.store, office.record)
    opened.keep("mine", "action=block", "anna@hall.example", 0)
    return opened


def test_a_name_that_somebody_else_has_used_meanwhile_is_not_taken(office: Office, searches: SavedSearches) -> None:
    """Who has seen it replaces it; the same search under the same name takes nothing from anybody."""
    with pytest.raises(SearchChanged):
        searches.keep("mine", "action=warn", "ben@hall.example", 0)
    searches.keep("mine", "action=block", "ben@hall.example", 0)
    office.now = NOW + DAY
    searches.keep("mine", "action=warn", "ben@hall.example", 2)
    assert searches.state.links == {"mine": "action=warn"}
    assert searches.change_of("mine") == Change(NOW + DAY, "ben@hall.example")


def test_another_name_is_no_conflict(searches: SavedSearches) -> None:
    """What others kept in the meantime stays."""
    searches.keep("other", "action=warn", "ben@hall.example", 0)
    assert searches.state.links == {"mine": "action=block", "other": "action=warn"}


def test_only_the_search_that_was_seen_is_removed(searches: SavedSearches) -> None:
    """One that is gone already is no error."""
    with pytest.raises(SearchChanged):
        searches.remove("mine", "action=warn", "ben@hall.example")
    searches.remove("mine", "action=block", "ben@hall.example")
    searches.remove("mine", "action=block", "ben@hall.example")
    assert searches.state.links == {}


def test_what_several_keep_at_once_is_all_kept_and_recorded_once(office: Office) -> None:
    """On PostgreSQL each of them is a replica of its own."""
    names = [f"search {number}" for number in range(4)]
    here = SavedSearches(office.store, office.record)

    def keep(name: str) -> None:
        saved = here if office.store.dialect == "sqlite" else SavedSearches(office.store, office.record)
        saved.keep(name, "action=warn", "anna@hall.example", 0)

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(keep, names))
    assert list(here.state.links) == names
    assert sorted(entry.body["after"] for entry in office.told("search.kept")) == [1, 2, 3, 4]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without any mail."""
    with running_server(tmp_path_factory.mktemp("store")) as started:
        yield started


@pytest.fixture
def anna(server: Server) -> Iterator[Visitor]:
    """An auditor."""
    with server.visitor("auditor", email="anna@hall.example") as visitor:
        yield visitor


@pytest.fixture
def ben(server: Server) -> Iterator[Visitor]:
    """Another auditor."""
    with server.visitor("auditor", email="ben@hall.example") as visitor:
        yield visitor


def keep(visitor: Visitor, page: httpx2.Response, name: str, **filters: str) -> httpx2.Response:
    """Keep a search with the form that stands on a page."""
    seen = values_of(page, "/journal")["searches"]
    return visitor.post(KEEP, {"name": name, "searches": seen, **filters})


def test_a_search_kept_from_an_older_page_shows_both_and_loses_nothing(anna: Visitor, ben: Visitor) -> None:
    """Who changed it, when, theirs, and one's own as it was typed; keeping it again replaces theirs."""
    old = ben.get("/journal")
    keep(anna, anna.get("/journal"), "stopped", action="block")
    refused = keep(ben, old, "stopped", action="warn", recipient="v03@gmail.com")
    assert refused.status_code == 409
    assert re.search(r"anna@hall\.example changed this on \w+ \d+, 2\d{3}", refused.text)
    assert re.search(r'<dt>Kept now</dt><dd><a href="[^"]*\?action=block">Judgement: Blocked</a>', refused.text)
    assert re.search(r"<dd>Judgement: Warned, Recipient's address: secret mark", refused.text.replace("&#39;", "'"))
    assert re.search(r'id="name" name="name" [^>]*value="stopped"', refused.text)
    assert '<option value="warn" selected>' in refused.text
    assert 'name="recipient_kept"' in refused.text
    assert keep(ben, refused, "stopped", action="warn").status_code == 200
    assert 'href="/console/journal?action=warn">stopped<' in anna.get("/journal").text


def test_a_search_is_not_removed_that_was_changed_since_the_page(anna: Visitor, ben: Visitor) -> None:
    """The page shows both, and its own button removes the newer one."""
    sent(anna, keep(anna, anna.get("/journal"), "gone", action="block"), REMOVE, name="stopped")
    old = ben.get("/journal").text
    assert "action=block" in old
    keep(anna, anna.get("/journal"), "gone", action="warn")
    refused = ben.post(REMOVE, {"name": "gone", "link": "action=block"})
    assert refused.status_code == 409
    assert "<dt>What you wanted to remove</dt><dd>Judgement: Blocked</dd>" in refused.text
    assert 'href="/console/journal?action=warn">gone<' in refused.text
    assert "gone" not in ben.post(REMOVE, {"name": "gone", "link": "action=warn"}).text


def test_a_name_that_can_not_be_kept_loses_nothing(ben: Visitor) -> None:
    """It used to be a page with nothing but a sentence."""
    refused = ben.post(KEEP, {"name": "x" * 101, "action": "block"})
    assert refused.status_code == 422
    assert "1 to 100 characters" in refused.text
    assert f'value="{"x" * 101}"' in refused.text
    assert '<option value="block" selected>' in refused.text


def test_the_conflict_is_said_in_japanese(server: Server, anna: Visitor) -> None:
    """As everything on the page."""
    keep(anna, anna.get("/journal"), "停止", action="block")
    with server.visitor("auditor", language="ja") as visitor:
        text = visitor.post(KEEP, {"name": "停止", "searches": "0", "action": "warn"}).text
    assert "に変更しました。" in text
