"""What an admin has typed into a form of the rules is not lost by one wrong press: the browser asks first."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Dialog, Page, expect
from tests.browser.conftest import SignIn
from tests.console.policies.pages import draft
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

RULE = "/of/strangers_visible/rules/1?lang=en"
FILE = "/files/strangers_visible.yaml?lang=en"
TYPED = "Do these {count} people know each other?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with the shipped policies."""
    with running_server(tmp_path_factory.mktemp("unsaved"), internal_domains=("hall.example",)) as started:
        yield started


@pytest.fixture
def at(server: Server) -> str:
    """The path of a draft of one's own."""
    with server.visitor("admin") as visitor:
        return draft(visitor)


def _asked(page: Page, *, leave: bool) -> list[str]:
    """Answer every question of the browser, and keep what kind each was."""
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept() if leave else dialog.dismiss()

    page.on("dialog", answer)
    return asked


def test_a_press_beside_the_form_loses_nothing(signed_in: SignIn, server: Server, at: str) -> None:
    """A link is asked about while something is typed; saving is not, and then nothing is left to ask about."""
    page = signed_in(server, "admin", path=f"{at}{RULE}")
    asked = _asked(page, leave=False)
    page.get_by_label("English").first.fill(TYPED)
    page.get_by_role("link", name="Tests").click(no_wait_after=True)
    expect(page.get_by_label("English").first).to_have_value(TYPED)
    assert (asked, "/rules/1" in page.url) == (["beforeunload"], True)
    page.get_by_role("button", name="Save in the draft").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    page.get_by_role("link", name="Tests").click()
    expect(page).to_have_url(f"{server.base_url}/console{at}/of/strangers_visible/tests")
    assert asked == ["beforeunload"]


def test_a_text_that_was_only_checked_is_not_saved(signed_in: SignIn, server: Server, at: str) -> None:
    """Also as the page shows it again; whoever wants to leave all the same may."""
    page = signed_in(server, "admin", path=f"{at}{FILE}")
    asked = _asked(page, leave=True)
    page.get_by_label("The file").fill("id: strangers_visible\n")
    page.get_by_role("button", name="Only check it").click()
    expect(page.get_by_text("it is not saved yet")).to_be_visible()
    assert asked == []
    page.get_by_role("link", name="Start", exact=True).click()
    expect(page).to_have_url(f"{server.base_url}/console/")
    assert asked == ["beforeunload"]


def test_another_form_of_the_page_is_asked_about_too(signed_in: SignIn, server: Server, at: str) -> None:
    """Whoever moves a rule would lose the title that they have just typed."""
    page = signed_in(server, "admin", path=f"{at}/of/strangers_visible?lang=en")
    asked = _asked(page, leave=False)
    page.get_by_label("English").first.fill("Another title")
    page.get_by_role("button", name="Move the rule strangers up").click(no_wait_after=True)
    expect(page.get_by_label("English").first).to_have_value("Another title")
    assert asked == ["beforeunload"]


def test_the_other_language_takes_it_along_unasked(signed_in: SignIn, server: Server, at: str) -> None:
    """Nothing is lost there, so nothing is asked."""
    page = signed_in(server, "admin", path=f"{at}{RULE}")
    asked = _asked(page, leave=False)
    page.get_by_label("English").first.fill(TYPED)
    page.get_by_role("link", name="日本語").click()
    expect(page.get_by_label("英語").first).to_have_value(TYPED)
    assert asked == []
