"""What can be wrong with a roster or its file, in one sentence each and without an address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from atesaki.judgement.errors import AtesakiError

if TYPE_CHECKING:
    from atesaki.rosters.rosters import ImportReport


class RosterNotFound(AtesakiError):
    """No roster has this name."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "roster-not-found"


class RosterExists(AtesakiError):
    """A roster of this name is registered already."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "roster-exists"


class RosterBusy(AtesakiError):
    """A later import of the same roster finished first, so this one changed nothing."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "roster-busy"


class RosterChanged(AtesakiError):
    """The roster's members, or what is said of it, are others than those that were looked at."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "roster-changed"


class RosterNotYours(AtesakiError):
    """Somebody asks for a roster that isn't theirs, whether or not it exists."""

    status: ClassVar[int] = 403
    type: ClassVar[str] = "roster-not-yours"


class UploadGone(AtesakiError):
    """An uploaded file that was imported, has expired, or belongs to somebody else."""

    status: ClassVar[int] = 410
    type: ClassVar[str] = "roster-upload-gone"


class LayoutInvalid(AtesakiError):
    """A description of a file's encoding and columns that can't be taken."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "roster-layout-invalid"


class RosterInvalid(AtesakiError):
    """A name, owner, purpose or handling that can't be taken."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "roster-invalid"


class RosterFileUnreadable(AtesakiError):
    """A file that is no text in an encoding we know, or whose quotes don't match."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "roster-file-unreadable"


class NoAddressColumn(AtesakiError):
    """A file in which no column holds e-mail addresses."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "roster-no-address-column"


class RosterWouldBeEmpty(AtesakiError):
    """An import that would leave a roster without members, and so its people without protection.

    `report` says why no row was taken; `errors` is the same for the caller, in their language.
    """

    status: ClassVar[int] = 409
    type: ClassVar[str] = "roster-would-be-empty"

    def __init__(self, report: ImportReport) -> None:
        super().__init__(
            "No member could be read from this file, so the roster keeps its members; set allow_empty to empty it.",
            field="allow_empty",
        )
        self.report = report
        self.errors: list[dict[str, Any]] = []


class RosterFileTooLarge(AtesakiError):
    """A file above the limit for imports."""

    status: ClassVar[int] = 413
    type: ClassVar[str] = "roster-file-too-large"


class RosterFileKind(AtesakiError):
    """A body that is declared to be something else than text."""

    status: ClassVar[int] = 415
    type: ClassVar[str] = "roster-file-kind"


class RostersUnavailable(AtesakiError):
    """The store of rosters can't be asked or written at the moment."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "rosters-unavailable"
    retry_after: ClassVar[int] = 2
    """Seconds for the Retry-After header (RFC 9110 §10.2.3)."""
