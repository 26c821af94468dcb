"""The pages of rosters in a real browser: from a Shift_JIS file to members, compared, refused, deleted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.axe import violations_in_light_and_dark
from tests.browser.conftest import SignIn
from tests.fakes.directory import FakeDirectory, set_up
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

MORI = "mori@hall.example"
VOLUNTEERS = "ボランティア"
FIRST = (
    "会員名,連絡先,家族の連絡先\n"
    "山田 太郎,taro@volunteer.example,yamada@family.example\n"
    "佐藤 花子,hanako@volunteer.example,sato@family.example\n"
    "田中 一郎,ichiro@volunteer,tanaka@family.example\n"
    "鈴木 次郎,jiro@volunteer.example,\n"
)
SECOND = (
    "name,email\n山田 太朗,taro@volunteer.example\n佐藤 花子,hanako@volunteer.example\n高橋,taka@volunteer.example\n"
)
PAGES = ("", "/members", "/import", "/check", "/edit", "/delete", "/sync?provider=microsoft",
         "/sync?provider=microsoft&group=g1&group_name=Hall")  # fmt: skip


@pytest.fixture(scope="module")
def hall(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the hall with one roster of Ms Mori and a directory with one group."""
    directory = FakeDirectory()
    directory.put("g1", "ボランティア全員", "taro@volunteer.example", "new@volunteer.example", unresolved=1)
    with (
        set_up(microsoft=directory),
        running_server(tmp_path_factory.mktemp("hall"), internal_domains=("hall.example",)) as server,
    ):
        draft = {"name": "保護者", "owner": MORI, "purpose": "学校のお知らせ", "handling": "sensitive"}
        assert server.admin.post("/v1/rosters", json=draft).status_code == 201
        text = "name,email\nAnn,a.nn@a.example\nAnn,ann@a.example\nBob,bob@b.example\n事務局,info@b.example\n"
        headers = {"Content-Type": "text/csv"}
        assert server.admin.put("/v1/rosters/保護者/members", content=text, headers=headers).status_code == 200
        yield server


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """A file as a list program on Windows saves it."""
    path = tmp_path / "名簿.csv"
    path.write_bytes(FIRST.encode("cp932"))
    return path


@pytest.fixture
def second(tmp_path: Path) -> Path:
    """The same list half a year later."""
    path = tmp_path / "second.csv"
    path.write_text(SECOND)
    return path


@pytest.mark.parametrize("scripted", [True, False])
def test_a_roster_from_its_file_to_its_end(
    signed_in: SignIn, hall: Server, first: Path, second: Path, *, scripted: bool
) -> None:
    """Register, import with a corrected mapping, compare with a second file, delete by name; scripts are no need."""
    page = signed_in(hall, "admin", path="/rosters/new?lang=ja", java_script_enabled=scripted)
    page.get_by_label("名前", exact=True).fill(VOLUNTEERS)
    page.get_by_label("担当者のメールアドレス").fill(MORI)
    page.get_by_role("button", name="保存する").click()
    _import_first(page, first)
    _compare_with_second(page, second)
    page.get_by_role("link", name="削除する…").click()
    page.get_by_label("削除するには").fill("ボランティ")
    page.get_by_role("button", name="名簿とメンバーを削除する").click()
    expect(page.get_by_text("名簿の名前と違います")).to_be_visible()
    page.get_by_label("削除するには").fill(VOLUNTEERS)
    page.get_by_role("button", name="名簿とメンバーを削除する").click()
    expect(page.get_by_role("status")).to_contain_text("削除しました")
    expect(page.get_by_role("link", name=VOLUNTEERS)).to_have_count(0)


