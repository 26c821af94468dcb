"""The second check in the dialog: a colleague is asked, and exactly this mail goes once after their yes."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect
from tests.api.mails import SECOND_CHECK_OUTSIDE, answer_check
from tests.browser.axe import violations
from tests.browser.gmail.failing import DECISIONS, FAILURES
from tests.browser.gmail.gmail import Gmail, Guarded
from tests.browser.gmail.story import Story
from tests.browser.late import answered_late, released
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

OUTSIDE = ["sato@first.example", "tanaka@second.example"]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hall whose mails to outsiders are checked by a second person."""
    with running_server(tmp_path_factory.mktemp("checks"), internal_domains=("hall.example",)) as started:
        started.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
        yield started


def hold(gmail: Gmail, mail: int = 0, *more: str) -> None:
    """Write a mail that is held, and press Send."""
    gmail.write()
    gmail.fill([*OUTSIDE, *more], mail=mail)
    gmail.press_send(mail)
    expect(gmail.dialog.locator(".verdict-block")).to_be_visible()


def answer(server: Server, gmail: Gmail, said: str, comment: str = "") -> None:
    """Let a colleague follow the link and answer, and the sender come back to Gmail."""
    link = gmail.dialog.locator("input[readonly]").input_value()
    answer_check(server, link.rsplit("/", 1)[1], said, comment)
    # Whoever comes back to the tab needn't wait for the next look.
    gmail.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def test_checked_mail_goes_once(server: Server, gmail: Gmail, story: Story) -> None:
    """Asked, closed and found again, granted, sent; the same mail a second time is held."""
    hold(gmail)
    gmail.dialog.get_by_label("Note to your colleague").fill("Is the list right?")
    gmail.press("Ask a colleague to check")
    expect(gmail.dialog).to_contain_text("it can't be sent yet")
    gmail.keep_draft()
    gmail.press_send()
    expect(gmail.dialog).to_contain_text("it can't be sent yet")
    assert gmail.sent == []
    answer(server, gmail, "granted", "Fine.")
    expect(gmail.dialog.locator(".verdict-allow")).to_contain_text("has checked it")
    gmail.dialog.get_by_role("button", name="Send", exact=True).click()
    gmail.wait_for_sent()
    hold(gmail, mail=1)
    expect(gmail.dialog.get_by_role("button", name="Ask a colleague to check")).to_be_visible()
    assert len(gmail.sent) == 1
    story.on(gmail).wait_for("block", "cancelled", "block", "allow", "sent", "block")


def test_colleague_who_says_not_yet_is_read_and_asked_again(server: Server, guarded: Guarded) -> None:
    """In Japanese: their comment comes into the open dialog, and the mail stays; axe finds nothing on the way."""
    gmail = guarded.open("ja")
    found: dict[str, object] = {}
    hold(gmail)
    gmail.press("ほかの人に確認を頼む")
    expect(gmail.dialog.get_by_label("リンク")).to_be_visible()
    found["waiting"] = violations(gmail.page, "[data-atesaki]")
    gmail.keep_draft()
    gmail.press_send()
    answer(server, gmail, "declined", "田中さんは異動しました。")
    expect(gmail.dialog).to_contain_text("田中さんは異動しました。")
    found["declined"] = violations(gmail.page, "[data-atesaki]")
    gmail.press("ほかの人に確認を頼む")
    expect(gmail.dialog.get_by_label("リンク")).to_be_visible()
    found["asked again"] = violations(gmail.page, "[data-atesaki]")
    assert (gmail.sent, found) == ([], {state: [] for state in found})
    guarded.put_back(gmail)


def test_request_is_withdrawn_by_keyboard(guarded: Guarded) -> None:
    """In Japanese: one button, what came of it is said, the focus goes on, and one can ask anew; the mail stays."""
    gmail = guarded.open("ja")
    hold(gmail, 0, "suzuki@fifth.example")
    gmail.press("ほかの人に確認を頼む")
    gmail.dialog.get_by_role("button", name="依頼を取り消す").press("Enter")
    expect(gmail.dialog).to_contain_text("依頼を取り消しました。いまは、だれにも確認を頼んでいません。")
    expect(gmail.dialog.get_by_role("button", name="ほかの人に確認を頼む")).to_be_focused()
    assert violations(gmail.page, "[data-atesaki]") == []
    gmail.press("ほかの人に確認を頼む")
    expect(gmail.dialog.get_by_label("リンク")).to_be_visible()
    assert gmail.sent == []
    guarded.put_back(gmail)


@pytest.mark.usefixtures("repaired")
def test_looking_again_after_an_outage_uses_up_no_grant(server: Server, guarded: Guarded, gmail: Gmail) -> None:
    """Granted, but the network fails at Send: once it is back the mail still goes by the same check."""
    hold(gmail, 0, "suzuki@third.example")
    gmail.press("Ask a colleague to check")
    expect(gmail.dialog.locator("input[readonly]")).to_be_visible()
    answer(server, gmail, "granted")
    guarded.context.route(DECISIONS, FAILURES["offline"])
    gmail.dialog.get_by_role("button", name="Send", exact=True).click()
    expect(gmail.dialog).to_contain_text("This could not be checked")
    guarded.context.unroute(DECISIONS)
    gmail.press("Check again")
    expect(gmail.dialog.locator(".verdict-allow")).to_contain_text("has checked it")
    gmail.dialog.get_by_role("button", name="Send", exact=True).click()
    gmail.wait_for_sent()


def test_grant_outlives_an_answer_that_came_too_late(server: Server, guarded: Guarded, gmail: Gmail) -> None:
    """Judged, but answered after Gmail's page has given up: a look tells so, Send goes by it, no other mail does."""
    hold(gmail, 0, "suzuki@fourth.example")
    gmail.press("Ask a colleague to check")
    expect(gmail.dialog.locator("input[readonly]")).to_be_visible()
    answer(server, gmail, "granted")
    before = len(released(server))
    with answered_late(guarded.context):
        gmail.dialog.get_by_role("button", name="Send", exact=True).click()
        expect(gmail.dialog).to_contain_text("This could not be checked")
    assert len(released(server)) == before + 1
    gmail.press("Check again")
    expect(gmail.dialog.locator(".verdict-allow")).to_be_visible()
    assert gmail.sent == []
    gmail.dialog.get_by_role("button", name="Send", exact=True).click()
    gmail.wait_for_sent()
    hold(gmail, 1, "suzuki@fourth.example")
    assert len(released(server)) == before + 1
