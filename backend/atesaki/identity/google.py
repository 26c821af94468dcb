"""What holds for every ID token of Google: who issues it, where its keys are, and when its address is believed."""

from collections.abc import Mapping
from typing import Any

from atesaki.identity.errors import NotPermitted
from atesaki.identity.verifier import Identity

PROVIDER = "google"
ISSUERS = ("https://accounts.google.com", "accounts.google.com")
"""Both spellings are in use (Google Identity, "Verify the Google ID token on your server side")."""

KEYS_URL = "https://www.googleapis.com/oauth2/v3/certs"


def verified_address(claims: Mapping[str, Any]) -> str:
    """Return the address in a valid token; raises `NotPermitted` unless Google has verified it."""
    address = claims.get("email")
    if claims.get("email_verified") is not True or not isinstance(address, str) or not address:
        raise NotPermitted("The identity token holds no verified address.")
    return address


def person(claims: Mapping[str, Any], hosted_domains: tuple[str, ...] = ()) -> Identity:
    """Return the person in a valid token; where domains are named, only their people (the claim `hd`) are permitted.

    An address at a domain tells nothing about membership, so the claim is asked (Google Identity, OpenID Connect).
    """
    if hosted_domains and claims.get("hd") not in hosted_domains:
        raise NotPermitted("This Google account belongs to another organization.")
    return Identity(PROVIDER, str(claims["sub"]), verified_address(claims))
