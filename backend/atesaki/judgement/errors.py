"""The one base of errors that a caller can mend, each with its HTTP status and a stable type."""

from typing import ClassVar


class AtesakiError(Exception):
    """An error shown to whoever caused it; one handler renders it as problem+json (RFC 9457).

    `detail` is one sentence without personal data;
    `field` is the path of the bad value, such as `message.to[0].address`.
    """

    status: ClassVar[int] = 400
    type: ClassVar[str] = "bad-request"

    def __init__(self, detail: str, *, field: str | None = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.field = field


def place_of(error: BaseException) -> str:
    """Return the module and the line that raised an error: of its own text, any piece may be an address."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return "" if trace is None else f"{trace.tb_frame.f_globals.get('__name__')}:{trace.tb_lineno}"
