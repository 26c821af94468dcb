"""Refuses bodies that are compressed, by name: read as they are, they would only be "not JSON" or no text."""

from starlette.types import ASGIApp, Receive, Scope, Send

from atesaki.api.problem import respond_error
from atesaki.judgement.errors import AtesakiError

CODING = b"content-encoding"
_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class Encoded(AtesakiError):
    """A body with a content coding (RFC 9110 §8.4); a small one could unfold to more than any limit."""

    status = 415
    type = "content-encoding"


def refuse_coding(coding: bytes) -> None:
    """Raise `Encoded` where the header `Content-Encoding` says that a body is not sent as it is."""
    if coding.strip().lower() not in {b"", b"identity"}:
        raise Encoded("Send the body as it is, without Content-Encoding; compressed ones are not read.")


class PlainBodies:
    """A plain ASGI wrapper that answers for all routes."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on unless its body is compressed."""
        if scope["type"] == "http" and scope["method"] in _WITH_BODY:
            try:
                for name, value in scope["headers"]:
                    if name == CODING:
                        refuse_coding(value)
            except Encoded as error:
                await respond_error(error)(scope, receive, send)
                return
        await self._app(scope, receive, send)
