"""Sending from Gmail with the extension as it is shipped, against the real backend: stopped, mended, sent once."""

import pytest
from playwright.sync_api import expect
from tests.browser.gmail.gmail import POPOUT, VOLUNTEERS, Gmail, Guarded
from tests.browser.gmail.story import Story
from tests.server import Server

pytestmark = pytest.mark.browser

COLLEAGUE = "boss@hall.example"
THREE = ["a@x.jp", "b@y.com", "c@z.org"]


@pytest.mark.parametrize("by", ["click", "shortcut"])
@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("Move 26 to Bcc", "Send")), ("ja", ("26 人を BCC に移動", "送信する"))]
)
def test_the_founding_incident_is_stopped_mended_and_sent_once(
    guarded: Guarded, story: Story, by: str, lang: str, words: tuple[str, str]
) -> None:
    """26 volunteers in To: held, moved to Bcc with one click, sent once with 26 in Bcc; the journal tells it."""
    gmail = guarded.open(lang)
    gmail.write()
    gmail.fill(VOLUNTEERS)
    if by == "click":
        gmail.press_send()
    else:
        gmail.type_body("hello").press("Control+Enter")
    expect(gmail.expect_held()).to_contain_text(
        {"en": "26 people would each learn 25", "ja": "26 人がそれぞれ 25 件"}[lang]
    )
    gmail.press(words[0])
    gmail.dialog.get_by_role("button", name=words[1], exact=True).click()
    (sent,) = gmail.wait_for_sent()
    assert (sent["to"], sent["cc"], sorted(sent["bcc"])) == (["staff@hall.example"], [], VOLUNTEERS)
    story.on(gmail).wait_for("block", "fixed", "allow", "sent")
    guarded.put_back(gmail)


def test_the_mended_mail_can_be_undone(gmail: Gmail) -> None:
    """Undo brings back what was, and Send asks again."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()
    gmail.press("Move 26 to Bcc")
    gmail.press("Undo")
    expect(gmail.dialog.get_by_role("button", name="Move 26 to Bcc")).to_be_visible()
    assert gmail.page.evaluate("mails[0].rows.to.addresses.toSorted()") == VOLUNTEERS
    assert gmail.sent == []


def test_a_mail_goes_as_it_is_with_a_reason(gmail: Gmail, story: Story) -> None:
    """The reason is recorded before the mail may go; what was sent is what was released."""
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()
    gmail.unfold("Send without fixing it")
    gmail.dialog.get_by_label("Why it should go as it is").select_option("Another reason")
    gmail.press("Record the reason and let it go")
    expect(gmail.dialog.get_by_role("alert")).to_have_text("Please write the reason.")
    gmail.dialog.get_by_label("The reason in your words").fill("They founded the club together")
    gmail.press("Record the reason and let it go")
    (sent,) = gmail.wait_for_sent()
    assert sent["to"] == VOLUNTEERS
    story.on(gmail).wait_for("block", "released by justify", "allow", "sent_anyway")


def test_a_mail_goes_as_it_is_once_everything_is_ticked(gmail: Gmail, story: Story) -> None:
    """A half-ticked list lets nothing go."""
    gmail.write()
    gmail.fill(THREE)
    gmail.press_send()
    gmail.expect_held()
    gmail.unfold("Send without fixing it")
    gmail.press("I have checked, let it go")
    expect(gmail.dialog.get_by_role("alert")).to_have_text("Please tick every line.")
    for box in gmail.dialog.locator("fieldset").filter(has_text="Tick what").get_by_role("checkbox").all():
        box.check()
    gmail.press("I have checked, let it go")
    gmail.wait_for_sent()
    story.on(gmail).wait_for("warn", "released by acknowledge", "allow", "sent_anyway")


def test_the_draft_is_kept_edited_and_asked_about_again(gmail: Gmail, story: Story) -> None:
    """Escape is the safe way out; the changed mail is another one."""
    gmail.write()
    gmail.fill([*VOLUNTEERS, COLLEAGUE])
    gmail.press_send()
    gmail.expect_held()
    gmail.keep_draft()
    for _ in VOLUNTEERS:
        gmail.mail().locator(".afX").first.click()
    gmail.press_send()
    assert [each["to"] for each in gmail.wait_for_sent()] == [[COLLEAGUE]]
    story.on(gmail).wait_for("block", "cancelled", "allow", "sent")


def test_recipients_are_removed(gmail: Gmail) -> None:
    """Who doesn't belong there is taken out; the rest is asked about again."""
    gmail.write()
    gmail.fill([*THREE, COLLEAGUE])
    gmail.press_send()
    gmail.expect_held()
    gmail.unfold("Remove recipients")
    for address in THREE:
        gmail.dialog.get_by_label(f"To: {address}").check()
    gmail.press("Remove the selected ones")
    gmail.dialog.get_by_role("button", name="Send", exact=True).click()
    assert [each["to"] for each in gmail.wait_for_sent()] == [[COLLEAGUE]]


def test_two_drafts_are_guarded_apart(gmail: Gmail) -> None:
    """Holding the one neither lets the other go nor keeps it."""
    gmail.write()
    gmail.write()
    gmail.fill(VOLUNTEERS, mail=0)
    gmail.fill([COLLEAGUE], mail=1)
    gmail.press_send(0)
    gmail.expect_held()
    gmail.keep_draft()
    gmail.press_send(1)
    assert [each["to"] for each in gmail.wait_for_sent()] == [[COLLEAGUE]]
    expect(gmail.mail(0)).to_be_visible()


