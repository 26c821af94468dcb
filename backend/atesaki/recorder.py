"""The port to the journal of whatever records a change before it makes it."""

from collections.abc import Mapping
from typing import Protocol


class Recorder(Protocol):
    """Makes an entry of the journal durable; the call returns when it is, and raises where it can't be."""

    def __call__(
        self, kind: str, subject: str, body: Mapping[str, object], personal: Mapping[str, object] | None
    ) -> object:
        """Record `body` under `kind` (such as `policy.published`) and `subject`; `personal` is kept apart from it."""
