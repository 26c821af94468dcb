"""What `atesaki doctor` says of the provider with which people sign in to the console."""

from collections.abc import Iterator

from atesaki.cli.diagnosis import Diagnosis, advice, ok, problem
from atesaki.identity.oidc_http import call
from atesaki.identity.oidc_provider import DISCOVERY_FAILURES, discover, read_signing_keys
from atesaki.settings import Settings


def provider(settings: Settings) -> Iterator[Diagnosis]:
    """Ask the provider who it is, and for its keys; look whether anybody can be an admin."""
    if settings.oidc_issuer is None:
        return
    yield _described(settings.oidc_issuer)
    if not settings.oidc_admins:
        sentence = "Nobody becomes an admin by signing in with the provider."
        yield advice("sign-in", sentence, "Set ATESAKI_OIDC_ADMINS, or keep an admin with a password.")


def _described(issuer: str) -> Diagnosis:
    try:
        found = discover(issuer, call)
        known = found.algorithms and read_signing_keys(call(found.jwks_uri).body)
    except DISCOVERY_FAILURES as error:
        why = f"The provider of the console's sign-in does not describe itself as it should ({type(error).__name__})"
        return problem("sign-in", f"{why}, so nobody signs in with it.", _mend(issuer))
    if not known:
        return problem("sign-in", "The provider names no key and algorithm that can be used.", _mend(issuer))
    return ok("sign-in", "The provider of the console's sign-in describes itself, and its keys can be had.")


def _mend(issuer: str) -> str:
    return f"Check ATESAKI_OIDC_ISSUER, which the provider must call itself ({issuer}), the firewall and HTTPS_PROXY."
