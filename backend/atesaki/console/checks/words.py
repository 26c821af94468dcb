"""The words of these pages: what became of a check, where recipients stand, and who they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from atesaki.console.shell.text import mark as _
from atesaki.identity.verifier import Assurance
from atesaki.judgement.organization import Audience
from atesaki.sending.second_check_state import State

STATES: Final[Mapping[State, str]] = {
    "waiting": _("Waits for an answer"),
    "granted": _("May be sent"),
    "declined": _("Not yet"),
    "expired": _("Time ran out"),
    "used": _("Sent after the check"),
    "withdrawn": _("Withdrawn"),
}

BADGES: Final[Mapping[State, str]] = {
    "waiting": "warn",
    "granted": "allow",
    "declined": "block",
    "expired": "quiet",
    "used": "allow",
    "withdrawn": "quiet",
}

ASSURANCES: Final[Mapping[Assurance, str]] = {
    "verified": _("by their sign-in"),
    "claimed": _("by the mail program's word"),
}

FIELDS: Final[Mapping[str, str]] = {"to": _("To"), "cc": _("Cc"), "bcc": _("Bcc")}

FIELDS_OF_MEETING: Final[Mapping[str, str]] = {
    **FIELDS,
    "to": _("Required attendees"),
    "cc": _("Optional attendees"),
}
"""The same of a meeting, as whoever planned it knows it."""

AUDIENCES: Final[Mapping[Audience, str]] = {
    "internal": _("colleague"),
    "partner": _("partner"),
    "external": _("outside"),
}
