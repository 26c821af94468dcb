"""What the pages of rosters say, in plain words, of what the code calls by short names."""

from __future__ import annotations

import re
from collections.abc import Callable

from starlette.responses import Response

from atesaki.console.shell import refusal
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _
from atesaki.judgement.errors import AtesakiError

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
    "group-incomplete": _("Some members of the group have no address that could be read; they are not on the roster."),
    "sync-would-empty": _("The group has no members now. The roster keeps its members; look at the group."),
    "sync-would-shrink": _(
        "More than half of the members have left the group. Look at it, and confirm if it is right."
    ),
}
OTHER_PROBLEM = _("The last sync did not work. The members stay as they are; it is tried again.")

# The sentences of errors in the slices below, which know no catalogs; a number in them is `%(number)s`.
SENTENCES = (
    _("This roster isn't yours, or there is none of this name."),
    _("Only an admin may give a roster to another owner."),
    _("Only an admin may make the handling of a roster less strict."),
    _("No roster has this name."),
    _("A roster of this name is registered already."),
    _("A roster's name has 1 to 100 characters."),
    _("This text has at most 1,000 characters."),
    _("A roster's name has no slash and no control characters."),
    _("This text has no control characters."),
    _("This file is no longer here: it was imported, or an hour has passed. Upload it again."),
    _("This roster has changed since you looked at the preview; look at it again."),
    _("Another import of this roster finished first; nothing was changed."),
    _("This roster was changed in the meantime."),
    _("This roster was deleted in the meantime."),
    _("This is a workbook; save it as CSV (UTF-8) and import that file."),
    _("This is not a text file; save the roster as CSV (UTF-8)."),
    _("The file can't be read as a table."),
    _("Line %(number)s is not readable text; save the file as CSV (UTF-8)."),
    _("Line %(number)s is not readable text in this encoding."),
    _("Line %(number)s is too long for a table."),
    _("The quotation mark opened in line %(number)s is never closed."),
    _("Each column of the file has one meaning."),
    _("The rosters can't be read at the moment."),
    _("The rosters can't be written at the moment."),
    _("The group has changed since you looked at the preview; look at it again."),
    _("The group has no members with an address, so the roster keeps its own."),
    _("This server isn't told how to reach the directory of this group."),
    _("Microsoft Graph refuses: grant GroupMember.Read.All and User.Read.All to the app, with admin consent."),
    _("Microsoft Graph can't be reached or does not answer as it should."),
    _("Microsoft Graph knows no such group."),
    _("Microsoft Graph asks us to wait."),
    _("The sign-in service of Microsoft can't be reached."),
    _("The sign-in service of Microsoft has a fault at the moment."),
    _("Microsoft doesn't sign this server in: check ATESAKI_GRAPH_CLIENT_ID and its secret."),
    _(
        "Google refuses: give the service account its three read-only scopes by domain-wide delegation,"
        " and check ATESAKI_GOOGLE_ADMIN."
    ),
    _("Google's directory can't be reached or does not answer as it should."),
    _("Google knows no such group."),
    _("Google asks us to wait."),
)
_NUMBER = re.compile(r"\d[\d,]*")


def said(ask: Ask, error: AtesakiError) -> str:
    """Return the sentence of an error in the visitor's language."""
    found = _NUMBER.search(error.detail)
    if error.detail in SENTENCES or found is None:
        return ask.text(error.detail)
    general = _NUMBER.sub("%(number)s", error.detail, count=1)
    return ask.text(general, number=found[0]) if general in SENTENCES else error.detail


def telling(handler: Callable[[Ask], Response]) -> Callable[[Ask], Response]:
    """Let a handler's errors be told in the visitor's language."""

    def told(ask: Ask) -> Response:
        try:
            return handler(ask)
        except AtesakiError as error:
            return refusal.problem(ask, error.status, said(ask, error))

    return told


def problem_of(ask: Ask, problem: str | None) -> str:
    """Return what a roster's source says went wrong, empty where nothing did."""
    return ask.text(PROBLEMS.get(problem, OTHER_PROBLEM)) if problem else ""
