"""The port for identity tokens: a sender is verified by a token, or only claimed."""

from typing import Literal, Protocol

from msgspec import Struct

Assurance = Literal["verified", "claimed"]


class Identity(Struct, frozen=True):
    """A person as an identity provider vouches for them; `subject` never changes and is unique with `provider`."""

    provider: str
    subject: str
    address: str | None = None

    @property
    def key(self) -> str:
        """What releases, fingerprints and rates of this person belong to."""
        return f"{self.provider}:{self.subject}"


class Verifier(Protocol):
    """Tells whose identity token this is."""

    async def verify(self, token: str) -> Identity | None:
        """Return who holds `token`; `None` for a token that is not valid, whatever is wrong.

        It never raises: a token is no precondition for a decision.
        """
        ...
