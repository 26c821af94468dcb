"""When backend, worker or page fail: nothing risky leaves silently, nothing leaves twice, and it is told."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Playwright, expect
from tests.browser.gmail.failing import DECISIONS, FAILURES, PROFILE, uncheckable
from tests.browser.gmail.gmail import VOLUNTEERS, Gmail, Guarded, guarded_browser
from tests.server import KEY, Server

pytestmark = pytest.mark.browser

COLLEAGUE = "boss@hall.example"


@pytest.fixture
def broken(guarded: Guarded, request: pytest.FixtureRequest) -> Iterator[str]:
    """The backend fails decisions in this way until the test ends or repairs it."""
    guarded.context.route(DECISIONS, FAILURES[request.param])
    yield request.param
    guarded.context.unroute(DECISIONS)


def _delivered(gmail: Gmail, guarded: Guarded, before: int) -> list[tuple[str, str, int]]:
    """Wait for the next question that carries reports; return them."""
    for _ in range(50):
        for body in guarded.asked[before:]:
            if reports := body["client"].get("degraded"):
                return [(each["reason"], each["action"], each["people"]) for each in reports]
        gmail.page.wait_for_timeout(100)
    return []


@pytest.mark.parametrize("broken", FAILURES, indirect=True)
def test_risky_mail_is_held_until_its_sender_has_looked(gmail: Gmail, guarded: Guarded, broken: str) -> None:
    """Within 2 s the local rule decides; what was done is told to the journal at the next contact."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    expect(gmail.dialog.get_by_role("button", name="Check again")).to_be_visible(timeout=4_000)
    uncheckable(gmail)
    gmail.unfold("Send without fixing it")
    gmail.dialog.get_by_label("I have looked at To and Cc.").check()
    gmail.press("I have checked, let it go")
    assert [len(each["to"]) for each in gmail.wait_for_sent()] == [26]
    guarded.context.unroute(DECISIONS)
    before = len(guarded.asked)
    gmail.write()
    gmail.fill([COLLEAGUE], mail=1)
    gmail.press_send(1)
    gmail.wait_for_sent(2)
    assert _delivered(gmail, guarded, before) == [(broken, "prompted", 26)]


@pytest.mark.parametrize("broken", ["offline"], indirect=True)
def test_harmless_mail_goes_while_the_backend_is_away(gmail: Gmail, broken: str) -> None:
    """A mail to a colleague waits for nobody."""
    assert broken
    gmail.write()
    gmail.fill([COLLEAGUE])
    gmail.press_send()
    gmail.wait_for_sent()


def test_what_the_rules_ask_for_is_never_passed_over_unasked(playwright: Playwright, policy: dict[str, object]) -> None:
    """Until the server has said that its rules read the text, a mail whose text was not read is held."""
    with guarded_browser(playwright, policy) as guarded:
        guarded.context.route(PROFILE, FAILURES["http_5xx"])
        gmail = guarded.open()
        gmail.write()
        gmail.fill(["sato@builder.example"])
        gmail.type_body("Please find attached the plan.")
        gmail.press_send()
        expect(gmail.expect_held()).to_contain_text("could not be read in full")
        gmail.keep_draft()
        guarded.context.unroute(PROFILE)
        gmail.press_send()
        expect(gmail.expect_held()).to_contain_text("attach")


@pytest.mark.parametrize("broken", ["http_5xx"], indirect=True)
def test_the_check_comes_back_with_the_backend(gmail: Gmail, guarded: Guarded, broken: str) -> None:
    """Trying again gives the whole warning, with its fixes."""
    assert broken
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    uncheckable(gmail)
    guarded.context.unroute(DECISIONS)
    gmail.press("Check again")
    expect(gmail.dialog.get_by_role("button", name="Move 26 to Bcc")).to_be_visible()


def test_organization_can_have_mails_wait(playwright: Playwright, policy: dict[str, object]) -> None:
    """With `failMode: hold` nobody's word replaces the check."""
    told = {**policy, "backendUrl": "http://127.0.0.1:9", "failMode": "hold"}
    with guarded_browser(playwright, told) as guarded:
        gmail = guarded.open()
        gmail.write()
        gmail.fill(VOLUNTEERS)
        gmail.press_send()
        expect(gmail.dialog).to_contain_text("has not been sent")
        expect(gmail.dialog.locator("summary", has_text="Send without fixing it")).to_have_count(0)
        gmail.keep_draft()
        assert gmail.sent == []


def test_without_any_policy_outsiders_are_held(playwright: Playwright) -> None:
    """An extension that was installed but never told its server warns; it doesn't sleep."""
    with guarded_browser(playwright, {}) as guarded:
        gmail = guarded.open()
        gmail.write()
        gmail.fill(["a@x.jp"])
        gmail.press_send()
        uncheckable(gmail)


