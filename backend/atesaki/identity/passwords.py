"""Passwords: which are good enough (NIST SP 800-63B-4 §3.1.1.2), how they are kept, and whether one is right."""

import re
import secrets
import threading
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from typing import ClassVar, Final, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from atesaki.identity.errors import RateLimited
from atesaki.judgement.errors import AtesakiError

MIN_LENGTH: Final = 12
MAX_LENGTH: Final = 256
"""Longer texts cost only time; NIST asks that at least 64 characters are taken."""

_AT_ONCE: Final = 2
"""So many passwords are hashed at a time: each takes 64 MiB for a tenth of a second (RFC 9106 §4)."""

_PATIENCE: Final = 3.0
"""Seconds for which one waits for its turn: a flood of guesses must not keep every thread of the server waiting."""

_LONGEST_PATTERN = 4
_ORDINARY = re.compile(r"[\W\d_]+")

Fault = Literal["too_short", "too_long", "own_name", "commonplace"]

_SENTENCES: dict[Fault, str] = {
    "too_short": f"A password has at least {MIN_LENGTH} characters; several words are easy to remember.",
    "too_long": f"A password has at most {MAX_LENGTH} characters.",
    "own_name": "A password must not be made of the e-mail address.",
    "commonplace": "This password is among the first that anybody would try; choose another.",
}


class PasswordRefused(AtesakiError):
    """A new password that is easily guessed; `fault` says why."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "password-refused"

    def __init__(self, fault: Fault) -> None:
        super().__init__(_SENTENCES[fault], field="password")
        self.fault = fault


def checked_password(password: str, address: str) -> str:
    """Return a new password as it is kept; raises `PasswordRefused`."""
    password = _normal(password)
    if len(password) < MIN_LENGTH:
        raise PasswordRefused("too_short")
    if len(password) > MAX_LENGTH:
        raise PasswordRefused("too_long")
    folded = password.casefold()
    if _is_own(folded, address.casefold()):
        raise PasswordRefused("own_name")
    if folded in _commonplace() or _is_repeated(folded):
        raise PasswordRefused("commonplace")
    return password


class Passwords:
    """Hashes passwords and compares them, with Argon2id."""

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._at_once = threading.BoundedSemaphore(_AT_ONCE)
        self._nobodys = _kept_of_nobody(self._hasher)

    def hash(self, password: str) -> str:
        """Return what is kept of a password; raises `RateLimited` where too many are waiting."""
        with self._turn():
            return self._hasher.hash(_normal(password))

    def matches(self, kept: str | None, password: str) -> bool:
        """Tell whether a password is right; an account that has none, or doesn't exist, takes just as long.

        Raises `RateLimited` where too many are waiting.
        """
        if len(password) > MAX_LENGTH:
            return False
        with self._turn():
            try:
                self._hasher.verify(kept or self._nobodys, _normal(password))
            except (VerificationError, InvalidHashError):
                return False
        return kept is not None

    def is_outdated(self, kept: str) -> bool:
        """Tell whether a password was hashed with other parameters than those of today."""
        return self._hasher.check_needs_rehash(kept)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if not self._at_once.acquire(timeout=_PATIENCE):
            raise RateLimited("Too many people sign in right now; try again.", scope="passwords", retry_after=5)
        try:
            yield
        finally:
            self._at_once.release()


def _kept_of_nobody(hasher: PasswordHasher) -> str:
    """Write what is kept of no password: to check against it takes as long, and chance made its tag, so nothing fits.

    To hash a real one would cost each start a third of a second.
    """
    lengths = hasher.salt_len, hasher.hash_len
    salt, tag = (b64encode(secrets.token_bytes(each)).decode().rstrip("=") for each in lengths)
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${cost}${salt}${tag}"


def _normal(password: str) -> str:
    """Write equal characters equally, so that another keyboard types the same password (RFC 8265 §4.2)."""
    return unicodedata.normalize("NFC", password)


def _is_own(password: str, address: str) -> bool:
    local, _, domain = address.partition("@")
    left = password.replace(address, "").replace(domain, "") if domain else password
    names = sorted({local, *re.split(r"[.\-_+]", local), *domain.split(".")}, key=len, reverse=True)
    for name in names:
        left = left.replace(name, "") if len(name) > 1 else left
    return left != password and not _ORDINARY.sub("", left)


def _is_repeated(password: str) -> bool:
    """Tell whether it is one short pattern over and over, such as `abcabcabcabc`."""
    return any(
        password == (password[:length] * len(password))[: len(password)] for length in range(1, _LONGEST_PATTERN + 1)
    )


@cache
def _commonplace() -> frozenset[str]:
    lines = files("atesaki.identity").joinpath("commonplace_passwords.txt").read_text().splitlines()
    return frozenset(line for line in lines if line and not line.startswith("#"))
