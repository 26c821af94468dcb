"""What goes wrong with signing in and with accounts, in the words of the catalogs."""

from __future__ import annotations

from typing import Final, NamedTuple

from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _
from atesaki.identity.accounts import AccountExists, AccountInvalid, LastAdmin
from atesaki.identity.errors import RateLimited
from atesaki.identity.links import LinkInvalid
from atesaki.identity.oidc import OidcRefused
from atesaki.identity.oidc_provider import ProviderUnavailable
from atesaki.identity.password_sign_in import SignInRefused
from atesaki.identity.passwords import PasswordRefused
from atesaki.judgement.errors import AtesakiError

_PASSWORDS: Final = {
    "too_short": _("Take at least 12 characters; several words are easy to remember."),
    "too_long": _("Take at most 256 characters."),
    "own_name": _("Don't make the password of your e-mail address."),
    "commonplace": _("This password is among the first that anybody would try. Choose another."),
}
_FIELDS: Final = {
    "password": _("The address or the password is wrong."),
    "code": _("The code is wrong or was used already. Wait for the next one."),
    "old": _("This is not your present password."),
    "address": _("This is not an e-mail address."),
    "display_name": _("Enter your name, at most 100 characters."),
    "roles": _("Choose at least one role."),
}
_AGAIN: Final = _("The two passwords are not the same.")
_TOO_OFTEN: Final = _("Too many attempts. Try again in %(seconds)s seconds.")
_KINDS: Final[dict[type[AtesakiError], str]] = {
    AccountExists: _("This person has an account already."),
    LastAdmin: _("This is the last admin. Make somebody else an admin first."),
    LinkInvalid: _("This link was used already or has expired. Ask an admin for a new one."),
    OidcRefused: _("The answer of the sign-in service can't be accepted. Start again."),
    ProviderUnavailable: _("The sign-in service can't be reached now. Try again in a minute."),
}
REFUSALS: Final[tuple[type[AtesakiError], ...]] = (AccountInvalid, PasswordRefused, RateLimited, SignInRefused, *_KINDS)
"""What a page says in its own words; any other error is the shell's."""

SAVED: Final = _("Saved.")
ROLES_CHANGED: Final = _("Somebody else has changed the roles since this page was made, so yours were not saved.")
OVERFLOWED: Final = _(
    "You are in more groups than the sign-in service tells, so no role could be given. "
    "Ask an admin to use roles instead of groups."
)


class Problem(NamedTuple):
    """What is wrong: the sentence, the form field that it belongs to, and the HTTP status."""

    sentence: str
    field: str
    status: int
    headers: dict[str, str]


def problem_of(ask: Ask, error: AtesakiError) -> Problem:
    """Return what a page says of an error."""
    headers: dict[str, str] = {}
    match error:
        case RateLimited():
            headers["Retry-After"] = str(error.retry_after)
            sentence = ask.text(_TOO_OFTEN, seconds=error.retry_after)
        case PasswordRefused():
            sentence = ask.text(_PASSWORDS[error.fault])
        case _:
            sentence = ask.text(_KINDS.get(type(error), "") or _FIELDS.get(error.field or "", error.detail))
    return Problem(sentence, error.field or "", error.status, headers)


def not_the_same(ask: Ask) -> Problem:
    """Return what a page says of two different passwords."""
    return Problem(ask.text(_AGAIN), "again", 422, {})
