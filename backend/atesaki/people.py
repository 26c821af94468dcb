"""Opens what has to do with the people who use the console: their sessions, accounts, and ways to sign in."""

import datetime as dt
from typing import NamedTuple

import msgspec

from atesaki.clock import utc_now
from atesaki.foundation import Foundation, Recording, recorder
from atesaki.identity.accounts import Accounts
from atesaki.identity.allowances import Allowances
from atesaki.identity.browsers import Browsers
from atesaki.identity.grounds import Grounds
from atesaki.identity.guesses import Guesses
from atesaki.identity.links import Links
from atesaki.identity.oidc import OidcSignIn, Registration
from atesaki.identity.oidc_http import Call, call
from atesaki.identity.oidc_provider import Provider
from atesaki.identity.oidc_roles import Grants
from atesaki.identity.own_account import OwnAccount
from atesaki.identity.password_sign_in import PasswordSignIn
from atesaki.identity.passwords import Passwords
from atesaki.identity.sessions import Lifetime, Sessions
from atesaki.identity.tickets import LASTS, Tickets
from atesaki.identity.trail import Trail
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.settings import Settings

FRESH = dt.timedelta(minutes=1)
"""How long ago another process of the same start may have made the link for the first admin."""


class People(NamedTuple):
    """Sessions, accounts, and ways to sign in; `oidc` is `None` where no provider is configured."""

    trail: Trail
    guesses: Guesses
    sessions: Sessions
    accounts: Accounts
    sign_in: PasswordSignIn
    own: OwnAccount
    tickets: Tickets
    oidc: OidcSignIn | None


def open_people(base: Foundation | Recording, pseudonyms: Pseudonyms, call: Call = call) -> People:
    """Open all of it; `call` asks the identity provider."""
    settings, store = base.settings, base.store
    trail = Trail(recorder(base.journal), pseudonyms.of)
    lifetime = Lifetime(dt.timedelta(hours=settings.session_hours), dt.timedelta(minutes=settings.session_idle_minutes))
    sessions = Sessions(store, lifetime, mark=_mark(settings, pseudonyms))
    tickets = Tickets(pseudonyms.of_bytes)
    guesses = Guesses(trail, Allowances(store, pseudonyms.of_bytes, utc_now))
    grounds = Grounds(store, trail, sessions, Passwords(), guesses)
    accounts = Accounts(grounds, alone=settings.oidc_issuer is None)
    return People(
        trail=trail,
        guesses=guesses,
        sessions=sessions,
        accounts=accounts,
        sign_in=PasswordSignIn(grounds, Browsers(pseudonyms.of_bytes)),
        own=OwnAccount(grounds),
        tickets=tickets,
        oidc=_oidc(settings, tickets, accounts.links, call),
    )


def first_admin_link(people: People, *, anew: bool = False) -> str | None:
    """Return the secret of a link that creates the first admin, `None` where people can sign in already.

    Each start makes one while nobody has used any; those before it stay good until one is used.
    """
    links = people.accounts.links
    if not anew:
        recent = any(utc_now() - link.created_at < FRESH for link in links.open_ones("first_admin"))
        if people.oidc is not None or recent or people.accounts.has_admin():
            return None
    people.trail.changed("account.link_created", "first admin", "cli" if anew else "start", None, None)
    return links.create("first_admin", roles=["admin"])


def _oidc(settings: Settings, tickets: Tickets, links: Links, call: Call) -> OidcSignIn | None:
    if settings.oidc_issuer is None or settings.oidc_client_id is None:
        return None
    secret = settings.oidc_client_secret
    return OidcSignIn(
        Registration(settings.oidc_client_id, secret.get_secret_value() if secret else None),
        Provider(settings.oidc_issuer, call),
        _grants(settings),
        tickets,
        call,
        spend=lambda state: links.spend(state, utc_now() + dt.timedelta(seconds=LASTS)),
    )


def _mark(settings: Settings, pseudonyms: Pseudonyms) -> str:
    """Return what stands for everything that decides whom a provider may vouch for, and for which roles."""
    if settings.oidc_issuer is None:
        return ""
    content = settings.oidc_issuer, settings.oidc_client_id, _grants(settings)
    return pseudonyms.of_bytes(msgspec.json.encode(content))


def _grants(settings: Settings) -> Grants:
    return Grants(
        settings.oidc_roles_claim,
        {
            "admin": settings.oidc_admins,
            "auditor": settings.oidc_auditors,
            "checker": settings.oidc_checkers,
            "roster_owner": settings.oidc_roster_owners,
        },
        settings.oidc_hosted_domains,
        settings.oidc_trust_email,
    )
