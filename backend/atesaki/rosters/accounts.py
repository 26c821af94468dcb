"""Asks the directory about our own addresses: whose account is switched off, and which ones it doesn't know."""

import time
from collections.abc import Iterable, Sequence
from typing import Literal, Protocol

from msgspec import Struct

from atesaki.clock import Clock, utc_now
from atesaki.judgement.errors import AtesakiError
from atesaki.rosters.kept_answers import KeptAnswers

Standing = Literal["active", "disabled", "missing"]


class Accounts(Protocol):
    """A directory, as this check sees it."""

    def standing(self, address: str) -> Standing:
        """Whether the directory knows the address, and its account is in use; raises an `AtesakiError` if it can't."""


class AccountCheck(Struct, frozen=True):
    """Addresses whose account is switched off or missing; `unknown` counts those that no directory answered about."""

    disabled: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    active: int = 0
    unknown: int = 0


class AccountStandings:
    """Knows the standing of addresses; several directories may each hold some of them."""

    def __init__(
        self,
        directories: Sequence[Accounts],
        now: Clock = utc_now,
    ) -> None:
        self._directories = directories
        self._kept: KeptAnswers[Standing] = KeptAnswers(now)

    def __bool__(self) -> bool:
        return bool(self._directories)

    def ask(self, addresses: Iterable[str], seconds: float) -> AccountCheck:
        """Ask for so many seconds; what there was no time for, or no answer to, stays unknown."""
        until = time.monotonic() + seconds
        found: dict[Standing, list[str]] = {"active": [], "disabled": [], "missing": []}
        unknown = 0
        for address in addresses:
            standing = self._standing(address, until)
            if standing is None:
                unknown += 1
            else:
                found[standing].append(address)
        return AccountCheck(tuple(found["disabled"]), tuple(found["missing"]), len(found["active"]), unknown)

    def _standing(self, address: str, until: float) -> Standing | None:
        kept = self._kept.get(address)
        if kept is not None or time.monotonic() >= until:
            return kept
        standing = _best([_answer(directory, address) for directory in self._directories])
        if standing is not None:
            self._kept.keep(address, standing)
        return standing


def _answer(directory: Accounts, address: str) -> Standing | None:
    try:
        return directory.standing(address)
    except AtesakiError:
        return None


def _best(answers: Sequence[Standing | None]) -> Standing | None:
    """What they say together: whoever is active somewhere is; a directory that is silent may know more."""
    if "active" in answers:
        return "active"
    if None in answers:
        return None
    return "disabled" if "disabled" in answers else "missing"