def _import_first(page: Page, first: Path) -> None:
    page.get_by_label("メンバーのファイル").set_input_files(first)
    page.get_by_role("button", name="ファイルを確認する").click()
    expect(page.get_by_role("button", name="6 人を取り込む")).to_be_visible()
    expect(page.get_by_label("文字コード")).to_have_value("cp932")
    page.get_by_label("列 3").select_option("")
    page.get_by_role("button", name="この読み取り方で、もう一度見る").click()
    with page.expect_download() as caught:
        page.get_by_role("link", name="理由を付けてダウンロードする").click()
    rejected = first.with_name("rejected.csv")
    caught.value.save_as(rejected)
    assert "4,メールアドレスとして読み取れません" in rejected.read_text("utf-8-sig")
    page.get_by_role("button", name="3 人を取り込む").click()
    expect(page.get_by_role("status")).to_contain_text("名簿のメンバーは 3 人です")


def _compare_with_second(page: Page, second: Path) -> None:
    page.get_by_role("link", name="取り込み").click()
    page.get_by_label("メンバーのファイル").set_input_files(second)
    page.get_by_role("button", name="ファイルを確認する").click()
    for kind, address in [("入る人", "taka@"), ("外れる人", "jiro@"), ("変わる人", "山田 太郎")]:
        expect(page.get_by_role("group", name=kind)).to_contain_text(address)
    page.get_by_role("button", name="3 人を取り込む").click()
    page.get_by_role("link", name="メンバー", exact=True).click()
    expect(page.get_by_role("cell", name="taka@volunteer.example")).to_be_visible()
    expect(page.get_by_role("cell", name="jiro@volunteer.example")).to_have_count(0)
    page.get_by_role("link", name="概要").click()


def test_an_owner_is_refused_at_anothers_roster(signed_in: SignIn, hall: Server) -> None:
    """Ms Mori opens her own; Mr Sato learns nothing of it."""
    mori = signed_in(hall, "roster_owner", path="/rosters?lang=ja", email=MORI)
    mori.get_by_role("link", name="保護者").click()
    expect(mori.get_by_role("heading", name="保護者")).to_be_visible()
    sato = signed_in(hall, "roster_owner", path="/rosters/of/保護者?lang=ja", email="sato@hall.example")
    expect(sato.get_by_role("alert")).to_contain_text("あなたの担当ではない")


@pytest.mark.parametrize("lang", ["en", "ja"])
def test_axe_finds_nothing(signed_in: SignIn, hall: Server, lang: str, second: Path) -> None:
    """On every page of a roster, in both languages, light and dark."""
    page = signed_in(hall, "admin", path=f"/rosters?lang={lang}")
    assert violations_in_light_and_dark(page) == []
    for path in ("/new", *(f"/of/保護者{each}" for each in PAGES)):
        page.goto(f"/console/rosters{path}")
        assert (path, violations_in_light_and_dark(page)) == (path, [])
    page.goto("/console/rosters/of/保護者/import")
    page.locator("#file").set_input_files(second)
    page.locator("main form button").click()
    assert violations_in_light_and_dark(page) == []


def test_nothing_is_cut_off_on_a_narrow_screen(signed_in: SignIn, hall: Server, second: Path) -> None:
    """At 320 pixels nobody scrolls the page sideways (WCAG 2.2, 1.4.10); tables scroll in themselves."""
    page = signed_in(hall, "admin", path="/rosters?lang=ja", viewport={"width": 320, "height": 640})
    for path in ("", "/new", *(f"/of/保護者{each}" for each in PAGES)):
        page.goto(f"/console/rosters{path}")
        assert (path, page.evaluate("document.documentElement.scrollWidth")) == (path, 320)
    page.goto("/console/rosters/of/保護者/import")
    page.locator("#file").set_input_files(second)
    page.locator("main form button").click()
    assert page.evaluate("document.documentElement.scrollWidth") == 320


def test_a_file_is_imported_by_keyboard(signed_in: SignIn, hall: Server, second: Path) -> None:
    """From the preview on, Tab and Enter are enough, and the way to the button leads past what it will do."""
    page = signed_in(hall, "admin", path="/rosters/of/保護者/import?lang=en")
    page.locator("#file").set_input_files(second)
    page.get_by_role("button", name="Look at the file").press("Enter")
    box = page.get_by_role("checkbox", name="people should leave")
    box.press("Space")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Import 3 members")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("3 members")
