"""A page that plays Outlook: the real add-in runs in its frames, on our own fake of Office.js."""

import json
from pathlib import Path
from typing import Any

from playwright.sync_api import FrameLocator, Page, Route
from tests.server import KEY

FAKE = Path(__file__).parents[2] / "manifest/dist/fake/outlook.js"
"""Built by `make setup` from manifest/outlook/test/fake."""

_PLACE = "/__outlook__"
_PAGE = """<!doctype html><html lang="ja"><title>Outlook</title>
<style>body{margin:0} iframe{border:0} [name=pane]{width:320px;height:1400px} [name=events]{display:none}</style>
<script src="/__outlook__/fake.js"></script>
<script>const {FakeHost, PROFILES, draft} = FakeOutlook;</script>
<body></body></html>"""

_OFFICE_JS = "https://appsforoffice.microsoft.com/**"
_FRAME = """(name, path) => new Promise((done) => {
  document.querySelector(`[name=${name}]`)?.remove();
  const frame = document.createElement('iframe');
  Object.assign(frame, {name, title: name, src: path, onload: done});
  document.body.append(frame);
})"""
_START = f"""([profile, language, draft_, path]) => {{
  window.outlook = new FakeHost(PROFILES[profile], draft(draft_));
  outlook.language = language;
  return ({_FRAME})('events', path);
}}"""
_ADD = """(address) => new Promise((done) => {
  outlook.globals().Office.context.mailbox.item.to.addAsync([{emailAddress: address, displayName: ''}], done);
})"""
_OPEN = f"""([dialog, path]) => {{
  outlook.openPane(dialog);
  return ({_FRAME})('pane', path);
}}"""


def people(*addresses: str) -> list[dict[str, str]]:
    """Recipients outside, as Outlook resolved them."""
    return [{"emailAddress": each, "displayName": "", "recipientType": "externalUser"} for each in addresses]


class Outlook:
    """One draft in one Outlook."""

    def __init__(self, page: Page, profile: str = "web", language: str = "ja-JP", **draft: Any) -> None:  # noqa: ANN401  # A draft is whatever the fake takes.
        self.page = page
        page.route(f"**{_PLACE}", lambda route: route.fulfill(body=_PAGE, content_type="text/html; charset=utf-8"))
        page.route(f"**{_PLACE}/fake.js", lambda route: route.fulfill(path=FAKE, content_type="text/javascript"))
        page.route(_OFFICE_JS, _office_js)
        page.goto(_PLACE)
        page.evaluate(_START, [profile, language, draft, f"/outlook/{KEY}/commands.html"])

    def send(self, event: str = "onMessageSend") -> dict[str, Any]:
        """Press Send; returns whether it was sent, and the dialog where it was not."""
        sending: dict[str, Any] = self.page.evaluate("(event) => outlook.send(event)", event)
        return sending

    def open_pane(self, dialog: dict[str, Any] | None = None) -> FrameLocator:
        """Press the dialog's own button, or the one in the ribbon, and wait until the pane has an answer."""
        self.page.evaluate(_OPEN, [dialog, f"/outlook/{KEY}/pane.html"])
        pane = self.page.frame_locator("[name=pane]")
        pane.locator(".answer").wait_for()
        return pane

    def add(self, address: str) -> None:
        """Add somebody to To, as the sender does in Outlook itself."""
        self.page.evaluate(_ADD, address)

    def fields(self, of: str = "outlook.draft") -> dict[str, list[str]]:
        """Who stands in which field of the draft, or of the last message sent."""
        script = "['to', 'cc', 'bcc'].map((field) => [field, %s[field].map((each) => each.emailAddress)])"
        return dict(self.page.evaluate(script % of))

    def sent(self) -> dict[str, list[str]]:
        """The fields of the message that was sent last."""
        return self.fields("outlook.sentDrafts.at(-1)")

    def errors(self) -> list[str]:
        """What the real Outlook would have cut or refused."""
        found: list[str] = json.loads(self.page.evaluate("JSON.stringify(outlook.errors)"))
        return found


def _office_js(route: Route) -> None:
    route.fulfill(body="Object.assign(window, parent.outlook.globals());", content_type="text/javascript")
