"""The real Outlook add-in in Chromium, on our fake of Outlook, against the real server with the shipped policies."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Route, expect
from tests.browser.axe import frame, violations_in_light_and_dark
from tests.browser.outlook import Outlook, people
from tests.browser.told import line_of
from tests.server import Server, running_server

pytestmark = pytest.mark.browser

VOLUNTEERS = [f"v{number:02}@gmail.com" for number in range(1, 27)]
THREE = ["a@x.jp", "b@y.jp", "c@z.jp"]
MISTYPED = [f"{'a-very-long-name' * 3}@gmial.com", *THREE]

MOVE = {"ja": "26 人を BCC に移動", "en": "Move 26 to Bcc"}
LANGUAGES = {"ja": "ja-JP", "en": "en-US"}

Open = Callable[..., Outlook]


@pytest.fixture
def guard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of its own for each test, so that its journal tells one story."""
    with running_server(tmp_path_factory.mktemp("guard"), internal_domains=("hall.example",)) as server:
        yield server


@pytest.fixture
def compose(browser: Browser, guard: Server) -> Iterator[Open]:
    """Open a draft in Outlook; an error in the add-in fails the test."""
    said: list[str] = []
    context_options: dict[str, Any] = {"base_url": guard.base_url, "viewport": {"width": 360, "height": 1400}}
    contexts = []

    def opened(**draft: Any) -> Outlook:  # noqa: ANN401  # Options of others.
        context = browser.new_context(**context_options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: said.append(str(error)))
        page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
        return Outlook(page, **draft)

    yield opened
    for context in contexts:
        context.close()
    assert [text for text in said if not text.startswith("Failed to load resource")] == []


def _story(guard: Server) -> list[str]:
    """What the journal says happened at Send and after it, oldest first."""
    records = reversed(guard.admin.get("/v1/journal").raise_for_status().json()["records"])
    told = [line_of(record["kind"], record["body"]) for record in records]
    return [each for each in told if each]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_founding_incident_is_stopped_mended_and_sent(compose: Open, guard: Server, language: str) -> None:
    """26 volunteers in To: the dialog, the pane, one button, Send; they leave in Bcc and the journal says so."""
    outlook = compose(language=LANGUAGES[language], to=people(*VOLUNTEERS))
    held = outlook.send()
    assert (held["sent"], held["completions"]) == (False, 1)
    assert "26" in held["dialog"]["text"]
    assert "25" in held["dialog"]["text"]
    pane = outlook.open_pane(held["dialog"])
    move = pane.get_by_role("button", name=MOVE[language])
    expect(move).to_be_focused()
    move.press("Enter")
    expect(pane.locator(".answer-allow")).to_be_visible()
    assert outlook.fields() == {"to": ["staff@hall.example"], "cc": [], "bcc": VOLUNTEERS}
    assert outlook.send()["sent"] is True
    assert outlook.sent()["bcc"] == VOLUNTEERS
    assert _story(guard) == ["block", "fixed", "allow"]
    assert outlook.errors() == []


def test_a_stranger_among_a_class_is_taken_out_by_one_button(compose: Open, guard: Server) -> None:
    """The parents, who see each other already, stay where they are; keeping the draft has the focus."""
    parents = [f"p{number:02}@gmail.com" for number in range(1, 31)]
    outlook = compose(to=people(*parents), composeType="reply")
    outlook.page.evaluate("outlook.fire('onNewMessageCompose')")
    outlook.add("suzuki@another.example")
    held = outlook.send()
    assert held["dialog"]["buttons"] == ["宛先を確認"]
    pane = outlook.open_pane(held["dialog"])
    expect(pane.get_by_role("button", name="送らずに下書きに残す")).to_be_focused()
    expect(pane.get_by_role("button", name="BCC に移動")).to_have_count(0)
    pane.get_by_role("button", name="suzuki@another.example を外す").click()
    expect(pane.locator(".answer-allow")).to_be_visible()
    assert outlook.send()["sent"] is True
    assert outlook.sent() == {"to": parents, "cc": [], "bcc": []}
    assert _story(guard) == ["block", "fixed", "allow"]


def test_what_is_undone_is_judged_again(compose: Open, guard: Server) -> None:
    """Undo puts everybody back, and the message is held as before."""
    outlook = compose(to=people(*VOLUNTEERS))
    pane = outlook.open_pane(outlook.send()["dialog"])
    pane.get_by_role("button", name=MOVE["ja"]).click()
    pane.get_by_role("button", name="元に戻す").click()
    expect(pane.locator(".answer-block")).to_be_visible()
    assert outlook.fields() == {"to": VOLUNTEERS, "cc": [], "bcc": []}
    assert outlook.send()["sent"] is False
    assert _story(guard) == ["block", "fixed", "block"]


