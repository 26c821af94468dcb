"""An identity provider in memory: it signs tokens with its own key and hands out its key set."""

import json
from base64 import urlsafe_b64encode
from functools import cache
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jws, jwt
from joserfc.jwk import OctKey, RSAKey

from atesaki.identity.jwks import Fetched

KEY_ID = "k1"

_ANY = jws.JWSRegistry(algorithms=["RS256", "RS512", "HS256"], strict_check_header=False)


def rsa_key(name: str = KEY_ID, bits: int = 2_048) -> RSAKey:
    """Return the key pair of this name, made once, since that takes long."""
    return _made(name, bits)


@cache
def _made(name: str, bits: int) -> RSAKey:
    made = rsa.generate_private_key(public_exponent=65_537, key_size=bits)
    return RSAKey(made, made, {"kid": name})


def public(key: RSAKey, **more: str) -> dict[str, Any]:
    """Return the public part as it stands in a key set."""
    return {**key.as_dict(private=False), "use": "sig", "alg": "RS256", **more}


def signed(claims: dict[str, Any], header: dict[str, Any] | None = None, key: RSAKey | OctKey | None = None) -> str:
    """Return a token; header and key are the provider's unless they are given."""
    used = header or {"alg": "RS256", "kid": KEY_ID}
    return jwt.encode(used, claims, key or rsa_key(), registry=_ANY)


def unsigned(claims: dict[str, Any]) -> str:
    """Return a token of the algorithm `none`, with an empty signature (RFC 7519 §6)."""
    parts = ({"alg": "none", "kid": KEY_ID}, claims)
    return "".join(urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") + "." for part in parts)


class FakeProvider:
    """Hands out its keys, counts how often it was asked, and can be `down`."""

    def __init__(self) -> None:
        self.keys = [public(rsa_key())]
        self.asked: list[str] = []
        self.down = False
        self.max_age = 3_600.0

    def fetch(self, url: str) -> Fetched:
        """Return the key set, or raise `OSError`."""
        self.asked.append(url)
        if self.down:
            raise ConnectionRefusedError
        return Fetched(json.dumps({"keys": self.keys}).encode(), self.max_age)
