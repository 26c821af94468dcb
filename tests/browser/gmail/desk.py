"""One mail on a page with one adapter alone: what every adapter has to do is tried at each of these desks."""

from typing import Any

import pytest
from tests.browser.gmail.gmail import Gmail, Guarded

PLACES = [
    ("inboxsdk", "window"),
    ("inboxsdk", "fullscreen"),
    ("dom", "window"),
    ("dom", "fullscreen"),
    # InboxSDK finds a reply by Gmail's own list of mails, which a page of ours has not, and refuses pop-outs.
    ("dom", "inline"),
    ("dom", "popout"),
]

DESKS = pytest.mark.parametrize(("alone", "where"), PLACES, indirect=["alone"], ids=[" ".join(each) for each in PLACES])

WINDOWS = pytest.mark.parametrize(
    ("alone", "where"), [("inboxsdk", "window"), ("dom", "window")], indirect=["alone"], ids=["inboxsdk", "dom"]
)
"""For what does not depend on where a mail is written."""


class Desk:
    """A page with an adapter alone, and the mail that is written on it."""

    def __init__(self, gmail: Gmail, guarded: Guarded, adapter: str, where: str) -> None:
        self.gmail = gmail
        self.guarded = guarded
        self._adapter = adapter
        self._where = where

    def write(self, **options: object) -> Gmail:
        """Open a mail and wait until the adapter watches it."""
        self.gmail.write(self._where, **options)
        if self._adapter == "inboxsdk":
            self.gmail.page.locator(".inboxsdk__compose").last.wait_for()
            # InboxSDK reports the mail a moment after it has marked it.
            self.gmail.page.wait_for_timeout(300)
        return self.gmail

    @property
    def asked(self) -> dict[str, Any]:
        """The message that the backend was asked about last."""
        message: dict[str, Any] = self.guarded.asked[-1]["message"]
        return message
