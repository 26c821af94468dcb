"""What `atesaki doctor` says of checkers: a rule that waits for another person needs one."""

import contextlib
from collections.abc import Iterator
from typing import Final

from atesaki.cli.diagnosis import Diagnosis, ok, problem
from atesaki.identity.person import Role
from atesaki.identity.registry import anybody_may
from atesaki.judgement.errors import AtesakiError
from atesaki.policies.load import load_published
from atesaki.policies.revisions import RevisionStore
from atesaki.settings import Settings
from atesaki.storage.engine import Store

_CHECKERS: Final[frozenset[Role]] = frozenset({"checker", "admin"})


def checkers(settings: Settings, store: Store) -> Iterator[Diagnosis]:
    """Look whether anybody may answer, where the rules in force ask for a second check."""
    if not _asked_for(store):
        return
    by_provider = settings.oidc_issuer and (settings.oidc_checkers or settings.oidc_admins)
    if anybody_may(store, _CHECKERS) or (by_provider and not _nameless(settings)):
        yield ok("checks", "A rule asks for a second check, and somebody may give it.")
    elif by_provider:
        sentence = "A rule asks for a second check, and no account of Entra has an address that says whose mail it is."
        yield problem("checks", sentence, "Set ATESAKI_OIDC_TRUST_EMAIL=true, so that somebody may give it.")
    else:
        sentence = "A rule asks for a second check, and nobody may give it: such mails are held for good."
        yield problem("checks", sentence, "Invite a checker in the console under People, or set ATESAKI_OIDC_CHECKERS.")


def _nameless(settings: Settings) -> bool:
    """Tell whether the provider is Entra, which calls no address verified, and is not trusted with them."""
    return (settings.oidc_issuer or "").startswith(f"{settings.entra_authority}/") and not settings.oidc_trust_email


def _asked_for(store: Store) -> bool:
    newest = next(RevisionStore(store).newest_first(), None)
    # What doesn't load is told by those who look at the policies.
    with contextlib.suppress(AtesakiError):
        return newest is not None and load_published(newest.files).policy_set.asks_for_checks
    return False
