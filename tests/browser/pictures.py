"""Takes the pictures of the documentation anew: `python -m tests.browser.pictures`; look at each before a commit."""

import tempfile
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from tests.browser.conftest import CHROMIUM, FLAGS, plant
from tests.browser.gmail.gmail import VOLUNTEERS, guarded_browser
from tests.browser.outlook import Outlook, people
from tests.browser.steps import until_indexed
from tests.server import KEY, Server, running_server

IMAGES: Final = Path(__file__).parents[2] / "docs/images"
HALL: Final = "staff@hall.example"
TOLD: Final[list[tuple[dict[str, Any], int]]] = [
    ({"to": ["a@club.example"], "body_text": "The programme is attached."}, 9),
    ({"to": [f"p{number}@{number}.example" for number in range(4)]}, 6),
    ({"to": [f"p{number}@school.example" for number in range(12)]}, 3),
    ({"bcc": [f"p{number}@gmail.com" for number in range(60)]}, 5),
    ({"to": ["colleague@hall.example"]}, 40),
]
"""Mails of a month, and how often each was sent."""

FOUNDING: Final = "?rule=roster_visible.members_in_to_or_cc"
"""The search that finds the mail to the whole roster."""


def main() -> None:
    """Take all of them, from the real server with the shipped policies."""
    with (
        tempfile.TemporaryDirectory() as folder,
        running_server(Path(folder), internal_domains=("hall.example",)) as server,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        _take_outlook(browser, server)
        _live_through_a_month(server)
        _take_console(browser, server)
        _take_try_it(browser, server)
        browser.close()
        _take_gmail(playwright, server)


def _live_through_a_month(server: Server) -> None:
    draft = {"name": "Volunteers", "owner": HALL, "purpose": "The festival", "handling": "protected"}
    server.admin.post("/v1/rosters", json=draft).raise_for_status()
    members = "name,email\n" + "".join(f"V,{each}\n" for each in VOLUNTEERS)
    headers = {"Content-Type": "text/csv"}
    server.admin.put("/v1/rosters/Volunteers/members", content=members, headers=headers).raise_for_status()
    for message, often in TOLD:
        for number in range(often):
            decided = _decided(server, message, number)
            outcome = "fixed" if decided["action"] != "allow" and number % 4 else "sent"
            server.client.post(f"/v1/decisions/{decided['decision_id']}/outcome", json={"outcome": outcome})
    _decided(server, {"to": list(VOLUNTEERS)}, 0)
    until_indexed(server, FOUNDING)


def _decided(server: Server, message: dict[str, Any], number: int) -> dict[str, Any]:
    fields = {field: [{"address": each} for each in message.get(field, [])] for field in ("to", "cc", "bcc")}
    sent = {**message, **fields, "sender": {"address": HALL}, "subject": f"Festival {number}"}
    body = {"message": sent, "client": {"app": "outlook", "platform": "web", "version": "1.0.0"}, "locale": "en"}
    answer: dict[str, Any] = server.client.post("/v1/decisions", json=body).raise_for_status().json()
    return answer


def _take_try_it(browser: Browser, server: Server) -> None:
    page = browser.new_page(base_url=server.base_url, viewport={"width": 860, "height": 1115}, device_scale_factor=1.5)
    page.goto("/?lang=en")
    page.get_by_role("button", name="26 volunteers in To").click()
    page.locator("#answer").wait_for()
    page.evaluate("scrollTo({top: 0, behavior: 'instant'})")
    _take(page, "try-it")


def _take_console(browser: Browser, server: Server) -> None:
    page = browser.new_page(base_url=server.base_url, viewport={"width": 1100, "height": 1560})
    plant(page, server.base_url, server.session("admin").cookie)
    page.goto("/console/policies?lang=en")
    _take(page, "console-rules")
    page.goto(f"/console/journal{FOUNDING}")
    page.locator("tbody a").first.click()
    page.get_by_role("heading", name="One decision").wait_for()
    _take(page, "console-decision")


def _take_outlook(browser: Browser, server: Server) -> None:
    page = browser.new_page(base_url=server.base_url, viewport={"width": 320, "height": 720}, device_scale_factor=2)
    outlook = Outlook(page, to=people(*VOLUNTEERS))
    pane = outlook.open_pane(outlook.send()["dialog"])
    _take(page, "outlook-blocked")
    pane.get_by_role("button", name="26 人を BCC に移動").click()
    pane.locator(".verdict-allow").wait_for()
    _take(page, "outlook-fixed")


def _take_gmail(playwright: Playwright, server: Server) -> None:
    policy = {"backendUrl": server.base_url, "deploymentKey": KEY}
    with guarded_browser(playwright, policy, viewport={"width": 800, "height": 760}) as guarded:
        gmail = guarded.open()
        gmail.write()
        gmail.fill(list(VOLUNTEERS))
        gmail.press_send()
        gmail.expect_held()
        gmail.dialog.screenshot(path=IMAGES / "gmail-blocked.png")
        gmail.press("Move 26 to Bcc")
        gmail.dialog.locator(".verdict-allow").wait_for()
        gmail.dialog.screenshot(path=IMAGES / "gmail-fixed.png")


def _take(page: Page, name: str) -> None:
    page.screenshot(path=IMAGES / f"{name}.png")


if __name__ == "__main__":
    main()
