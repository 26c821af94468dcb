"""What can be wrong with the store, in one sentence each."""

from typing import ClassVar

from atesaki.judgement.errors import AtesakiError


class StoreUnavailable(AtesakiError):
    """The store can't be opened: a bad address, no permission, a schema of a newer version."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "store-unavailable"


class StoreInUse(AtesakiError):
    """Another process writes to this SQLite store; it has exactly one writing process."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "store-in-use"
