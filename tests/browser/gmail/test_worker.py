"""Chrome stops the extension's worker when it is idle and starts it anew: nobody notices."""

import pytest
from playwright.sync_api import Playwright, expect
from tests.browser.gmail.gmail import VOLUNTEERS, Gmail, Guarded, guarded_browser

pytestmark = pytest.mark.browser

COLLEAGUE = "boss@hall.example"


def test_killed_worker_is_woken(gmail: Gmail, guarded: Guarded) -> None:
    """Chrome stops a worker that idles; the next question starts it again."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    # What is asked while composing would wake it at once.
    gmail.page.wait_for_timeout(1_500)
    guarded.kill_worker()
    gmail.press_send()
    expect(gmail.expect_held()).to_contain_text("26 people would each learn 25")


def test_woken_worker_does_not_put_off_its_next_report(gmail: Gmail, guarded: Guarded) -> None:
    """Chrome starts the worker many times an hour, and how well it sees Gmail is still told every hour."""
    options = guarded.context.new_page()
    options.goto(f"chrome-extension://{guarded.worker_id()}/options.html")
    due = "async () => (await chrome.alarms.get('heartbeat')).scheduledTime"
    before = options.evaluate(due)
    guarded.kill_worker()
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()
    assert options.evaluate(due) == before
    options.close()


def test_gmail_that_was_open_at_the_installation_is_guarded(playwright: Playwright, policy: dict[str, object]) -> None:
    """Chrome gives its scripts to pages that load from then on only; a Gmail stays open for weeks."""
    with guarded_browser(playwright, policy, adapters="none") as guarded:
        gmail = guarded.open()
        gmail.write()
        gmail.fill(VOLUNTEERS)
        # Chrome fires this at the start of every browser of ours, when no page is open yet.
        guarded.worker_id()
        guarded.context.service_workers[0].evaluate("chrome.runtime.onInstalled.dispatch({reason: 'install'})")
        gmail.page.wait_for_timeout(1_000)
        gmail.press_send()
        gmail.expect_held()


def test_gmail_that_loads_during_the_installation_is_guarded_once(gmail: Gmail, guarded: Guarded) -> None:
    """By the manifest and by the worker; two guards would stop each other's press, and no mail would leave."""
    gmail.write()
    gmail.fill([COLLEAGUE])
    guarded.worker_id()
    guarded.context.service_workers[0].evaluate("chrome.runtime.onInstalled.dispatch({reason: 'install'})")
    gmail.page.wait_for_timeout(1_000)
    gmail.press_send()
    assert [each["to"] for each in gmail.wait_for_sent()] == [[COLLEAGUE]]
