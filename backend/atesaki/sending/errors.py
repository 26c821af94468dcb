"""What a sender's client may be refused at the moment of Send, in one sentence each."""

from typing import ClassVar

from atesaki.judgement.errors import AtesakiError


class RequestInvalid(AtesakiError):
    """A request that can be read as JSON but not understood; `field` says where."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "invalid-request"


class DecisionNotFound(AtesakiError):
    """No decision has this id, or its personal data has been deleted since."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "decision-not-found"


class DecisionExpired(AtesakiError):
    """The decision is too old to be released; the message has to be checked again."""

    status: ClassVar[int] = 410
    type: ClassVar[str] = "decision-expired"


class ReleaseNotAllowed(AtesakiError):
    """The decision asks for another release than the one that was offered."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "release-not-allowed"


class ReleaseUsed(ReleaseNotAllowed):
    """The decision was released, and its message has gone; the next one has to be checked by itself."""

    type: ClassVar[str] = "release-used"


class NotTheSender(AtesakiError):
    """Somebody else than the verified sender tries to release the message."""

    status: ClassVar[int] = 403
    type: ClassVar[str] = "not-the-sender"


class SecondCheckNotAsked(AtesakiError):
    """Nobody asked another person to check this message."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "second-check-not-asked"


class SecondCheckAnswered(AtesakiError):
    """The check does not wait any more: somebody has answered it, its sender withdrew it, or its time is over."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "second-check-answered"


class OwnMessage(AtesakiError):
    """Nobody is the second person for their own message."""

    status: ClassVar[int] = 403
    type: ClassVar[str] = "own-message"


class IdempotencyKeyReused(AtesakiError):
    """The same Idempotency-Key came with another request (draft-ietf-httpapi-idempotency-key-header §2.7)."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "idempotency-key-reused"


class IdempotencyKeyInUse(AtesakiError):
    """The first request with this Idempotency-Key is still under way."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "idempotency-key-in-use"
    retry_after: ClassVar[int] = 1


class OrganizationInvalid(AtesakiError):
    """A setting of the organization that can't be used; `field` says which."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "invalid-organization"


class OrganizationChanged(AtesakiError):
    """Another organization is in force than the one that this change would replace (RFC 9110 §13.1.1)."""

    status: ClassVar[int] = 412
    type: ClassVar[str] = "organization-changed"
