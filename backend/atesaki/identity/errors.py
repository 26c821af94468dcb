"""Why a call is refused before it is looked at, in one sentence each."""

from typing import ClassVar

from atesaki.judgement.errors import AtesakiError


class KeyRequired(AtesakiError):
    """A client's call without a deployment key, or with one that is not valid."""

    status: ClassVar[int] = 401
    type: ClassVar[str] = "deployment-key-required"
    challenge: ClassVar[str] = "Atesaki-Key"


class TokenRequired(AtesakiError):
    """An admin's or auditor's call without the admin token, or with one that is not valid."""

    status: ClassVar[int] = 401
    type: ClassVar[str] = "admin-token-required"
    challenge: ClassVar[str] = "Bearer"


class NotPermitted(AtesakiError):
    """The caller is known but may not do this."""

    status: ClassVar[int] = 403
    type: ClassVar[str] = "not-permitted"


class RateLimited(AtesakiError):
    """Too many calls; `retry_after` is in whole seconds (RFC 9110 §10.2.3)."""

    status: ClassVar[int] = 429
    type: ClassVar[str] = "rate-limited"

    def __init__(self, detail: str, *, scope: str, retry_after: int) -> None:
        super().__init__(detail)
        self.scope = scope
        self.retry_after = retry_after