@pytest.mark.parametrize("where", ["inline", "popout", "fullscreen"])
def test_every_place_to_write_in_is_guarded(guarded: Guarded, where: str) -> None:
    """A reply below a mail, a window of its own, and a full screen: stopped, mended, sent once."""
    gmail = guarded.open(url=POPOUT) if where == "popout" else guarded.open()
    gmail.write(where, reply=where == "inline")
    gmail.fill(VOLUNTEERS)
    gmail.press_send()
    gmail.expect_held()
    gmail.press("Move 26 to Bcc")
    gmail.dialog.get_by_role("button", name="Send", exact=True).click()
    assert [sorted(each["bcc"]) for each in gmail.wait_for_sent()] == [VOLUNTEERS]
    guarded.put_back(gmail)


def test_a_half_typed_address_is_asked_about(gmail: Gmail, guarded: Guarded) -> None:
    """What can't be read as an address is never silently sent."""
    gmail.write()
    gmail.fill([COLLEAGUE])
    gmail.mail().locator("[name=to] input").press_sequentially("taro@")
    gmail.page.keyboard.press("Control+Enter")
    gmail.expect_held()
    assert [each["address"] for each in guarded.asked[-1]["message"]["to"]] == [COLLEAGUE, "taro@"]


def test_a_half_typed_name_with_a_comma_is_one_person(gmail: Gmail, guarded: Guarded) -> None:
    """A comma in quotes belongs to the name, as Gmail reads it."""
    gmail.write()
    gmail.mail().locator("[name=to] input").press_sequentially('"Last, First" <a@x.jp>, b@y.com')
    gmail.page.keyboard.press("Control+Enter")
    gmail.page.wait_for_timeout(500)
    assert [each["address"] for each in guarded.asked[-1]["message"]["to"]] == ["a@x.jp", "b@y.com"]


def test_gmail_in_another_language_is_guarded_the_same(guarded: Guarded) -> None:
    """No selector knows a word; a language that we don't speak gets English."""
    gmail = guarded.open("fr")
    gmail.write()
    gmail.fill(VOLUNTEERS)
    gmail.mail().get_by_role("button", name="Envoyer", exact=True).click()
    expect(gmail.expect_held()).to_contain_text("This can't be sent as it is")
    guarded.put_back(gmail)


def test_a_recipient_that_comes_after_the_check_is_checked(gmail: Gmail) -> None:
    """What leaves is exactly what was allowed, however late the change."""
    gmail.write()
    gmail.fill([COLLEAGUE])
    # The moment between the answer and our own press of Send is the only one in which Gmail could be ahead of us.
    gmail.page.evaluate(
        """list => addEventListener('mousedown', event => {
             if (!event.isTrusted && !window.added) { window.added = true; fill(0, 'to', list) }
           }, true)""",
        VOLUNTEERS,
    )
    gmail.press_send()
    expect(gmail.expect_held()).to_contain_text("26 people would each learn 25")
    assert gmail.page.evaluate("added") is True


def test_a_reply_knows_who_sees_whom_already(gmail: Gmail, guarded: Guarded) -> None:
    """Only people who stood in the reply from the start and in the conversation count as known to each other."""
    gmail.page.evaluate(
        """document.querySelector('.adn').insertAdjacentHTML('afterbegin',
             '<span class=g2 email="a@x.jp"></span><span class=g2 email="b@y.com"></span>')"""
    )
    gmail.write("inline", to=["a@x.jp", "b@y.com"], cc=["added@later.example"], reply=True)
    gmail.press_send()
    gmail.page.wait_for_timeout(500)
    thread = guarded.asked[-1]["message"]["thread"]
    assert thread == {"kind": "reply_all", "recipients": ["a@x.jp", "b@y.com"]}


def test_attachments_are_told_by_their_names(gmail: Gmail, guarded: Guarded) -> None:
    """Each by its own, and without the size that Gmail writes behind it: rules compare endings."""
    gmail.write()
    gmail.fill([COLLEAGUE])
    gmail.page.evaluate("attach(0, ['名簿.xlsx', 'agenda.pdf'])")
    gmail.press_send()
    gmail.wait_for_sent()
    told = [each["name"] for each in guarded.asked[-1]["message"]["attachments"]]
    assert told == ["名簿.xlsx", "agenda.pdf"]


def test_an_attachment_without_a_name_is_told_as_unread(gmail: Gmail, guarded: Guarded) -> None:
    """Where Gmail shows names in another place, rules about them must not find nothing in silence."""
    gmail.write()
    gmail.fill([COLLEAGUE])
    gmail.page.evaluate("attach(0, [''])")
    gmail.press_send()
    gmail.page.wait_for_timeout(500)
    assert guarded.asked[-1]["message"]["truncated"] == ["attachments"]


def test_only_what_the_rules_need_leaves_the_browser(gmail: Gmail, guarded: Guarded, server: Server) -> None:
    """Whether subject, body and attachments are asked for, the backend says, by its rules."""
    collected = server.client.get("/v1/clients/gmail_extension/profile").json()["collect"]
    gmail.write()
    gmail.fill([COLLEAGUE])
    gmail.mail().locator("[name=subjectbox]").fill("Minutes")
    gmail.type_body("As agreed")
    gmail.press_send()
    gmail.wait_for_sent()
    message = guarded.asked[-1]["message"]
    assert (message["subject"] == "Minutes") == ("subject" in collected)
    assert (message["body_text"] is not None) == ("body_text" in collected)