def test_three_strangers_go_after_the_sender_ticked_what_matters(compose: Open, guard: Server) -> None:
    """The release is recorded first; then exactly this message goes, once."""
    outlook = compose(language="en-US", to=people(*THREE))
    held = outlook.send()
    assert held["dialog"]["buttons"] == ["Move to Bcc"]
    pane = outlook.open_pane(held["dialog"])
    pane.get_by_text("Send without fixing it").click()
    pane.get_by_role("button", name="I have checked, let it go").click()
    expect(pane.get_by_text("Please tick every line.")).to_be_visible()
    for box in pane.locator(".other-ways details[open] input[type=checkbox]").all():
        box.check()
    pane.get_by_role("button", name="I have checked, let it go").click()
    expect(pane.get_by_text("Recorded", exact=True)).to_be_visible()
    assert outlook.send()["sent"] is True
    assert _story(guard) == ["warn", "released by acknowledge", "allow"]


def test_what_was_changed_after_the_release_is_judged_anew(compose: Open, guard: Server) -> None:
    """A fourth stranger was never accepted."""
    outlook = compose(language="en-US", to=people(*THREE))
    pane = outlook.open_pane(outlook.send()["dialog"])
    pane.get_by_text("Send without fixing it").click()
    for box in pane.locator(".other-ways details[open] input[type=checkbox]").all():
        box.check()
    pane.get_by_role("button", name="I have checked, let it go").click()
    expect(pane.get_by_text("Recorded", exact=True)).to_be_visible()
    outlook.page.evaluate("outlook.draft.to.push({emailAddress: 'd@w.jp', recipientType: 'externalUser'})")
    assert outlook.send()["sent"] is False
    assert _story(guard) == ["warn", "released by acknowledge", "warn"]


def test_a_message_that_needs_a_reason_goes_with_one(compose: Open, guard: Server) -> None:
    """Policies that ask for a justification get it in writing."""
    _ask_for_a_reason(guard)
    outlook = compose(to=people(*THREE))
    pane = outlook.open_pane(outlook.send()["dialog"])
    pane.get_by_text("直さずに送る").click()
    pane.get_by_label("このまま送る理由").select_option("そのほか")
    pane.get_by_role("button", name="理由を記録して送る").click()
    expect(pane.get_by_text("理由を書いてください。")).to_be_visible()
    pane.get_by_label("くわしい理由").fill("三者の打ち合わせの案内")
    pane.get_by_role("button", name="理由を記録して送る").click()
    expect(pane.get_by_text("記録しました", exact=True)).to_be_visible()
    assert outlook.send()["sent"] is True
    assert _story(guard) == ["warn", "released by justify", "allow"]


def _ask_for_a_reason(guard: Server) -> None:
    rule = """
id: reason_for_strangers
title: {ja: 理由を書く, en: Give a reason}
rules:
  - id: two_or_more
    when:
      recipients: {visible: true, audience: external, at_least: 2}
    action: warn
    release: justify
    message: {ja: "外部の {count} 人に送ります。", en: "This goes to {count} people outside."}
"""
    guard.admin.put("/v1/policies", json={"reason_for_strangers.yaml": rule}).raise_for_status()


def test_while_the_server_is_away_the_local_rule_decides_and_tells_later(compose: Open, guard: Server) -> None:
    """Risky mail is held with a way on, the rest goes; the next new question brings the report to the journal."""
    outlook = compose(to=people(*VOLUNTEERS))
    outlook.page.route("**/v1/decisions", lambda route: route.abort())
    held = outlook.send()
    assert "Send Anyway" in held["dialog"]["buttons"]
    assert "確認ができませんでした" in held["dialog"]["text"]
    outlook.page.unroute("**/v1/decisions")
    assert outlook.send()["sent"] is False
    assert outlook.send()["sent"] is False, "the press before asked what became of the first"
    records = guard.admin.get("/v1/journal").json()["records"]
    reports = [report for record in records for report in record["body"].get("client", {}).get("degraded", [])]
    assert [(each["reason"], each["action"], each["people"]) for each in reports] == [("offline", "prompted", 26)]
    outlook.page.route("**/v1/decisions", lambda route: route.abort())
    assert outlook.send()["dialog"]["buttons"] == ["Don't Send"], "by now the server has blocked it"


def test_a_pane_without_a_server_says_so_and_recovers(compose: Open) -> None:
    """Nobody is told that all is well while nobody could look."""
    outlook = compose(language="en-US", to=people(*VOLUNTEERS))

    def away(route: Route) -> None:
        route.fulfill(status=503, body="{}")

    outlook.page.route("**/v1/decisions", away)
    pane = outlook.open_pane()
    expect(pane.get_by_text("This could not be checked")).to_be_visible()
    outlook.page.unroute("**/v1/decisions", away)
    pane.get_by_role("button", name="Check again").click()
    expect(pane.locator(".answer-block")).to_be_visible()


