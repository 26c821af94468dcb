"""Why a directory gave no answer, in one sentence each and without an address."""

from typing import ClassVar

from atesaki.judgement.errors import AtesakiError


class DirectoryError(AtesakiError):
    """A directory could not be asked."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "directory-unavailable"


class DirectoryUnavailable(DirectoryError):
    """The directory can't be reached, is broken, or says what nobody can read."""


class DirectoryFaulty(DirectoryUnavailable):
    """The directory, or its sign-in, says that it has a fault of its own: nothing here can mend it."""


class DirectoryBusy(DirectoryError):
    """The directory asks us to wait; `retry_after` says how many seconds."""

    type: ClassVar[str] = "directory-busy"

    def __init__(self, detail: str, retry_after: float) -> None:
        super().__init__(detail)
        self.retry_after = max(1, round(retry_after))


class DirectoryRefused(DirectoryError):
    """The directory doesn't let us in, or not to this."""

    status: ClassVar[int] = 502
    type: ClassVar[str] = "directory-refused"


class GroupMissing(DirectoryError):
    """The directory has no such group, or not any more."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "group-missing"


class GroupTooLarge(DirectoryError):
    """The group has more members than are of use; who they are is not known."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "group-too-large"