@pytest.mark.usefixtures("repaired")
def test_worker_killed_while_it_asks_asks_again(gmail: Gmail, guarded: Guarded) -> None:
    """The question that died with the worker is put once more; the mail is held all the while."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.page.wait_for_timeout(1_500)
    killer = guarded.worker_killer()
    guarded.context.route(DECISIONS, FAILURES["timeout"])
    with guarded.context.expect_event("request", lambda request: bool(DECISIONS.search(request.url))):
        gmail.press_send()
    guarded.context.unroute(DECISIONS)
    killer.get_by_role("button", name="Stop").click()
    expect(gmail.expect_held()).to_contain_text("26 people would each learn 25")
    killer.close()


def test_page_from_before_an_update_asks_to_be_reloaded(playwright: Playwright, policy: dict[str, object]) -> None:
    """An orphaned script can ask nobody, so nothing leaves until Gmail was loaded again."""
    with guarded_browser(playwright, policy) as guarded:
        gmail = guarded.open()
        gmail.write()
        gmail.fill([COLLEAGUE])
        guarded.update()
        gmail.press_send()
        expect(gmail.dialog).to_contain_text("has been updated")
        assert gmail.sent == []
        gmail.press("Reload Gmail")
        gmail.page.wait_for_function("window.mails === undefined")


def test_scripts_on_the_page_can_press_nothing(gmail: Gmail) -> None:
    """Only what a person does counts: no click, no submit and no key of a script lets a mail go."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()
    gmail.unfold("Send without fixing it")
    gmail.page.evaluate(
        """() => {
          const root = document.querySelector('[data-atesaki]').shadowRoot
          for (const box of root.querySelectorAll('input')) box.checked = true
          for (const area of root.querySelectorAll('textarea')) area.value = 'because'
          for (const form of root.querySelectorAll('form')) {
            try { form.requestSubmit() } catch {}
            try { form.requestSubmit(form.querySelector('button')) } catch {}
          }
          for (const button of root.querySelectorAll('button')) button.click()
          root.querySelector('dialog').dispatchEvent(new Event('cancel'))
          root.querySelector('dialog').dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter'}))
        }"""
    )
    gmail.page.wait_for_timeout(500)
    gmail.expect_held()
    assert len(gmail.page.evaluate("mails[0].rows.to.addresses")) == 26


@pytest.mark.parametrize("broken", ["timeout"], indirect=True)
@pytest.mark.usefixtures("broken")
def test_escape_while_checking_keeps_the_draft_and_leaves_no_invisible_dialog(gmail: Gmail) -> None:
    """Mail that may go stays, and Send works again: the browser closes a dialog at the second Escape."""
    gmail.write()
    gmail.fill([COLLEAGUE])
    gmail.press_send()
    expect(gmail.dialog).to_be_visible()
    for _ in range(3):
        gmail.page.keyboard.press("Escape")
    expect(gmail.dialog).to_be_hidden(timeout=4_000)
    assert gmail.sent == []
    gmail.press_send()
    gmail.wait_for_sent()


def test_typing_in_the_dialog_is_no_shortcut_of_gmail(gmail: Gmail) -> None:
    """One letter archives a mail in Gmail; the reason in the dialog has many."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()
    gmail.unfold("Send without fixing it")
    before = gmail.page.evaluate("shortcuts.length")
    gmail.dialog.get_by_label("The reason in your words").press_sequentially("each")
    assert gmail.dialog.get_by_label("The reason in your words").input_value() == "each"
    assert gmail.page.evaluate("shortcuts.length") == before


def test_recipients_that_gmail_does_not_take_are_put_back(gmail: Gmail) -> None:
    """A fix that can't be confirmed is undone and said; the mail is not sent."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()
    gmail.page.evaluate("slowPaste = 3000")
    gmail.press("Move 26 to Bcc")
    gmail.page.wait_for_timeout(2_500)
    gmail.page.evaluate("slowPaste = 20")
    expect(gmail.dialog).to_contain_text("could not be changed", timeout=15_000)
    gmail.page.wait_for_timeout(1_000)
    assert sorted(set(gmail.page.evaluate("mails[0].rows.to.addresses"))) == VOLUNTEERS
    assert gmail.sent == []


def _reported(gmail: Gmail, server: Server, problem: str) -> bool:
    for _ in range(40):
        records = server.admin.get("/v1/journal", params={"kind": "client.reported"}).json()["records"]
        if problem in {record["body"]["problem"] for record in records}:
            return True
        gmail.page.wait_for_timeout(100)
    return False


def test_a_gmail_that_has_changed_is_told_to_the_admins(gmail: Gmail, server: Server) -> None:
    """Where Send or the recipients are not where they were, the heartbeat says so."""
    gmail.write()
    gmail.page.evaluate("document.querySelector('.IZ').classList.replace('IZ', 'new')")
    assert _reported(gmail, server, "send_button_missing")
    # Ctrl+Enter is still caught.
    gmail.fill(VOLUNTEERS)
    gmail.type_body("x").press("Control+Enter")
    gmail.expect_held()


def test_the_key_is_nowhere_on_the_page(gmail: Gmail) -> None:
    """Gmail's page and its scripts never see the deployment key."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()
    assert KEY not in gmail.page.content()
    assert KEY not in gmail.page.evaluate("document.querySelector('[data-atesaki]').shadowRoot.innerHTML")


def test_an_extension_that_is_well_says_so_at_start(gmail: Gmail, server: Server) -> None:
    """Nobody has to write a mail for admins to see that the guard runs."""
    gmail.page.wait_for_timeout(500)
    records = server.admin.get("/v1/journal", params={"kind": "client.reported"}).json()["records"]
    assert True in {record["body"]["healthy"] for record in records}
