"""The console's side of signing in with a provider, and what a refused sign-in tells the journal."""

import hashlib
import hmac
import time
from collections.abc import Callable, Mapping
from urllib.parse import parse_qs, urlsplit

import pytest
from tests.fakes.oidc import CLIENT, ISSUER, RETURN, SECRET, FakeOidc

from atesaki.identity.oidc import Arrival, Departure, OidcRefused, OidcSignIn, Registration
from atesaki.identity.oidc_provider import Provider
from atesaki.identity.oidc_roles import Grants
from atesaki.identity.tickets import Tickets

GRANTS = Grants("roles", {"admin": ("atesaki-admins", "boss@hall.example"), "checker": ("checkers",)})


def _seal(content: bytes) -> str:
    return hmac.new(b"a key for tests", content, hashlib.sha256).hexdigest()


class Desk:
    """The console's side, over one provider; it has a clock for tickets and tokens and one for keys."""

    def __init__(self, fake: FakeOidc, grants: Grants = GRANTS, secret: str | None = SECRET) -> None:
        self.fake = fake
        self.now, self.later = time.time(), 0.0
        self.spent: set[str] = set()
        self.provider = Provider(ISSUER, fake, lambda: self.later)
        tickets = Tickets(_seal, lambda: self.now)
        self.sign_in = OidcSignIn(
            Registration(CLIENT, secret),
            self.provider,
            grants,
            tickets,
            fake,
            spend=self._spend,
            now=lambda: self.now,
        )

    def start(self) -> Departure:
        """Send somebody to the provider."""
        return self.sign_in.start(RETURN, "/console/policies")

    def finish(self, departure: Departure, query: Mapping[str, str]) -> Arrival:
        """Let somebody come back."""
        return self.sign_in.finish(RETURN, departure.ticket, query)

    def walk(self) -> Arrival:
        """Do both."""
        departure = self.start()
        return self.finish(departure, self.fake.authorize(departure.url))

    def _spend(self, secret: str) -> bool:
        first = secret not in self.spent
        self.spent.add(secret)
        return first


def refusal(attempt: Callable[[], object]) -> str:
    """Return why an attempt is refused; it has to be."""
    with pytest.raises(OidcRefused) as refused:
        attempt()
    return refused.value.reason


def asked(departure: Departure) -> dict[str, str]:
    """Return what the provider is asked for."""
    return {name: values[0] for name, values in parse_qs(urlsplit(departure.url).query).items()}
