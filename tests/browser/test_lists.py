"""The lists that are used most: tables that are read on a phone too, and stay tables for a screen reader."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from tests.browser.axe import violations_in_light_and_dark
from tests.browser.conftest import SignIn
from tests.browser.steps import decided, until_indexed
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

LONG = "taro.yamada.with.a.long.address@volunteer-association.example"
LISTS = {"/journal": 7, "/rosters": 5, "/rosters/of/保護者/members": 2, "/policies": 6, "/people": 4}
"""Each with its number of columns."""

SIDEWAYS = """() => [document.documentElement, ...document.querySelectorAll('.table')]
    .filter(each => each.scrollWidth > each.clientWidth).length"""
NAMED = """() => [...document.querySelectorAll('.table-stacked tbody tr')].flatMap(row => [...row.cells].map(cell =>
    [cell.tagName == 'TH' ? null : row.closest('table').tHead.rows[0].cells[cell.cellIndex].textContent,
     cell.dataset.column ?? null, getComputedStyle(cell, '::before').content]))"""
STICKY = "() => [...document.querySelectorAll('thead th')].map(each => getComputedStyle(each).position)"


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a decision, and a roster of every handling."""
    with running_server(tmp_path_factory.mktemp("lists"), internal_domains=("hall.example",)) as server:
        for name, handling in [("ボランティア", "protected"), ("保護者", "sensitive"), ("委員会", "open")]:
            draft = {"name": name, "owner": "mori@hall.example", "purpose": "学校のお知らせ", "handling": handling}
            server.admin.post("/v1/rosters", json=draft).raise_for_status()
        members = f"name,email\nAnn,ann@a.example\n,{LONG}\n"
        headers = {"Content-Type": "text/csv"}
        server.admin.put("/v1/rosters/保護者/members", content=members, headers=headers).raise_for_status()
        decided(server)
        until_indexed(server)
        yield server


def opened(signed_in: SignIn, server: Server, path: str, width: int) -> Page:
    """Open a list on a screen of some width."""
    size = {"width": width, "height": 640}
    return signed_in(server, "admin", "auditor", path=path, viewport=size)


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("path", LISTS)
def test_a_list_is_read_at_320_pixels(signed_in: SignIn, listed: Server, path: str, lang: str) -> None:
    """Nothing scrolls sideways, not even the table, and each cell bears the name of its column, for the eye only."""
    page = opened(signed_in, listed, f"{path}?lang={lang}", 320)
    assert page.evaluate(SIDEWAYS) == 0
    cells = page.evaluate(NAMED)
    assert cells
    for column, name, shown in cells:
        assert (name, shown) == (column, f'"{column}" / ""' if column else "none")


def test_a_long_name_widens_no_list(signed_in: SignIn, listed: Server) -> None:
    """Neither a roster's name nor its owner's address pushes a column beyond the edge of a desktop."""
    owner = f"{'averylong' * 6}@{'department.' * 6}hall.example"
    draft = {"name": f"文化祭{'長' * 90}", "owner": owner, "purpose": "x" * 200, "handling": "protected"}
    listed.admin.post("/v1/rosters", json=draft).raise_for_status()
    page = opened(signed_in, listed, "/rosters?lang=ja", 1280)
    assert page.evaluate(SIDEWAYS) == 0
    listed.admin.delete(f"/v1/rosters/{draft['name']}").raise_for_status()


@pytest.mark.parametrize("width", [320, 1280])
@pytest.mark.parametrize("path", LISTS)
def test_a_list_stays_a_table_for_a_screen_reader(signed_in: SignIn, listed: Server, path: str, width: int) -> None:
    """With its rows and columns, whatever it looks like."""
    page = opened(signed_in, listed, f"{path}?lang=en", width)
    table = page.get_by_role("table")
    expect(table).to_have_count(1)
    expect(table.get_by_role("columnheader")).to_have_count(LISTS[path])
    assert table.get_by_role("row").count() > 1
    assert table.get_by_role("cell").count() >= LISTS[path] - 1


def test_a_cell_is_read_without_the_name_that_is_drawn(signed_in: SignIn, listed: Server) -> None:
    """A screen reader tells the column by itself."""
    page = opened(signed_in, listed, "/rosters/of/保護者/members?lang=en", 320)
    expect(page.get_by_role("cell", name=LONG, exact=True)).to_be_visible()


@pytest.mark.parametrize("path", LISTS)
def test_axe_finds_nothing_on_a_narrow_list(signed_in: SignIn, listed: Server, path: str) -> None:
    """Explicit roles are right ones, and the names of columns have contrast."""
    assert violations_in_light_and_dark(opened(signed_in, listed, f"{path}?lang=ja", 320)) == []


@pytest.mark.parametrize("path", LISTS)
def test_headers_stay_in_sight_on_wide_screens(signed_in: SignIn, listed: Server, path: str) -> None:
    """Nothing is stacked there, and no name is drawn twice."""
    page = opened(signed_in, listed, f"{path}?lang=en", 1280)
    assert set(page.evaluate(STICKY)) == {"sticky"}
    assert {shown for _, _, shown in page.evaluate(NAMED)} == {"none"}


def test_a_handling_is_told_by_its_word(signed_in: SignIn, listed: Server) -> None:
    """A protected roster is no error: word and lock in the colour of the text, and no handling in one of alarm."""
    page = opened(signed_in, listed, "/rosters?lang=en", 1280)
    protected = page.locator(".badge", has_text="Protected")
    expect(protected.locator("svg")).to_have_count(1)
    text = page.evaluate("getComputedStyle(document.body).color")
    expect(protected).to_have_css("color", text)
    alarming = ".badge-block, .badge-warn, .badge-allow"
    expect(page.locator("td").locator(alarming)).to_have_count(0)


def test_a_choice_of_drafts_stays_in_its_panel(signed_in: SignIn, listed: Server) -> None:
    """At 320 pixels too, however long the title of a draft is."""
    with listed.visitor("admin") as admin:
        admin.post("/policies/drafts", {"title": "春のフェスティバルと秋の文化祭の準備のための下書き"})
    page = opened(signed_in, listed, "/policies/threats/strangers_visible?lang=en", 320)
    box = page.locator("select[name=draft]").first.bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= 320 - 2 * 16
