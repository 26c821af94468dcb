"""A mail that waits for another person, in the real Outlook add-in against the real server: checked, sent once."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, FrameLocator, expect
from tests.api.mails import SECOND_CHECK_OUTSIDE, answer_check
from tests.browser.axe import frame, violations
from tests.browser.late import answered_late, released
from tests.browser.outlook import Outlook, people
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

Open = Callable[..., Outlook]


@pytest.fixture(scope="module")
def guard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hall whose mails to outsiders are checked by a second person."""
    with running_server(tmp_path_factory.mktemp("checked"), internal_domains=("hall.example",)) as server:
        server.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
        yield server


@pytest.fixture
def compose(browser: Browser, guard: Server) -> Iterator[Open]:
    """Open a draft in Outlook; an error in the add-in fails the test."""
    said: list[str] = []
    contexts = []

    def opened(*, color_scheme: Any = "light", **draft: Any) -> Outlook:  # noqa: ANN401  # Options of others.
        viewport: Any = {"width": 360, "height": 1400}
        contexts.append(browser.new_context(base_url=guard.base_url, viewport=viewport, color_scheme=color_scheme))
        page = contexts[-1].new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: said.append(str(error)))
        return Outlook(page, to=people("a@x.jp", "b@y.jp"), **draft)

    yield opened
    for context in contexts:
        context.close()
    assert said == []


WORDS = {
    "ja-JP": ("確かめる人へのメモ（任意）", "ほかの人に確認を頼む", "リンクをコピー", "「送信」を押してください。"),
    "en-US": ("Note to your colleague (optional)", "Ask a colleague to check", "Copy link", "Press Send."),
}


def asked(compose: Open, language: str, subject: str) -> tuple[Outlook, FrameLocator, str]:
    """Ask a colleague in the pane; return the mail program, the pane, and the decision that waits."""
    outlook = compose(language=language, subject=subject)
    pane = outlook.open_pane(outlook.send()["dialog"])
    pane.get_by_role("button", name=WORDS[language][1]).click()
    return outlook, pane, pane.locator("input[readonly]").input_value().rsplit("/", 1)[1]


@pytest.mark.parametrize(("language", "color_scheme"), [("ja-JP", "dark"), ("en-US", "light")])
def test_a_checked_mail_goes_once(compose: Open, guard: Server, language: str, color_scheme: Any) -> None:  # noqa: ANN401  # Playwright's own word.
    """Asked in the pane by keyboard, found waiting by a pane opened anew, granted, sent, and held again after that."""
    note, ask, copy, press_send = WORDS[language]
    outlook = compose(language=language, color_scheme=color_scheme, subject=f"Minutes {language}")
    pane = outlook.open_pane(outlook.send()["dialog"])
    expect(pane.locator(".primary")).to_be_focused()
    pane.get_by_label(note).fill("Right list?")
    assert violations(frame(outlook.page, "pane")) == []
    pane.get_by_role("button", name=ask).press("Enter")
    expect(pane.get_by_role("button", name=copy)).to_be_focused()
    held = outlook.send()
    assert held["sent"] is False, "what was only asked for lets nothing go"
    pane = outlook.open_pane(held["dialog"])
    url = pane.locator("input[readonly]").input_value()
    assert url.startswith(f"{guard.base_url}/console/checks/")
    assert violations(frame(outlook.page, "pane")) == []
    assert "Right list?" in answer_check(guard, url.rsplit("/", 1)[1], "granted", "The list is right.")
    pane.locator("body").evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    expect(pane.locator(".answer-allow").get_by_text(press_send)).to_be_focused()
    expect(pane.get_by_text("The list is right.")).to_be_visible()
    assert violations(frame(outlook.page, "pane")) == []
    outlook.page.evaluate("outlook.draft.subject += ' and more'")
    assert outlook.send()["sent"] is False, "nobody has checked this subject"
    outlook.page.evaluate("([subject]) => { outlook.draft.subject = subject; }", [f"Minutes {language}"])
    assert outlook.send()["sent"] is True
    outlook.page.evaluate("outlook.draft = outlook.sentDrafts.at(-1)")
    assert outlook.send()["sent"] is False
    assert outlook.errors() == []


@pytest.mark.parametrize(("language", "withdraw"), [("ja-JP", "依頼を取り消す"), ("en-US", "Withdraw the request")])
def test_a_request_is_withdrawn_by_keyboard(compose: Open, guard: Server, language: str, withdraw: str) -> None:
    """Also after the draft was changed beside the pane; nobody is asked any more, and the mail stays."""
    _, ask, _, _ = WORDS[language]
    outlook, pane, decision = asked(compose, language, f"Withdrawn {language}")
    outlook.page.evaluate("outlook.draft.subject += ' and more'")
    pane.get_by_role("button", name=withdraw).press("Enter")
    expect(pane.get_by_role("button", name=ask)).to_be_focused()
    assert violations(frame(outlook.page, "pane")) == []
    told = guard.client.get(f"/v1/decisions/{decision}/second_check")
    assert told.json()["type"].endswith("second-check-not-asked")
    assert outlook.send()["sent"] is False


@pytest.mark.parametrize(("language", "withdraw"), [("ja-JP", "依頼を取り消す"), ("en-US", "Withdraw the request")])
def test_a_mended_draft_offers_to_withdraw_what_nobody_need_check(
    compose: Open, guard: Server, language: str, withdraw: str
) -> None:
    """The outsiders are taken out while a check waits: one button, and nobody is asked any more; the mail goes."""
    outlook, pane, decision = asked(compose, language, f"Mended {language}")
    outlook.page.evaluate("outlook.draft.to = []")
    outlook.add("boss@hall.example")
    expect(pane.locator(".answer-allow")).to_be_visible()
    assert violations(frame(outlook.page, "pane")) == []
    pane.get_by_role("button", name=withdraw).press("Enter")
    expect(pane.locator(".second-check [role=status]")).to_be_focused()
    assert violations(frame(outlook.page, "pane")) == []
    told = guard.client.get(f"/v1/decisions/{decision}/second_check")
    assert told.json()["type"].endswith("second-check-not-asked")
    assert outlook.send()["sent"] is True


def test_a_grant_outlives_an_answer_that_came_too_late(compose: Open, guard: Server) -> None:
    """Judged, but answered after Outlook's script has given up: the next press goes by it, and no other draft does."""
    outlook, _, decision = asked(compose, "en-US", "Minutes, late")
    answer_check(guard, decision, "granted")
    before = len(released(guard))
    with answered_late(outlook.page):
        late = outlook.send()
    assert (late["sent"], len(released(guard))) == (False, before + 1)
    pane = outlook.open_pane()
    expect(pane.locator(".answer-allow")).to_be_visible()
    assert outlook.send()["sent"] is True
    outlook.page.evaluate("outlook.draft = outlook.sentDrafts.at(-1)")
    assert outlook.send()["sent"] is False
    assert len(released(guard)) == before + 1
