"""The words of these pages: classes of records, handlings, states of a request, targets of a hold."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from atesaki.console.shell.text import mark as _
from atesaki.judgement.facts import Handling
from atesaki.sending.rights.erasures import State
from atesaki.sending.rights.holds import Target
from atesaki.sending.rights.periods import RecordClass

CLASSES: Final[Mapping[RecordClass, str]] = {
    "decision": _("Checked mails: sender, recipients, subject"),
    "release": _("Mails that were let go: who, and the reason they wrote"),
    "roster": _("Changes of rosters: who changed them"),
    "policy": _("Changes of rules and of the organization: who changed them"),
    "sign_in": _("Sign-ins to this console"),
    "account": _("Changes of accounts"),
    "view": _("Looks at personal data: who looked, and what for"),
    "right": _("Erasures, legal holds and changes of these periods: who did it, and why"),
    "other": _("Everything else"),
}

HANDLINGS: Final[Mapping[Handling, str]] = {
    "protected": _("Mails about people on a protected roster"),
    "sensitive": _("Mails about people on a sensitive roster"),
    "open": _("Mails about people on an open roster"),
}

STATES: Final[Mapping[State, str]] = {
    "requested": _("Waits for a second person"),
    "approved": _("Approved, begins in a moment"),
    "running": _("Is being carried out"),
    "held": _("Waits until a legal hold is lifted"),
    "done": _("Erased"),
    "refused": _("Refused or withdrawn"),
    "lapsed": _("Nobody decided within 30 days"),
}

BADGES: Final[Mapping[State, str]] = {
    "requested": "warn",
    "approved": "warn",
    "running": "warn",
    "held": "block",
    "done": "allow",
    "refused": "quiet",
    "lapsed": "quiet",
}

TARGETS: Final[Mapping[Target, str]] = {
    "address": _("A person, by their address"),
    "record": _("One checked mail, by its number"),
    "roster": _("A roster and the mails about its people"),
    "period": _("A period"),
}

KINDS: Final[Mapping[str, str]] = {
    "decision.recorded": _("Checked mail"),
    "decision.released": _("Mail that was let go"),
    "second_check.requested": _("Second check that was asked for"),
    "second_check.granted": _("Second check: may be sent"),
    "second_check.declined": _("Second check: held back"),
    "second_check.withdrawn": _("Second check: request withdrawn"),
    "roster.changed": _("Change of a roster"),
    "personal_data.viewed": _("Look at personal data"),
    "policy.published": _("Change of the rules"),
    "person.signed_in": _("Sign-in"),
    "person.signed_out": _("Sign-out"),
    "sign_in.refused": _("Sign-in that failed"),
    "account.changed": _("Change of an account"),
    "organization.changed": _("Change of the organization"),
}

PLACES: Final[Mapping[str, str]] = {
    "to": _("To"),
    "cc": "Cc",
    "bcc": "Bcc",
    "sender": _("Sender"),
    "sender_key": _("Sender"),
    "subject": _("Subject"),
    "author": _("Author"),
    "by": _("Author"),
    "justification": _("Reason"),
    "purpose": _("Purpose"),
    "attachments": _("Name of a file"),
}

ERASED: Final[Mapping[str, str]] = {
    "records": _("Records of the journal"),
    "index": _("Mails in the search index"),
    "correspondents": _("Pairs of who has mailed whom"),
    "answers": _("Answers kept for a retry"),
    "uploads": _("Roster files that waited for their import"),
    "trials": _("Mails that were tried and kept as a link"),
    "rosters": _("Rosters"),
    "accounts": _("Accounts"),
    "sessions": _("Sessions"),
    "links": _("Invitations and links"),
    "authors": _("Names beside changes"),
}

_LEFT: Final[Mapping[str, str]] = {
    "roster_members": _("On a roster, since nobody asked to take the person off it."),
    "rosters": _("Owner or purpose of a roster: change it on the roster's page."),
    "policy_revisions": _(
        "In the rules or in a former revision of them: take the address out of the rules; former revisions stay."
    ),
    "policy_drafts": _("In a draft of the rules: change or delete the draft."),
    "personal": _("In records that came in while the person was being erased: ask for the erasure again."),
    "documents": _("In the settings of the organization, or in the name of a kept search."),
}


def left(found: Mapping[str, int]) -> list[str]:
    """Return in words where an address still stands; a table without words of its own is named as it is."""
    tables = dict.fromkeys(name.partition(".")[0] for name in found)
    return [_LEFT.get(table, table) for table in tables]
