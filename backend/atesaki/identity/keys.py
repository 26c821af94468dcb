"""Keys and tokens known only by their SHA-256 digest, compared in constant time."""

import hashlib
import hmac
from collections.abc import Iterable


def digest_of(secret: str | bytes) -> str:
    """SHA-256 of a secret, in hexadecimal.

    A plain hash is enough: the secrets are random, not chosen by people (NIST SP 800-63B §5.1.2.2 is about those).
    """
    return hashlib.sha256(secret.encode() if isinstance(secret, str) else secret).hexdigest()


class KeyRing:
    """The keys of one kind that are valid now; several while one replaces another."""

    def __init__(self, digests: Iterable[str]) -> None:
        self._digests = tuple(digests)

    @classmethod
    def of(cls, secrets: Iterable[str]) -> "KeyRing":
        """Build a ring of secrets instead of digests."""
        return cls(digest_of(secret) for secret in secrets)

    def __len__(self) -> int:
        return len(self._digests)

    def match(self, secret: str | bytes) -> str | None:
        """Return the digest of a valid secret, `None` for any other; how long it takes tells nothing."""
        digest = digest_of(secret)
        valid = False
        for known in self._digests:
            valid |= hmac.compare_digest(known, digest)
        return digest if valid else None
