"""What the journal refuses, in one sentence each."""

from typing import ClassVar

from atesaki.judgement.errors import AtesakiError


class JournalUnavailable(AtesakiError):
    """A record can't be made durable now; whoever asked gets no answer but this."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "journal-unavailable"
    retry_after: ClassVar[int] = 2
    """Seconds for the Retry-After header (RFC 9110 §10.2.3)."""


class JournalKeyUnusable(AtesakiError):
    """The signing key of the journal can't be read or made."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "journal-key-unusable"


class RecordNotFound(AtesakiError):
    """No record has this id or subject."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "record-not-found"


class RecordUnreadable(AtesakiError):
    """A record is not as anything here would have written it."""

    status: ClassVar[int] = 500
    type: ClassVar[str] = "record-unreadable"


class ExportUnreadable(AtesakiError):
    """A file is not an export of the journal."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "export-unreadable"


class ParquetUnavailable(AtesakiError):
    """Parquet was asked for, and the package that writes it is not installed."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "parquet-unavailable"


class RotationRefused(AtesakiError):
    """The signing key can't be changed now."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "key-rotation-refused"


class AcceptRefused(AtesakiError):
    """Nobody can vouch for the end of this stream."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "accept-refused"


class NotProven(AtesakiError):
    """No signed checkpoint covers the record yet."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "not-proven-yet"
