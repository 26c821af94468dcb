"""A draft with one file that doesn't load: its mistake stands on every page, and nothing that follows from it."""

from collections.abc import Iterator

import pytest
from tests.console.forms import sent, values_of
from tests.console.policies.pages import draft
from tests.server import Visitor, running_server

DRAFT = "/policies/drafts/1"
PLACE = "strangers_visible.yaml:51:13"
CAUSE = "Unknown value “wran”; did you mean “warn”?"
NOT_RUN = "No test was run because of this mistake."
PAGES = (
    "",
    "/publish",
    "/of/strangers_visible",
    "/of/strangers_visible/rules/1",
    "/of/strangers_visible/tests",
    "/files/strangers_visible.yaml",
    "/files/strangers_visible_test.yaml",
    "/of/roster_visible",
    "/of/roster_visible/rules/0",
    "/of/roster_visible/tests",
    "/files/roster_visible.yaml",
    "/files/roster_visible_test.yaml",
)
"""Tests of `roster_visible` expect rules of `strangers_visible`."""


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    """An admin with a draft in which one word is wrong."""
    with running_server(tmp_path_factory.mktemp("broken")) as server, server.visitor("admin") as visitor:
        draft(visitor, "Broken")
        at = f"{DRAFT}/files/strangers_visible.yaml"
        page = visitor.get(at)
        text = values_of(page, at)["text"][0].replace("action: warn", "action: wran", 1)
        sent(visitor, page, at, text=text, do="save")
        yield visitor


@pytest.mark.parametrize("path", PAGES)
def test_the_one_mistake_stands_first_and_alone(admin: Visitor, path: str) -> None:
    """With its place, then the sentence that no test was run."""
    page = admin.get(f"{DRAFT}{path}").text
    assert page.index(PLACE.partition(":")[2]) < page.index(CAUSE) < page.index(NOT_RUN)
    assert "Unknown rule" not in page
    assert "tests fail" not in page


def test_the_draft_counts_one_mistake(admin: Visitor) -> None:
    """And names it as compilers do."""
    page = admin.get(DRAFT).text
    assert "1 mistake keeps the draft from being read." in page
    assert f"<code>{PLACE}</code></a> {CAUSE}" in page
