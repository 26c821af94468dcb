"""What somebody else has saved of the organization since the page was made, beside what was typed."""

from __future__ import annotations

from typing import NamedTuple

from atesaki.console.organization.form import OrganizationForm
from atesaki.journal.changes import Change


class Newer(NamedTuple):
    """What is in force now, and who changed it and when, as far as that is known."""

    form: OrganizationForm
    typed: OrganizationForm
    change: Change | None

    def differs(self, *fields: str) -> bool:
        """Tell whether something else was typed than what is in force now."""
        return any(_plain(getattr(self.form, field)) != _plain(getattr(self.typed, field)) for field in fields)

    def line(self, field: str) -> str:
        """Return the lines of a text in force as one, empty where there are none."""
        return ", ".join(_plain(getattr(self.form, field)))


def _plain(value: str | frozenset[str]) -> list[str]:
    """Return what a field holds, however its lines are parted."""
    parts = value.replace(",", "\n").splitlines() if isinstance(value, str) else sorted(value)
    return [part.strip() for part in parts if part.strip()]
