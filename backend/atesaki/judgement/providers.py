"""Mailbox providers of the world and of Japan, read once from `providers.txt` beside this module.

Reading package data at import is the one I/O that the judgement allows itself: the file is part of the code.
"""

from importlib.resources import files
from typing import Final


def _entries() -> tuple[tuple[str, ...], ...]:
    lines = files(__package__).joinpath("providers.txt").read_text(encoding="utf-8").splitlines()
    return tuple(tuple(line.split()) for line in lines if line and not line.startswith("#"))


_ENTRIES = _entries()

REAL_DOMAINS: Final = frozenset(entry[0] for entry in _ENTRIES)
"""Every domain of the file: real ones, never typing errors of each other."""

MAILBOX_PROVIDERS: Final = frozenset(entry[0] for entry in _ENTRIES if entry[1] != "company")
"""Free-mail providers, mobile carriers, ISPs and hosts of mailing lists, sub-domains included.

Every address there is its own organization.
"""

MAILING_LIST_HOSTS: Final = frozenset(entry[0] for entry in _ENTRIES if entry[1] == "list")
"""Where every address is a mailing list, whatever a mail client takes it for; sub-domains included."""

FREQUENT_PROVIDERS: Final = frozenset(entry[0] for entry in _ENTRIES if "frequent" in entry[2:])
"""The providers that people write to, and mistype, most."""
