"""The journal's own words in plain language: actions, releases, outcomes, clients."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from atesaki.console.shell.text import mark as _
from atesaki.sending.answer import CheckEnd

ACTIONS: Final[Mapping[str, str]] = {"allow": _("Let through"), "warn": _("Warned"), "block": _("Blocked")}

RELEASES: Final[Mapping[str, str]] = {
    "send_anyway": _("one click"),
    "acknowledge": _("a tick"),
    "justify": _("a written reason"),
    "second_check": _("a second person"),
    "never": _("nothing"),
}

OUTCOMES: Final[Mapping[str, str]] = {
    "sent": _("Sent"),
    "sent_anyway": _("Sent all the same"),
    "fixed": _("Fixed"),
    "cancelled": _("Not sent"),
    "released": _("Let go by the sender"),
}

CLIENTS: Final[Mapping[str, str]] = {
    "outlook": _("Outlook"),
    "gmail_extension": _("Gmail (browser extension)"),
    "gmail_addon": _("Gmail (card)"),
    "smtp": _("Mail server"),
    "api": _("Another program"),
}

RECEIVERS: Final[Mapping[str, str]] = {
    "webhook": _("Webhook"),
    "syslog": _("Syslog"),
    "checkpoint folder": _("Folder"),
    "checkpoint webhook": _("Webhook"),
    "checkpoint mail": _("Mailbox"),
    "second check mail": _("Mailbox"),
}

ASSURANCES: Final[Mapping[str, str]] = {"verified": _("by their sign-in"), "claimed": _("by the mail program's word")}

READ: Final[Mapping[str, str]] = {
    "to": _("To"),
    "cc": _("Cc"),
    "bcc": _("Bcc"),
    "subject": _("Subject"),
    "body": _("Text of the mail"),
    "attachments": _("Attachments"),
    "thread": _("Conversation"),
}
"""What a mail program may have been unable to read in full."""

READ_OF_MEETING: Final[Mapping[str, str]] = {
    **READ,
    "to": _("Required attendees"),
    "cc": _("Optional attendees"),
    "body": _("Text of the meeting"),
}
"""The same of a meeting, as whoever planned it knows it."""

SOURCES: Final[Mapping[str, str]] = {
    "rosters": _("Rosters"),
    "history": _("Earlier mails"),
    "expansions": _("Members of mailing lists"),
    "sender_groups": _("Groups of the sender"),
}
"""What may not have answered."""

PLATFORMS: Final[Mapping[str, str]] = {"try-it": _("Try it")}
"""Platforms that are pages of ours; others have names of their own."""

LOOKS: Final[Mapping[str, str]] = {
    "roster_members": _("Members of the roster"),
    "roster_check": _("Addresses of the roster, to check them"),
    "roster_comparison": _("Members of the roster, before an import"),
    "roster_membership": _("On which rosters a person is"),
    "all_about_a_person": _("All about one person"),
    "trial": _("A mail that was kept under Try it"),
}
"""What was looked at, where it isn't a decision."""

EARLIER_CHECKS: Final[Mapping[CheckEnd, str]] = {
    "waiting": _("no answer yet"),
    "declined": _("declined"),
    "unanswered": _("not answered in time"),
    "ran_out": _("granted, its time ran out"),
    "used": _("granted and used"),
    "changed": _("granted, for another version"),
    "other_reasons": _("granted, but held for other reasons by now"),
}
"""What the sender was told of the second check before."""

STEPS: Final[Mapping[str, str]] = {
    "decision.released": _("The sender let it go"),
    "outcome.reported": _("The mail program reported"),
    "second_check.requested": _("The sender asked for a second check"),
    "second_check.granted": _("A second person let it go"),
    "second_check.declined": _("A second person held it back"),
    "second_check.withdrawn": _("The sender withdrew the request for a second check"),
    "personal_data.viewed": _("Somebody looked at the personal data"),
}
