"""What the pages of rosters say, in plain words, of what the code calls by short names."""

from __future__ import annotations

from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _

HANDLINGS = {
    "protected": (
        _("Protected"),
        _("Members must not see each other's addresses: a mail with two of them in To or Cc is stopped."),
    ),
    "sensitive": (
        _("Sensitive"),
        _("That somebody is on this list is itself confidential: staff are asked to mail each person separately."),
    ),
    "open": (
        _("Open"),
        _("Members know each other, such as a committee: they may stand together in To or Cc."),
    ),
}
ENCODINGS = {
    "utf-8-sig": "UTF-8",
    "cp932": "Shift_JIS (Windows)",
    "euc_jp": "EUC-JP",
    "iso2022_jp_ext": "JIS (ISO-2022-JP)",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 LE",
    "utf-16-be": "UTF-16 BE",
    "utf-32": "UTF-32",
}
DELIMITERS = {",": _("Comma"), "\t": _("Tab"), ";": _("Semicolon"), "|": _("Vertical bar")}
WARNINGS = {
    "empty": _("Nobody in this file could be read, so it can't be imported. Check below which column holds what."),
    "many_leave": _("More than half of the members would leave. Is it the right file, and the whole of it?"),
    "many_rejected": _("Many rows can't be read. Look at the rejected rows first."),
    "not_addresses": _("A column that you took for e-mail addresses holds mostly something else."),
    "not_names": _("A column that you took for names holds numbers or e-mail addresses."),
    "unused_addresses": _("Another column holds e-mail addresses too, and is not used."),
}
CHANGES = {"joined": _("Joins"), "left": _("Leaves"), "changed": _("Changes")}
RECEPTIONS = {
    "no_domain": _("There is no such domain (any more)."),
    "no_server": _("The domain has no mail server."),
    "refuses_mail": _("The domain says that it takes no mail."),
}
PROVIDERS = {"microsoft": "Microsoft 365", "google": "Google Workspace"}
PROBLEMS = {
    "directory-unavailable": _("The directory could not be reached. The members stay as they are; it is tried again."),
    "directory-busy": _("The directory asked us to wait. The members stay as they are; it is tried again."),
    "directory-refused": _("The directory does not let Atesaki in. Ask IT to check the permissions."),
    "directory-missing": _("The directory of this group is no longer set up. Ask IT, or stop following the group."),
    "group-missing": _("The group is not there any more. Choose another one, or stop following it."),
    "group-too-large": _("The group has too many members for a roster. The members stay as they are."),
    "group-incomplete": _("Some members of the group have no address that could be read; they are not on the roster."),
    "group-less-readable": _(
        "More members of the group can't be read than before, so whoever seemed to leave stays on the roster. "
        "Look at the group, and confirm if they should leave."
    ),
    "sync-would-empty": _(
        "The group is empty now, or nobody in it can be read. The roster keeps its members; look at the group."
    ),
    "sync-would-shrink": _(
        "More than half of the members have left the group. Look at it, and confirm if it is right."
    ),
}
OTHER_PROBLEM = _("The last sync did not work. The members stay as they are; it is tried again.")


def problem_of(ask: Ask, problem: str | None) -> str:
    """Return what a roster's source says went wrong, empty where nothing did."""
    return ask.text(PROBLEMS.get(problem, OTHER_PROBLEM)) if problem else ""
