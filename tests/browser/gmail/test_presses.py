"""Presses of Send by keys that are held, let go or taken by an input method, and in menus; on each adapter alone."""

import pytest
from playwright.sync_api import Page, expect
from tests.browser.gmail.desk import DESKS, WINDOWS, Desk
from tests.browser.gmail.gmail import VOLUNTEERS, Guarded

pytestmark = pytest.mark.browser

COLLEAGUE = "boss@hall.example"


def _hold(page: Page, key: str, milliseconds: int) -> None:
    """Hold a key down as somebody does who waits for something to happen."""
    for _ in range(milliseconds // 100):
        page.keyboard.down(key)
        page.wait_for_timeout(100)
    page.keyboard.up(key)


def _asked_at_send(guarded: Guarded, before: int) -> int:
    return len([each for each in guarded.asked[before:] if each["client"].get("moment") != "compose"])


@DESKS
def test_space_that_is_let_go_while_it_is_checked_sends_nothing(desk: Desk) -> None:
    """Gmail's buttons act when Space is let go; its press was asked about once, when it went down."""
    gmail = desk.write()
    gmail.fill(VOLUNTEERS)
    before = len(desk.guarded.asked)
    # Down and up at once, so that the answer comes after both.
    gmail.button().press(" ")
    gmail.expect_held()
    assert _asked_at_send(desk.guarded, before) == 1


@DESKS
def test_space_on_send_and_archive_sends_an_allowed_mail_once(desk: Desk) -> None:
    """The same for the second button; what goes is one mail, in the way that was pressed."""
    gmail = desk.write(reply=True)
    gmail.fill([COLLEAGUE])
    gmail.page.evaluate("keepOpen = true")
    gmail.mail().locator(".Uo").press(" ")
    assert [each["kind"] for each in gmail.wait_for_sent()] == ["send_and_archive"]


@WINDOWS
def test_a_held_enter_presses_nothing_in_the_dialog(desk: Desk) -> None:
    """Else it would move everybody and send, before anybody has read why."""
    gmail = desk.write()
    gmail.fill(VOLUNTEERS)
    gmail.button().focus()
    _hold(gmail.page, "Enter", 2_000)
    expect(gmail.expect_held().get_by_role("button", name="Move 26 to Bcc")).to_be_focused()
    assert len(gmail.page.evaluate("mails[0].rows.to.addresses")) == 26
    gmail.page.keyboard.press("Enter")
    expect(gmail.dialog).to_contain_text("26 people are now in Bcc.")


@WINDOWS
def test_a_held_shortcut_sends_once(desk: Desk) -> None:
    """However long it is held, and however long Gmail leaves the mail on screen."""
    gmail = desk.write()
    gmail.fill([COLLEAGUE])
    gmail.page.evaluate("keepOpen = true")
    gmail.type_body("x")
    gmail.page.keyboard.down("Control")
    _hold(gmail.page, "Enter", 3_000)
    gmail.page.keyboard.up("Control")
    gmail.wait_for_sent()


@DESKS
def test_enter_on_the_arrow_beside_send_only_opens_the_menu(desk: Desk) -> None:
    """Looking at the ways to send is no press of Send; choosing one is."""
    gmail = desk.write()
    gmail.fill(VOLUNTEERS)
    gmail.page.wait_for_timeout(1_000)
    before = len(desk.guarded.asked)
    item = gmail.mail().locator("[selector=scheduledSend]")
    gmail.mail().locator(".hG").press("Enter")
    expect(item).to_be_visible()
    gmail.page.wait_for_timeout(700)
    expect(gmail.dialog).to_have_count(0)
    assert _asked_at_send(desk.guarded, before) == 0
    gmail.page.keyboard.press("Enter")
    gmail.expect_held()


@pytest.mark.parametrize(
    ("alone", "where"), [("dom", "window"), ("dom", "popout")], indirect=["alone"], ids=["window", "popout"]
)
@pytest.mark.parametrize("to", [VOLUNTEERS, [COLLEAGUE]], ids=["held", "allowed"])
def test_a_menu_that_stands_outside_the_mail_is_guarded(desk: Desk, to: list[str]) -> None:
    """Gmail may draw its menus anywhere; the arrow that was pressed tells whose menu it is."""
    gmail = desk.write()
    gmail.page.evaluate("detachMenus = true")
    gmail.fill(to)
    gmail.mail().locator(".hG").click()
    gmail.page.locator("body > .menu [selector=scheduledSend]").click()
    if to == VOLUNTEERS:
        gmail.expect_held()
    else:
        assert [each["kind"] for each in gmail.wait_for_sent()] == ["schedule"]


@WINDOWS
def test_an_assistive_click_on_the_item_is_held(desk: Desk) -> None:
    """Screen readers may click without a mouse."""
    gmail = desk.write()
    gmail.fill(VOLUNTEERS)
    gmail.page.evaluate(
        """() => {
          const item = document.querySelector('[selector=scheduledSend]')
          item.addEventListener('click', () => mails[0].send('schedule'))
          item.click()
        }"""
    )
    gmail.expect_held()


@WINDOWS
def test_enter_that_an_input_method_takes_is_no_press_of_send(desk: Desk) -> None:
    """Confirming what kana become must neither send the mail nor ask about it, with Ctrl either; the next one does."""
    gmail = desk.write()
    gmail.fill([COLLEAGUE])
    gmail.page.wait_for_timeout(1_000)
    before = len(desk.guarded.asked)
    gmail.mail().locator("[name=subjectbox]").click()
    keys = gmail.page.context.new_cdp_session(gmail.page)
    keys.send("Input.imeSetComposition", {"text": "かいぎ", "selectionStart": 3, "selectionEnd": 3})
    for modifiers in (2, 4, 0):
        composing = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229, "modifiers": modifiers}
        keys.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **composing})
        keys.send("Input.dispatchKeyEvent", {"type": "keyUp", **composing})
    gmail.page.wait_for_timeout(700)
    assert gmail.sent == []
    assert _asked_at_send(desk.guarded, before) == 0
    keys.send("Input.insertText", {"text": "会議"})
    gmail.page.keyboard.press("Control+Enter")
    assert [each["subject"] for each in gmail.wait_for_sent()] == ["会議"]


@DESKS
def test_the_shortcut_in_the_header_of_the_window_is_stopped(desk: Desk) -> None:
    """Gmail hears it anywhere in the window of a mail, not only in its fields."""
    gmail = desk.write()
    gmail.fill(VOLUNTEERS)
    gmail.mail().evaluate(
        """mail => {
          mail.insertAdjacentHTML('afterbegin', '<div class=Hm><img tabindex=0 alt=close></div>')
          mail.querySelector('.Hm img').focus()
        }"""
    )
    gmail.page.keyboard.press("Control+Enter")
    gmail.expect_held()
