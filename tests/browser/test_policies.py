"""Policies in a real browser: from a new rule by form to its roll-back, two admins, no JavaScript, no mouse."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from tests.browser.axe import violations
from tests.browser.conftest import SignIn
from tests.browser.steps import (
    add_policy,
    change_rule,
    decided,
    is_refused,
    mend_tests,
    open_draft,
    publish,
    roll_back,
    start_draft,
)
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

NEW = "/policies/threats/strangers_visible/rules/strangers/exempt"


@pytest.fixture
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A fresh server of one's own, whose policies may be changed."""
    with running_server(tmp_path_factory.mktemp("policies"), internal_domains=("hall.example",)) as started:
        yield started


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with drafts in every state, for pages that are only looked at."""
    with running_server(tmp_path_factory.mktemp("shown"), internal_domains=("hall.example",)) as started:
        files = started.admin.get("/v1/policies").json()["files"]
        with started.visitor("admin") as visitor:
            for number, (old, new) in enumerate(
                [("at_least: 10,", "at_least: 12,"), ("action: warn", "action: wran")], 1
            ):
                visitor.post("/policies/drafts", {"title": f"Draft {number}"})
                text = files["strangers_visible.yaml"]
                change = {"base": text, "text": text.replace(old, new, 1), "do": "save"}
                visitor.post(f"/policies/drafts/{number}/files/strangers_visible.yaml", change)
        changed = files["strangers_visible.yaml"].replace("# Not `never`", "# Never `never`")
        started.admin.put("/v1/policies", json={**files, "strangers_visible.yaml": changed}).raise_for_status()
        yield started


DRAFT = "/policies/drafts/1"
PAGES = (
    "/policies",
    "/policies/threats/strangers_visible",
    "/policies/history",
    "/policies/history/1",
    "/policies/history/2",
    NEW,
    DRAFT,
    f"{DRAFT}/outdated",
    f"{DRAFT}/publish",
    f"{DRAFT}/new",
    f"{DRAFT}/of/strangers_visible",
    f"{DRAFT}/of/strangers_visible/rules/0",
    f"{DRAFT}/of/strangers_visible/tests",
    f"{DRAFT}/files/strangers_visible.yaml",
    "/policies/drafts/2",
    "/policies/drafts/2/of/strangers_visible/rules/0",
    "/policies/drafts/2/files/strangers_visible.yaml",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("lang", ["en", "ja"])
def test_axe_finds_nothing(signed_in: SignIn, shown: Server, path: str, lang: str) -> None:
    """Contrast, names, structure, in both languages."""
    page = signed_in(shown, "admin", path=f"{path}?lang={lang}")
    assert violations(page) == []


@pytest.mark.parametrize("path", PAGES)
def test_nothing_is_cut_off_on_a_narrow_screen(signed_in: SignIn, shown: Server, path: str) -> None:
    """At 320 pixels, which is also 200 % zoom of a phone, nobody scrolls the page sideways."""
    page = signed_in(shown, "admin", path=f"{path}?lang=ja", viewport={"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


@pytest.mark.parametrize("scripted", [True, False])
def test_from_a_new_rule_to_its_roll_back(signed_in: SignIn, own: Server, *, scripted: bool) -> None:
    """Form, YAML, a failing test that refuses, publication, the next decision, and back; without JavaScript too."""
    page = signed_in(own, "admin", path="/policies?lang=en", java_script_enabled=scripted)
    start_draft(page, "Party")
    add_policy(page)
    change_rule(page)
    expect(page.get_by_text("With this rule, tests fail")).to_be_visible()
    is_refused(page)
    mend_tests(page)
    assert decided(own)[1] == ["strangers_visible"]
    open_draft(page)
    publish(page, "Parties are private.")
    assert decided(own) == ("block", ["party", "strangers_visible"])
    roll_back(page)
    assert decided(own)[1] == ["strangers_visible"]


def test_two_admins_on_one_rule_lose_nothing(signed_in: SignIn, own: Server) -> None:
    """The second is shown the first's change and keeps his own; both are saved with one click."""
    first = signed_in(own, "admin", path="/policies/threats/truncated?lang=en")
    first.get_by_role("button", name="Change in a new draft").click()
    first.get_by_role("link", name="Change the rule").click()
    rule = first.url.partition("/console")[2]
    second = signed_in(own, "admin", path=f"{rule}?lang=en", email="sato@hall.example")
    first.get_by_label("English").first.fill("Read it again.")
    first.get_by_role("button", name="Save in the draft").click()
    expect(first.get_by_role("status")).to_contain_text("Saved")
    second.get_by_label("How serious it is").select_option("critical")
    second.get_by_role("button", name="Save in the draft").click()
    expect(second.get_by_role("alert")).to_contain_text("Nothing is lost")
    expect(second.locator("ins").first).to_contain_text("Read it again.")
    assert violations(second) == []
    second.get_by_role("button", name="Save both").click()
    expect(second.get_by_role("status")).to_contain_text("Saved")
    text = second.get_by_label("The file").input_value()
    assert "Read it again." in text
    assert "severity: critical" in text


def test_the_dialog_follows_the_typing(signed_in: SignIn, shown: Server) -> None:
    """What staff will see stands beside the form, in both languages, before anything is saved."""
    page = signed_in(shown, "admin", path=f"{DRAFT}/of/strangers_visible/rules/1?lang=en")
    page.get_by_label("English").first.fill("Do these {count} people know each other?")
    expect(page.locator("#preview")).to_contain_text("Do these 3 people know each other?")
    page.get_by_label("Japanese").first.fill("{count} 人は知り合いですか。")
    expect(page.locator("#preview")).to_contain_text("3 人は知り合いですか。")


def test_the_cursor_is_brought_to_the_mistake(signed_in: SignIn, shown: Server) -> None:
    """At the line and the column that the loader names."""
    page = signed_in(shown, "admin", path="/policies/drafts/2/files/strangers_visible.yaml?lang=en")
    field = page.get_by_label("The file")
    expect(field).to_be_focused()
    text, place = field.input_value(), field.evaluate("field => field.selectionStart")
    assert text[place:].startswith("wran")
    expect(page.locator(".marked")).to_contain_text("action: wran")


def test_a_rule_is_changed_by_keyboard_alone(signed_in: SignIn, own: Server) -> None:
    """Enter saves, and does nothing else that a button in between would do."""
    page = signed_in(own, "admin", path="/policies/threats/truncated?lang=en")
    page.get_by_role("button", name="Change in a new draft").press("Enter")
    page.get_by_role("link", name="Change the rule").press("Enter")
    field = page.get_by_label("Last day")
    field.fill("2031-03-31")
    field.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved in the draft")
    expect(page.get_by_label("Last day")).to_have_value("2031-03-31")
