"""A mail that was refused doesn't become sendable because the backend is away."""

import pytest
from playwright.sync_api import expect
from tests.browser.gmail.failing import DECISIONS, FAILURES, uncheckable
from tests.browser.gmail.gmail import VOLUNTEERS, Gmail, Guarded

pytestmark = pytest.mark.browser


@pytest.mark.usefixtures("repaired")
def test_what_was_refused_before_is_not_let_go_while_the_backend_is_away(gmail: Gmail, guarded: Guarded) -> None:
    """The local rule may be stricter than the backend was, never milder."""
    gmail.write()
    gmail.fill(["taro@"])
    gmail.press_send()
    gmail.expect_held()
    gmail.keep_draft()
    guarded.context.route(DECISIONS, FAILURES["offline"])
    gmail.press_send()
    uncheckable(gmail)


@pytest.mark.usefixtures("repaired")
def test_a_blocked_mail_is_not_let_go_by_a_failing_network(gmail: Gmail, guarded: Guarded) -> None:
    """Neither at once nor after a reload of Gmail: it has to be mended, in the dialog too, or checked again."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()
    guarded.context.route(DECISIONS, FAILURES["offline"])
    gmail.keep_draft()
    for _ in range(2):
        gmail.press_send()
        expect(gmail.dialog).to_contain_text("This message was held before")
        expect(gmail.dialog.locator("summary", has_text="Send without fixing it")).to_have_count(0)
        gmail.keep_draft()
        gmail.page.reload()
        gmail.write()
        gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.press("Move 26 to Bcc")
    expect(gmail.dialog).to_contain_text("26 people are now in Bcc.")
    assert gmail.sent == []
    gmail.dialog.get_by_role("button", name="Send", exact=True).click()
    assert [len(each["bcc"]) for each in gmail.wait_for_sent()] == [26]
