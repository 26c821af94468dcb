"""The whole way of a first admin: a provider's sign-in, our domains, a roster, a rule, what-if, and back again."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import Open
from tests.browser.steps import (
    add_policy,
    at_provider,
    change_rule,
    decided,
    is_refused,
    mend_tests,
    open_draft,
    publish,
    roll_back,
    start_draft,
    town,
    until_indexed,
)
from tests.server import Server

pytestmark = pytest.mark.browser

VOLUNTEERS = "氏名,メールアドレス\n山田 太郎,taro@volunteer.example\n佐藤 花子,hanako@volunteer.example\n"


@pytest.fixture
def new(tmp_path: Path) -> Iterator[Server]:
    """A server at its first start, with nothing configured but the provider."""
    with town(tmp_path / "store") as server:
        yield server


def test_from_the_first_start_to_a_rule_and_back(new: Server, profile: Open, tmp_path: Path) -> None:
    """Nothing is prepared but the provider; in the end the next mail is judged by the rule, and then no longer."""
    page = profile(new, "/?lang=en")
    at_provider(page, "admin-kei")
    expect(page.locator("main")).to_contain_text("0 of 4 are done")
    _name_our_domains(page)
    _import_roster(page, tmp_path)
    assert decided(new)[1] == ["strangers_visible"]
    until_indexed(new)
    page.get_by_role("link", name="Rules").click()
    start_draft(page, "Party")
    add_policy(page)
    change_rule(page)
    is_refused(page)
    mend_tests(page)
    open_draft(page)
    _ask_what_if(page)
    publish(page, "Parties are private.")
    assert decided(new) == ("block", ["party", "strangers_visible"])
    roll_back(page)
    assert decided(new)[1] == ["strangers_visible"]


def _name_our_domains(page: Page) -> None:
    page.get_by_role("link", name="Name your own mail domains").click()
    page.get_by_label("Our own domains").fill("hall.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("Saved.")


def _import_roster(page: Page, folder: Path) -> None:
    path = folder / "volunteers.csv"
    path.write_bytes(VOLUNTEERS.encode("cp932"))
    page.goto("/console/rosters/new")
    page.get_by_label("Name", exact=True).fill("Volunteers")
    page.get_by_label("Owner's e-mail address").fill("mori@hall.example")
    page.get_by_role("button", name="Save").click()
    page.get_by_label("File with the members").set_input_files(path)
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("button", name="Import 2").click()
    expect(page.get_by_role("status")).to_contain_text("2 members")


def _ask_what_if(page: Page) -> None:
    page.get_by_role("link", name="What if it had been in force?").click()
    page.get_by_role("button", name="Run the draft").click()
    expect(page.get_by_role("heading", name="By rule")).to_be_visible(timeout=60_000)
    # The rule asks for words of the subject, which are kept nowhere but in personal data.
    expect(page.locator("main")).to_contain_text("words of the subject")
    page.get_by_role("link", name="What if: “Party”").click()
    page.get_by_role("link", name="Back to the draft “Party”").click()
