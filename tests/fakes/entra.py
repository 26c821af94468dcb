"""A tenant of Microsoft Entra ID in memory: an identity provider whose tokens are those of one member of staff."""

import time
from typing import Any

from tests.fakes.provider import FakeProvider, public, rsa_key, signed

TENANT = "11111111-2222-4333-8444-555555555555"
OTHER_TENANT = "99999999-2222-4333-8444-555555555555"
CLIENT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
PERSON = "77777777-2222-4333-8444-555555555555"
AUTHORITY = "https://login.microsoftonline.com"


class FakeEntra(FakeProvider):
    """Signs access tokens (v2.0) as they are documented; `keys` is what its key address answers."""

    def __init__(self, authority: str = AUTHORITY) -> None:
        super().__init__()
        self.authority = authority
        self.keys = [self.published("k1")]

    def published(self, name: str) -> dict[str, Any]:
        """Return a public key as Entra publishes it, with for whom it signs."""
        return public(rsa_key(name), issuer=f"{self.authority}/{{tenantid}}/v2.0")

    def claims(self, tenant: str = TENANT, person: str = PERSON) -> dict[str, Any]:
        """Return the claims of an access token that is valid for an hour."""
        now = int(time.time())
        return {
            "aud": CLIENT,
            "iss": f"{self.authority}/{tenant}/v2.0",
            "iat": now,
            "nbf": now,
            "exp": now + 3_600,
            "azp": CLIENT,
            "name": "職員 花子",
            "oid": person,
            "preferred_username": "staff@hall.example",
            "scp": "access_as_user",
            "sub": "a-subject-of-this-application",
            "tid": tenant,
            "ver": "2.0",
        }

    def token(self, **changes: object) -> str:
        """Return a signed access token; a claim that is changed to `None` is left out."""
        changed = {**self.claims(), **changes}
        return signed({name: value for name, value in changed.items() if value is not None})
