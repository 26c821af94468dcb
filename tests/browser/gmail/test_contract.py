"""What every adapter of Gmail must do, InboxSDK's and our own alike; each runs alone, without the other."""

import pytest
from tests.browser.gmail.desk import DESKS, WINDOWS, Desk
from tests.browser.gmail.gmail import VOLUNTEERS

pytestmark = pytest.mark.browser

COLLEAGUE = "boss@hall.example"


@DESKS
def test_a_click_on_send_is_stopped(desk: Desk) -> None:
    """The founding incident: 26 volunteers in To."""
    gmail = desk.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()


@DESKS
def test_the_shortcut_is_stopped(desk: Desk) -> None:
    """From the body, where the focus is while writing; with Ctrl, and with Cmd on a Mac."""
    gmail = desk.write()
    gmail.fill(VOLUNTEERS)
    body = gmail.type_body("hello")
    for keys in ("Control+Enter", "Meta+Enter"):
        body.press(keys)
        gmail.expect_held()
        gmail.keep_draft()


@DESKS
def test_the_keyboard_on_send_is_stopped(desk: Desk) -> None:
    """Whoever reaches Send by Tab presses it by Enter or Space."""
    gmail = desk.write()
    gmail.fill(VOLUNTEERS)
    for key in ("Enter", " "):
        gmail.button().press(key)
        gmail.expect_held()
        gmail.keep_draft()


@DESKS
def test_scheduled_sending_is_stopped(desk: Desk) -> None:
    """A mail that leaves tomorrow shows the same addresses; by mouse, and by the keyboard in the open menu."""
    gmail = desk.write()
    gmail.fill(VOLUNTEERS)
    arrow = gmail.mail().locator(".hG")
    arrow.click()
    gmail.mail().locator("[selector=scheduledSend]").click()
    gmail.expect_held()
    gmail.keep_draft()
    arrow.press("Enter")
    gmail.expect_held()


@DESKS
def test_send_and_archive_is_stopped(desk: Desk) -> None:
    """The second button of a reply sends as well."""
    gmail = desk.write(reply=True)
    gmail.fill(VOLUNTEERS)
    gmail.mail().locator(".Uo").click()
    gmail.expect_held()


@DESKS
@pytest.mark.parametrize("kind", ["send", "send_and_archive", "schedule"])
def test_an_allowed_mail_goes_once_in_the_way_that_was_pressed(desk: Desk, kind: str) -> None:
    """Our own press of Send repeats the sender's, and comes through."""
    gmail = desk.write(reply=True)
    gmail.fill([COLLEAGUE])
    if kind == "schedule":
        gmail.mail().locator(".hG").click()
    selectors = {"send": ".aoO", "send_and_archive": ".Uo", "schedule": "[selector=scheduledSend]"}
    gmail.mail().locator(selectors[kind]).click()
    assert [(each["kind"], each["to"]) for each in gmail.wait_for_sent()] == [(kind, [COLLEAGUE])]


@DESKS
def test_a_scheduled_mail_is_not_told_as_lost(desk: Desk) -> None:
    """Our own press in the menu is heard, so that no dialog comes a second later over Gmail's choice of a time."""
    gmail = desk.write()
    gmail.fill([COLLEAGUE])
    gmail.mail().locator(".hG").click()
    gmail.mail().locator("[selector=scheduledSend]").click()
    gmail.wait_for_sent()
    gmail.page.wait_for_timeout(1_000)
    assert gmail.dialog.count() == 0


@DESKS
def test_a_send_button_that_gmail_drew_anew_is_stopped(desk: Desk) -> None:
    """Gmail may replace what stood there when the mail was found; the new button sends all the same."""
    gmail = desk.write()
    gmail.fill(VOLUNTEERS)
    gmail.page.evaluate(
        """() => {
          const drawn = document.querySelector('.aoO').cloneNode(true)
          document.querySelector('.aoO').replaceWith(drawn)
          drawn.addEventListener('click', () => mails[0].send('send'))
        }"""
    )
    gmail.press_send()
    gmail.expect_held()


@WINDOWS
def test_a_mail_that_was_taken_off_the_page_while_it_was_checked_is_not_sent(desk: Desk) -> None:
    """A reply that is moved to a window of its own is another mail; its old button must not be pressed."""
    gmail = desk.write()
    gmail.fill([COLLEAGUE])
    gmail.page.evaluate("mails[0].dialog.querySelector('.aoO').click(); mails[0].outer.remove()")
    gmail.page.wait_for_timeout(3_000)
    assert gmail.sent == []


@DESKS
def test_a_double_click_sends_once(desk: Desk) -> None:
    """Impatience is no second mail, even where Gmail leaves the mail on screen for a while."""
    gmail = desk.write()
    gmail.fill([COLLEAGUE])
    gmail.page.evaluate("keepOpen = true")
    gmail.button().dblclick()
    gmail.wait_for_sent()


@DESKS
def test_all_fields_are_read_with_what_is_half_typed(desk: Desk) -> None:
    """Gmail makes a recipient of what is typed when Send is pressed, so it counts before."""
    gmail = desk.write()
    gmail.fill(["a@x.jp", COLLEAGUE])
    gmail.fill(["c@y.com"], "cc")
    gmail.fill(["d@z.org"], "bcc")
    gmail.mail().locator("[name=to] input").press_sequentially("half@typed.example")
    gmail.page.keyboard.press("Control+Enter")
    gmail.expect_held()
    asked = {field: [each["address"] for each in desk.asked[field]] for field in ("to", "cc", "bcc")}
    assert asked == {"to": ["a@x.jp", COLLEAGUE, "half@typed.example"], "cc": ["c@y.com"], "bcc": ["d@z.org"]}
    assert desk.asked["sender"]["address"] == "staff@hall.example"


@DESKS
def test_recipients_move_to_bcc_and_back(desk: Desk) -> None:
    """Nobody is lost on either way, and To is never empty."""
    gmail = desk.write()
    gmail.fill([*VOLUNTEERS[:5], COLLEAGUE])
    gmail.fill(VOLUNTEERS[5:10], "cc")
    # Whoever has written the text has made Gmail fold the recipients away.
    gmail.type_body("hello")
    gmail.press_send()
    gmail.expect_held()
    gmail.press("Move 10 to Bcc")
    gmail.dialog.get_by_text("10 people are now in Bcc.").wait_for()
    gmail.press("Undo")
    gmail.dialog.get_by_text("Undone.").wait_for()
    read = "mails[0].rows[field].addresses"
    now = {field: gmail.page.evaluate(f"field => {read}", field) for field in ("to", "cc", "bcc")}
    assert {field: sorted(each) for field, each in now.items()} == {
        "to": sorted([*VOLUNTEERS[:5], COLLEAGUE]),
        "cc": VOLUNTEERS[5:10],
        "bcc": [],
    }
