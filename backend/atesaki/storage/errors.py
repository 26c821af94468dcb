"""What can be wrong with the store, in one sentence each."""

from typing import ClassVar

from sqlalchemy.exc import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as StoreTimeout

from atesaki.judgement.errors import AtesakiError

STORE_AWAY = (OperationalError, InterfaceError, InternalError, StoreTimeout)
"""What is raised while the store is away, locked or full."""


class StoreUnavailable(AtesakiError):
    """The store can't be used: a bad address, no permission, a newer version's schema, a full disk, a lock."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "store-unavailable"
    retry_after: ClassVar[int] = 2
    """Seconds for the Retry-After header (RFC 9110 §10.2.3)."""


class StoreOfNewerVersion(StoreUnavailable):
    """A newer version of the program has changed the schema; nothing is wrong with the store or its address."""


class StoreInUse(AtesakiError):
    """Another process writes to this SQLite store; it has exactly one writing process."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "store-in-use"


class StoreMoved(StoreUnavailable):
    """The SQLite file at the path of the store is no longer the one that this process writes."""
