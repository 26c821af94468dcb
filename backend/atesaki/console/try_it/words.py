"""The texts of Try it that are chosen by a name, marked for the catalogs."""

from collections.abc import Mapping
from typing import Final

from atesaki.console.shell.text import mark as _

LANGUAGES: Final[Mapping[str, str]] = {"ja": "日本語", "en": "English"}
"""Each language by its own name."""

FIELDS: Final[Mapping[str, str]] = {
    "sender": _("From"),
    "to": _("To"),
    "cc": _("Cc"),
    "bcc": _("Bcc"),
    "subject": _("Subject"),
    "body": _("Text"),
    "attachments": _("Names of attachments"),
    "thread_recipients": _("People who could already see each other in the earlier mails"),
    "mail": _("Or a saved mail (.eml)"),
    "key": _("Deployment key"),
    "rules": _("Rules"),
    "now": _("Time"),
}
"""The fields of the form and of a mail's header."""

MEETING_FIELDS: Final[Mapping[str, str]] = {
    **FIELDS,
    "sender": _("Organizer"),
    "to": _("Required attendees"),
    "cc": _("Optional attendees"),
}
"""The same of a meeting, as its attendees see them."""

THREADS: Final[Mapping[str, str]] = {
    "new": _("A new mail"),
    "reply": _("A reply"),
    "reply_all": _("A reply to all"),
    "forward": _("A forwarded mail"),
    "appointment": _("A meeting: To are its required attendees, Cc the optional ones"),
}
"""How a mail continues a conversation, or that it is none."""

EXAMPLES: Final[Mapping[str, str]] = {
    "volunteers_in_to": _("26 volunteers in To"),
    "volunteers_in_bcc": _("The same 26 in Bcc"),
    "committee": _("A committee of 8"),
    "one_outsider": _("One outside person"),
}
"""The messages that the page offers."""

ACTIONS: Final[Mapping[str, str]] = {
    "allow": _("Can be sent"),
    "warn": _("Please check"),
    "block": _("Stopped"),
}
"""What an answer means for the mail."""

RULE_ACTIONS: Final[Mapping[str, str]] = {
    "allow": _("allow"),
    "warn": _("warn"),
    "block": _("block"),
}
"""What a rule asks for."""

RELEASES: Final[Mapping[str, str]] = {
    "send_anyway": _("The sender could still send it after this warning."),
    "acknowledge": _("It could still be sent once the sender has confirmed that the recipients are right."),
    "justify": _("It could still be sent once the sender has given a reason."),
    "second_check": _("It could still be sent once a colleague has checked it."),
    "never": _("It cannot be sent like this."),
}
"""What lets a held mail go."""

MODES: Final[Mapping[str, str]] = {
    "enforce": _("in force"),
    "simulate": _("only recorded"),
}
"""Whether a rule is in force."""

PROBLEMS: Final[Mapping[str, str]] = {
    "sender_missing": _("Please enter the address that the mail comes from."),
    "sender_unreadable": _("Please enter one complete address, such as staff@hall.example."),
    "too_many": _("There are more than 10,000 recipients."),
    "unreadable_value": _("This contains characters that a mail cannot have, or is too long."),
    "unreadable_mail": _("This file is not a mail. Please save the mail as .eml and choose it again."),
    "mail_too_hard": _("This mail takes too long to read. Please type its recipients instead."),
    "mail_too_large": _("This mail is larger than 25 MB. Please save it without its attachments."),
    "key_unknown": _("This key is not known. Please copy it again."),
    "too_often": _("Too many checks in a short time. Please wait a moment and try again."),
    "too_often_unread": _("Too many checks in a short time. Please wait a moment and choose or type the mail again."),
    "busy": _("Other mails are being read right now. Please wait a moment and try again."),
    "busy_unread": _("Other mails are being read right now. Please wait a moment and choose or type the mail again."),
    "not_recorded": _("The check could not be recorded, so there is no answer. Please try again in a moment."),
    "refused": _("The check was refused."),
    "rules_broken": _("These rules can't be used as they are."),
    "no_time": _("Please choose a date and a time."),
}
"""Why there is no answer."""

VERDICTS: Final[Mapping[str, str]] = {
    "fired": _("Fired"),
    "error": _("Could not be judged, so it warns"),
    "exempt": _("Exempt"),
    "silent": _("Did not fire"),
    "not in force": _("Not in force"),
}
"""What became of a rule."""

ANSWERS: Final[Mapping[bool | None, str]] = {True: _("holds"), False: _("doesn't hold"), None: _("can't tell")}
"""What became of a condition."""

HISTORIES: Final[Mapping[str, str]] = {
    "real": _("As it is"),
    "nobody": _("The sender has never mailed anybody"),
    "everybody": _("The sender has mailed all of them before"),
}
"""What may be assumed about earlier mails."""

ROSTERS: Final[Mapping[str, str]] = {
    "real": _("As they are"),
    "late": _("All out of date"),
    "none": _("Nobody is on a roster"),
}
"""What may be assumed about rosters."""

COUNTED: Final[Mapping[str, tuple[str, str]]] = {
    "seen": (
        _("This arrives with the recipient:"),
        _("This arrives with all %(count)s recipients:"),
    ),
    "people": (
        _("1 address"),
        _("%(count)s addresses"),
    ),
    "rest": (
        _("Show 1 more"),
        _("Show %(count)s more"),
    ),
    "after_move_to_bcc": (
        _("Moved to Bcc. This arrives with the recipient:"),
        _("Moved to Bcc. This arrives with all %(count)s recipients:"),
    ),
    "after_send_individually": (
        _("A separate mail for this person, who sees only their own address:"),
        _("%(count)s separate mails, one for each person. Each person sees only their own address:"),
    ),
    "after_send_individually_of_meeting": (
        _("A separate meeting for this person, who sees only their own address:"),
        _("%(count)s separate meetings, one for each person. Each person sees only their own address:"),
    ),
    "after_remove": (
        _("Without the recipients in question, this arrives with 1 recipient:"),
        _("Without the recipients in question, this arrives with %(count)s recipients:"),
    ),
}
"""Texts for one and for many; a plural form would not do, because Japanese says them differently too."""
