"""What the journal says became of a mail is what became of it: Gmail may ask before it sends, and hear no."""

import pytest
from playwright.sync_api import Dialog
from tests.browser.gmail.gmail import POPOUT, Gmail
from tests.browser.gmail.story import Story

pytestmark = pytest.mark.browser

COLLEAGUE = "boss@hall.example"


@pytest.fixture(params=["box", "question"])
def asked(gmail: Gmail, request: pytest.FixtureRequest) -> Gmail:
    """A mail without a subject, about which Gmail asks by a box of the browser or by a question on the page."""
    gmail.page.evaluate("how => { window[how] = true }", {"box": "boxes", "question": "asks"}[request.param])
    gmail.write()
    gmail.fill([COLLEAGUE])
    return gmail


def _send_and_answer(gmail: Gmail, *, yes: bool) -> None:
    if gmail.page.evaluate("window.boxes === true"):
        gmail.page.once("dialog", lambda box: box.accept() if yes else box.dismiss())
        gmail.press_send()
        gmail.page.wait_for_timeout(800)
    else:
        gmail.press_send()
        gmail.page.wait_for_timeout(2_500)
        gmail.page.locator("[role=alertdialog]").get_by_text("OK" if yes else "Cancel").click()


def test_a_mail_that_its_sender_took_back_in_gmail_is_not_told_as_sent(asked: Gmail, story: Story) -> None:
    """Once they are back at the mail it is told as cancelled; what they send then is told as sent."""
    _send_and_answer(asked, yes=False)
    asked.page.wait_for_timeout(500)
    assert story.on(asked).told() == ["allow"]
    asked.mail().locator("[name=subjectbox]").press_sequentially("Minutes")
    story.wait_for("allow", "cancelled")
    asked.page.wait_for_timeout(1_500)
    _send_and_answer(asked, yes=True)
    asked.wait_for_sent()
    story.wait_for("allow", "cancelled", "allow", "sent")


def test_a_mail_that_its_sender_let_go_in_gmail_is_told_as_sent(asked: Gmail, story: Story) -> None:
    """However long they think about Gmail's question."""
    _send_and_answer(asked, yes=True)
    asked.wait_for_sent()
    story.on(asked).wait_for("allow", "sent")


def test_a_mail_that_goes_out_of_sight_unseen_is_told_as_nothing(asked: Gmail, story: Story) -> None:
    """Who says no to Gmail and then leaves the conversation has not sent what they wrote there."""
    _send_and_answer(asked, yes=False)
    asked.page.wait_for_timeout(2_000)
    asked.page.locator(".adn .gD").click()
    asked.page.evaluate("mails[0].outer.remove()")
    asked.page.wait_for_timeout(700)
    assert story.on(asked).told() == ["allow"]


def test_a_quick_no_is_told_as_nothing(gmail: Gmail, story: Story) -> None:
    """Whoever says no at once and opens another conversation has not sent the reply that goes out of sight."""
    gmail.page.evaluate("asks = true")
    gmail.write("inline", reply=True)
    gmail.fill([COLLEAGUE])
    gmail.page.wait_for_timeout(1_500)
    gmail.press_send()
    gmail.page.locator("[role=alertdialog]").get_by_text("Cancel").click()
    gmail.page.locator(".adn .gD").click()
    gmail.page.evaluate("mails[0].dialog.remove()")
    gmail.page.wait_for_timeout(700)
    assert story.on(gmail).told() == ["allow"]


def test_a_mail_that_leaves_while_its_sender_goes_on_is_told_as_sent(gmail: Gmail, story: Story) -> None:
    """Another draft that is open is no question of Gmail's, and turning to it takes nothing back."""
    gmail.write()
    gmail.write()
    gmail.fill([COLLEAGUE])
    gmail.page.evaluate("keepOpen = true")
    gmail.page.wait_for_timeout(1_500)
    gmail.press_send()
    gmail.page.wait_for_function("sent.length > 0")
    gmail.type_body("x", mail=1)
    gmail.page.evaluate("mails[0].outer.remove()")
    story.on(gmail).wait_for("allow", "sent")


def test_a_scheduled_mail_is_told_once_a_time_was_chosen(gmail: Gmail, story: Story) -> None:
    """Until then the mail stays where it is, and so does its story."""
    gmail.page.evaluate("asks = true")
    gmail.write()
    gmail.fill([COLLEAGUE])
    gmail.mail().locator(".hG").click()
    gmail.mail().locator("[selector=scheduledSend]").click()
    gmail.page.locator("[role=alertdialog]").wait_for()
    assert story.on(gmail).told() == ["allow"]
    gmail.page.locator("[role=alertdialog]").get_by_text("OK").click()
    gmail.wait_for_sent()
    story.wait_for("allow", "sent")


@pytest.fixture
def popout(gmail: Gmail) -> Gmail:
    """A mail in a window of its own."""
    with gmail.page.expect_popup() as opened:
        gmail.page.evaluate("url => { window.open(url, '_blank', 'popup') }", f"{POPOUT}?lang=en")
    popout = Gmail(opened.value)
    popout.page.wait_for_function("window.openMail !== undefined")
    popout.write("popout")
    popout.fill([COLLEAGUE])
    return popout


def test_a_mail_whose_window_closes_with_it_is_told_as_sent(gmail: Gmail, popout: Gmail, story: Story) -> None:
    """Gmail closes a window of its own once its mail has left."""
    popout.page.evaluate("closes = true")
    with popout.page.expect_event("close"):
        popout.press_send()
    story.on(gmail).wait_for("allow", "sent")


@pytest.mark.parametrize("asked", ["boxes", "asks"])
def test_a_window_that_is_closed_after_a_question_is_told_as_nothing(
    gmail: Gmail, popout: Gmail, story: Story, asked: str
) -> None:
    """Whoever says no to Gmail and closes the window has sent nothing; who said yes can't be told from them."""

    def refuse(box: Dialog) -> None:
        # Reading and answering takes a person this long at least.
        popout.page.wait_for_timeout(900)
        box.dismiss()

    popout.page.evaluate("how => { window[how] = true }", asked)
    popout.page.once("dialog", refuse)
    popout.press_send()
    if asked == "asks":
        popout.page.locator("[role=alertdialog]").get_by_text("Cancel").click()
    popout.page.wait_for_timeout(1_500)
    assert popout.sent == []
    popout.page.close(run_before_unload=True)
    gmail.page.wait_for_timeout(1_000)
    assert story.on(gmail).told() == ["allow"]
