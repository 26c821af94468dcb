"""How retention and rights write to the journal."""

from collections.abc import Mapping
from typing import Protocol


class Records(Protocol):
    """Makes an entry of the journal durable; the call returns when it is, and raises where it can't be."""

    def __call__(
        self, kind: str, subject: str, body: Mapping[str, object], personal: Mapping[str, object] | None
    ) -> object:
        """Record `body` and, apart from it, what is `personal`."""
