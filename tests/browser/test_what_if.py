"""What-if in a real browser: a draft is run against the past, and what would change is read."""

import datetime as dt
import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import insert
from tests.browser.axe import violations
from tests.browser.conftest import SignIn
from tests.browser.steps import until_indexed
from tests.browser.test_journal import VOLUNTEERS
from tests.server import Server, running_server

from atesaki.policies.load import read_folder
from atesaki.policies.shipped import shipped_folder
from atesaki.storage.engine import micros, open_store
from atesaki.storage.tables import policy_drafts

pytestmark = pytest.mark.browser

NEW = """
id: builders
title: {ja: 工事会社への送信, en: Mail to builders}
rules:
  - id: to_builders
    when: {recipients: {domains: ["builder.co.jp"]}}
    action: block
    message: {ja: "工事会社", en: "Builders"}
  - id: offers
    when: {all: [{recipients: {domains: ["builder.co.jp"]}}, {subject: {contains: [offer]}}]}
    action: warn
    message: {ja: "見積", en: "Offer"}
"""


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server with a past, and a draft that drops one threat and adds another."""
    folder = tmp_path_factory.mktemp("store")
    with running_server(folder, internal_domains=("hall.example",)) as server:
        for people in (VOLUNTEERS, ["sato@builder.co.jp"], ["kei@hall.example"]):
            message = {
                "sender": {"address": "staff@welfare.hall.example"},
                "to": [{"address": text} for text in people],
            }
            body = {"message": {**message, "cc": [], "bcc": [], "subject": "Saturday"}, "client": {"app": "outlook"}}
            server.client.post("/v1/decisions", json=body).raise_for_status()
        until_indexed(server)
        _draft(folder)
        yield server


def _draft(folder: object) -> None:
    files = read_folder(shipped_folder())
    files = {name: text for name, text in files.items() if not name.startswith(("roster_visible", "strangers_visible"))}
    now = micros(dt.datetime.now(dt.UTC))
    values = {
        "title": "Without strangers",
        "base_number": 1,
        "files": json.dumps({**files, "builders.yaml": NEW}),
        "author_key": "k",
        "author": "kei@hall.example",
        "editors": "[]",
        "state": "open",
        "note": "",
        "version": 1,
        "created_at": now,
        "updated_at": now,
    }
    store = open_store(str(folder))
    with store.write() as connection:
        named = {name: value for name, value in values.items() if name in policy_drafts.c}
        connection.execute(insert(policy_drafts).values(named))
    store.close()


def _run(page: Page) -> None:
    page.get_by_role("button", name="Run the draft").click()
    expect(page.get_by_role("heading", name="By rule")).to_be_visible(timeout=60_000)


def test_a_draft_tells_what_it_would_change(signed_in: SignIn, drafted: Server) -> None:
    """Incidents first, then the numbers, the rules with examples, what can't be told, and the departments."""
    page = signed_in(drafted, "admin", path="/policies/drafts/1/what-if?lang=en")
    _run(page)
    main = page.locator("main")
    expect(main.locator(".notice").first).to_contain_text("incident cases would end otherwise")
    expect(main.locator(".notice").first).to_contain_text("founding incident")
    newly = main.get_by_role("row", name="builders.to_builders")
    expect(newly.get_by_role("cell").nth(2)).to_have_text("1")
    expect(main).to_contain_text("words of the subject")
    expect(main.get_by_role("row", name="welfare.hall.example")).to_be_visible()
    newly.get_by_role("link", name="Example 1").click()
    assert "/journal/decisions/" in page.url


def test_it_works_without_javascript(signed_in: SignIn, drafted: Server) -> None:
    """A link looks again where no script does."""
    page = signed_in(drafted, "admin", path="/policies/drafts/1/what-if?lang=en", java_script_enabled=False)
    page.get_by_role("button", name="Run the draft").click()
    for _ in range(100):
        if page.get_by_role("heading", name="By rule").count():
            break
        page.wait_for_timeout(200)
        page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", name="By rule")).to_be_visible()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_axe_finds_nothing(signed_in: SignIn, drafted: Server, language: str) -> None:
    """Question and answer are accessible in both languages, on a narrow screen too."""
    path = f"/policies/drafts/1/what-if?lang={language}"
    page = signed_in(drafted, "admin", path=path, viewport={"width": 320, "height": 900})
    assert violations(page) == []
    page.locator("button.primary").click()
    expect(page.locator("#rules")).to_be_visible(timeout=60_000)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
