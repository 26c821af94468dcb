"""A journal that remembers, and can be told to fail."""

from collections.abc import Mapping

from atesaki.judgement.errors import AtesakiError


class RememberedRecords:
    """Keeps what was recorded, in order."""

    def __init__(self) -> None:
        self.records: list[tuple[str, str, dict[str, object], dict[str, object]]] = []
        self.away = False

    def __call__(self, kind: str, subject: str, body: Mapping[str, object], personal: Mapping[str, object]) -> None:
        """Record, or raise where the journal is away."""
        if self.away:
            raise AtesakiError("The journal is away.")
        self.records.append((kind, subject, dict(body), dict(personal)))
