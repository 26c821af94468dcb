"""An admin takes what a newer version ships by a draft; without that an upgrade changes no rule."""

import html
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.console.policies.pages import STRANGERS, published
from tests.server import Server, Visitor, running_server

from atesaki.cli.examined_policies import newly_shipped
from atesaki.policies.load import read_folder, revision_of
from atesaki.policies.revisions import SHIPPED_BY, RevisionStore
from atesaki.policies.shipped import shipped_folder
from atesaki.settings import read_settings
from atesaki.storage.engine import open_store

BESIDE = "/policies/renewal/strangers_visible"
FILE = "strangers_visible.yaml"
NEWER = "Strangers would see each other's addresses"
OLDER = "Strangers could see addresses"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    """A server of this version on the store of an older one, in which a policy had another title."""
    files = read_folder(shipped_folder())
    older = files | {FILE: files[FILE].replace(NEWER, OLDER)}
    assert older != files
    with running_server(_began_with(tmp_path, older), internal_domains=("hall.example",)) as started:
        yield started


def _began_with(place: Path, files: dict[str, str]) -> Path:
    store = open_store(place)
    RevisionStore(store).add(revision_of(files), files, SHIPPED_BY, "The shipped policies.")
    store.close()
    return place


def test_an_upgrade_changes_no_rule_and_says_so(server: Server, admin: Visitor, tmp_path: Path) -> None:
    """The rules in force are those of before; the list and the doctor name what is newer."""
    assert OLDER in admin.get(STRANGERS).text
    assert "New in this version" in admin.get("/policies").text
    assert _diagnosed(server, tmp_path) == [
        "This version ships newer texts of strangers_visible, which are not in force."
    ]


def test_what_is_new_is_taken_by_a_draft(server: Server, admin: Visitor, tmp_path: Path) -> None:
    """It is looked at, tested and published as any other draft, and then no longer told."""
    page = admin.post("/policies/renewal")
    at = page.url.path.removeprefix("/console")
    assert "What the new version ships" in page.text
    assert published(admin, at).status_code == 200
    assert NEWER.replace("'", "&#39;") in admin.get(STRANGERS).text
    assert "New in this version" not in admin.get("/policies").text
    assert _diagnosed(server, tmp_path) == []


def test_a_dropped_draft_is_not_offered_again(admin: Visitor) -> None:
    """Whoever doesn't want it has said so."""
    page = admin.post("/policies/renewal")
    admin.post(f"{page.url.path.removeprefix('/console')}/drop")
    assert "New in this version" not in admin.get("/policies").text
    assert OLDER in admin.get(STRANGERS).text


def test_a_second_press_begins_no_second_draft(admin: Visitor) -> None:
    """Two admins, or a double click, end with one draft."""
    admin.post("/policies/renewal")
    assert admin.post("/policies/renewal").url.path == "/console/policies"


def test_a_fresh_store_is_offered_nothing(tmp_path: Path) -> None:
    """It has begun with what this version ships."""
    with running_server(tmp_path) as fresh, fresh.visitor("admin") as visitor:
        assert "New in this version" not in visitor.get("/policies").text
        assert _diagnosed(fresh, tmp_path) == []


def test_what_the_merge_leaves_alone_stands_beside_what_is_shipped(tmp_path: Path) -> None:
    """Whoever changed the same line sees both, also after the news were put away, and may take the shipped text."""
    files = read_folder(shipped_folder())
    place = _began_with(tmp_path, files | {FILE: files[FILE].replace(NEWER, OLDER)})
    store = open_store(place)
    own = files | {FILE: files[FILE].replace(NEWER, "Ours")}
    RevisionStore(store).add(revision_of(own), own, "kei", "")
    store.close()
    with running_server(place) as server, server.visitor("admin") as admin:
        assert f'href="/console{BESIDE}"' in admin.get("/policies").text
        admin.post("/policies/renewal")
        assert "New in this version" not in admin.get("/policies").text
        assert f'href="/console{BESIDE}"' in admin.get(STRANGERS).text
        page = html.unescape(admin.get(BESIDE).text)
        assert "<h1>Ours: what this version ships</h1>" in page
        assert page.index("English: Ours") < page.index(f"English: {NEWER}")
        at = admin.post(BESIDE).url.path.removeprefix("/console")
        assert "What the new version ships: Ours" in admin.get(at).text
        assert published(admin, at).status_code == 200
        assert NEWER in html.unescape(admin.get(STRANGERS).text)
        assert BESIDE not in admin.get(STRANGERS).text
        assert "Nothing differs." in admin.get(BESIDE).text


def test_what_is_not_shipped_stands_beside_nothing(admin: Visitor) -> None:
    """A policy of one's own has no other text."""
    assert admin.get("/policies/renewal/ours").status_code == 404
    assert admin.post("/policies/renewal/ours").status_code == 404


def _diagnosed(server: Server, place: Path) -> list[str]:
    store = open_store(server.store_address)
    try:
        return [found.sentence for found in newly_shipped(read_settings(data_dir=place), store)]
    finally:
        store.close()
