"""Gmail with one person's draft, as it calls the add-on and as its person reads the cards."""

import time
from typing import Any

from httpx2 import Response
from tests.api.mails import Json
from tests.fakes.provider import FakeProvider, signed
from tests.server import Server

from atesaki.clients.gmail_event import ADDRESS_SCOPE, METADATA_SCOPE

BASE = "https://atesaki.hall.example"
ACCOUNT = "service-1234@gcp-sa-gsuiteaddons.iam.gserviceaccount.com"
CLIENT = "1234-addon.apps.googleusercontent.com"
ME = "staff@hall.example"
BUILDERS = [f"person{number}@company{number}.example" for number in range(1, 4)]
SETTINGS = {
    "public_url": BASE,
    "gmail_addon_service_account": ACCOUNT,
    "gmail_addon_client_id": CLIENT,
    "google_hosted_domains": "hall.example",
    "internal_domains": ("hall.example",),
}


class Gmail:
    """Gmail with one person's draft, calling a running server as Google does."""

    def __init__(self, server: Server, provider: FakeProvider) -> None:
        self.server, self.provider = server, provider

    def system(self, **changed: object) -> dict[str, Any]:
        """Return the claims of a good system token, with changes."""
        claims = {"aud": f"{BASE}/gmail/addon/compose", "sub": "115", "email": ACCOUNT, "email_verified": True}
        return {**self._times(), **claims, **changed}

    def person(self, **changed: object) -> dict[str, Any]:
        """Return the claims of a good user token, with changes."""
        claims = {"aud": CLIENT, "sub": "108", "email": ME, "email_verified": True, "hd": "hall.example"}
        return {**self._times(), **claims, **changed}

    @staticmethod
    def _times() -> dict[str, Any]:
        now = int(time.time())
        return {"iss": "https://accounts.google.com", "iat": now - 60, "exp": now + 3_540}

    def event(self, draft: Json | None = None, locale: str = "en-GB", **common: object) -> Json:
        """Return the body of a call about a draft."""
        return {
            "commonEventObject": {"hostApp": "GMAIL", "platform": "WEB", "userLocale": locale, **common},
            "authorizationEventObject": {
                "userIdToken": signed(self.person()),
                "authorizedScopes": [METADATA_SCOPE, ADDRESS_SCOPE],
            },
            "gmail": {"messageId": "msg-a:r1", **(draft or {})},
        }

    def post(self, name: str, event: Json, token: str | None = "good") -> Response:
        """Call a route; `token` is the system token, a good one unless it is given."""
        text = signed(self.system()) if token == "good" else token
        headers = {} if text is None else {"Authorization": f"Bearer {text}"}
        return self.server.anonymous.post(f"/gmail/addon/{name}", json=event, headers=headers)

    def compose(self, draft: Json, locale: str = "en-GB") -> Json:
        """Open the add-on beside a draft and return its card."""
        answer = self.post("compose", self.event(draft, locale))
        assert answer.status_code == 200, answer.text
        card: Json = answer.json()["action"]["navigations"][0]["pushCard"]
        return card

    def press(
        self, card: Json, operation: str, draft: Json, reason: str | None = None, note: str | None = None
    ) -> Json:
        """Press a button of a card and return what Gmail is told to do."""
        parameters = {pair["key"]: pair["value"] for pair in button(card, operation)["parameters"]}
        texts = {"reason": reason, "note": note}
        typed = {name: {"stringInputs": {"value": [text]}} for name, text in texts.items() if text is not None}
        answer = self.post("action", self.event(draft, parameters=parameters, formInputs=typed))
        assert answer.status_code == 200, answer.text
        told: Json = answer.json()["renderActions"]
        return told

    def records(self, kind: str = "decision.recorded") -> list[Json]:
        """Return what the journal holds of a kind, oldest first."""
        answer = self.server.admin.get("/v1/journal", params={"kind": kind})
        assert answer.status_code == 200, answer.text
        return list(reversed(answer.json()["records"]))


def draft(to: list[str] | None = None, cc: list[str] | None = None, bcc: list[str] | None = None) -> Json:
    """Return a draft as the event shows it, with all three lists."""
    return {"toRecipients": to or [], "ccRecipients": cc or [], "bccRecipients": bcc or []}


def buttons(card: Json) -> list[Json]:
    """Return the action of every button that calls us."""
    widgets = [widget for section in card["sections"] for widget in section["widgets"]]
    lists = [widget["buttonList"]["buttons"] for widget in widgets if "buttonList" in widget]
    return [found["onClick"]["action"] for each in lists for found in each if "action" in found["onClick"]]


def operation_of(action: Json) -> str:
    """Return what a button asks for."""
    asked: str = next(pair["value"] for pair in action["parameters"] if pair["key"] == "op")
    return asked


def button(card: Json, operation: str) -> Json:
    """Return the action of the button that asks for this."""
    return next(action for action in buttons(card) if operation_of(action) == operation)


def state(card: Json) -> str:
    """Return the word above the first sentence."""
    word: str = card["sections"][0]["widgets"][0]["decoratedText"]["topLabel"]
    return word
