"""What is refused about retention and rights, in one sentence each."""

from typing import ClassVar

from atesaki.judgement.errors import AtesakiError


class RightsInvalid(AtesakiError):
    """A request that can't be understood; `field` says where."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "rights-invalid"


class UnderLegalHold(AtesakiError):
    """Somebody asks for the erasure of what is under a legal hold."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "under-legal-hold"


class NotTheSecondPerson(AtesakiError):
    """Whoever asked for an erasure wants to approve it too."""

    status: ClassVar[int] = 403
    type: ClassVar[str] = "not-the-second-person"


class RightsNotFound(AtesakiError):
    """There is no such request or hold, or it is over."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "rights-not-found"


class RetentionChanged(AtesakiError):
    """Somebody else changed the periods in the meantime."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "retention-changed"