def test_a_client_that_knows_fewer_events_has_a_pane(compose: Open) -> None:
    """Outlook on Mac and LTSC 2024 throw at the name of an event that Office.js names all the same."""
    outlook = compose(profile="mac", to=people(*VOLUNTEERS))
    pane = outlook.open_pane(outlook.send()["dialog"])
    pane.get_by_role("button", name=MOVE["ja"]).click()
    expect(pane.locator(".answer-allow")).to_be_visible()
    assert outlook.send()["sent"] is True


def test_the_pane_leaves_the_focus_to_who_writes_beside_it(compose: Open) -> None:
    """The key that ends an address in Outlook must not press a button of the pane."""
    outlook = compose(language="en-US", to=people(*THREE))
    pane = outlook.open_pane(outlook.send()["dialog"])
    expect(pane.get_by_role("button", name="Move 3 to Bcc")).to_be_focused()
    outlook.page.evaluate("document.body.prepend(Object.assign(document.createElement('input'), {id: 'to'}))")
    outlook.page.locator("#to").focus()
    outlook.add("d@w.jp")
    expect(pane.get_by_role("button", name="Move 4 to Bcc")).to_be_visible()
    expect(outlook.page.locator("#to")).to_be_focused()


def test_what_outlook_reads_too_slowly_at_send_goes_once_accepted(compose: Open, guard: Server) -> None:
    """The pane has more time; what it could read is no reason to hide what Send could not."""
    slow, quick = "outlook.calls.faults.set('subject.getAsync', 'hang')", "outlook.calls.faults.clear()"
    outlook = compose(language="en-US", to=people("a@x.jp"))
    outlook.page.evaluate(slow)
    held = outlook.send()
    outlook.page.evaluate(quick)
    pane = outlook.open_pane(held["dialog"])
    pane.get_by_text("Send without fixing it").click()
    pane.locator(".other-ways details[open] input[type=checkbox]").check()
    pane.get_by_role("button", name="I have checked, let it go").click()
    expect(pane.get_by_text("Recorded", exact=True)).to_be_visible()
    outlook.page.evaluate(slow)
    assert outlook.send()["sent"] is True
    assert _story(guard) == ["warn", "released by acknowledge", "allow"]


def test_the_info_bar_comes_and_goes_with_the_recipients(compose: Open) -> None:
    """While composing, the hint is there before Send and leaves when the reason has left."""
    outlook = compose(to=people(*VOLUNTEERS))
    outlook.page.evaluate("outlook.fire('onMessageRecipientsChanged')")
    assert re.search("26", outlook.page.evaluate("outlook.draft.notices.get('atesaki')"))
    outlook.page.evaluate("outlook.draft.bcc = outlook.draft.to; outlook.draft.to = []")
    outlook.page.evaluate("outlook.fire('onMessageRecipientsChanged')")
    assert outlook.page.evaluate("outlook.draft.notices.size") == 0


def test_nothing_of_a_message_becomes_html(compose: Open) -> None:
    """A name that is a script is shown as what it is."""
    hostile = [{**each, "displayName": "<img src=x onerror=alert(1)>"} for each in people(*THREE)]
    outlook = compose(to=hostile)
    pane = outlook.open_pane(outlook.send()["dialog"])
    expect(pane.get_by_text("<img src=x onerror=alert(1)> <a@x.jp>").first).to_be_visible()
    expect(pane.locator("img")).to_have_count(0)


def test_the_pane_wears_no_clothes_of_the_console(compose: Open) -> None:
    """They share a stylesheet: above the warning is no empty box, and each recipient to choose has a line."""
    outlook = compose(to=people(*THREE))
    pane = outlook.open_pane(outlook.send()["dialog"])
    assert pane.get_by_role("status").evaluate("said => said.getBoundingClientRect().height") == 0
    pane.get_by_text("宛先から外す").click()
    boxes = pane.locator(".other-ways details[open] input[type=checkbox]")
    tops = boxes.evaluate_all("boxes => boxes.map((box) => box.getBoundingClientRect().top)")
    assert len(set(tops)) == len(THREE)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("recipients", [VOLUNTEERS, THREE, MISTYPED], ids=["blocked", "warned", "mistyped"])
def test_the_pane_is_accessible_at_320_pixels(compose: Open, recipients: list[str], language: str) -> None:
    """With everything unfolded axe finds nothing, and nothing has to be scrolled sideways, with larger text too."""
    outlook = compose(language=LANGUAGES[language], to=people(*recipients, "x@hall.example"))
    pane = outlook.open_pane(outlook.send()["dialog"])
    assert violations_in_light_and_dark(frame(outlook.page, "pane")) == []
    pane.locator("body").evaluate("body => body.querySelectorAll('details').forEach((each) => { each.open = true; })")
    assert violations_in_light_and_dark(frame(outlook.page, "pane")) == []
    root = pane.locator("html")
    assert root.evaluate("root => root.scrollWidth") <= 320
    root.evaluate("root => { root.style.fontSize = '200%'; }")
    assert root.evaluate("root => root.scrollWidth") <= 320
