"""`/outlook/{key}/…`: the add-in's files, and the well-known file that lets its script ask for tokens."""

import hashlib
from collections.abc import Callable
from pathlib import PurePosixPath
from typing import Annotated, Any, ClassVar

from fastapi import APIRouter, Header, Request, Response

from atesaki.api.access import Access
from atesaki.clients.outlook import SCRIPTS, read_built, rendered_page, rendered_script
from atesaki.judgement.errors import AtesakiError
from atesaki.setting_kinds import LOOPBACK

WELL_KNOWN = "/.well-known/microsoft-officeaddins-allowed.json"

ICONS = tuple(f"icons/icon-{size}.png" for size in (16, 32, 64, 80, 128))
FILES = (*SCRIPTS, "commands.html", "pane.html", "identity.js", "view.css", *ICONS)
"""Everything that may be asked for below the key."""

_TYPES = {".js": "text/javascript", ".html": "text/html", ".css": "text/css", ".png": "image/png"}

_READING = ["GET", "HEAD"]

_OFFICE = "https://appsforoffice.microsoft.com https://*.office.net https://ajax.aspnetcdn.com"
PAGE_POLICY = (
    f"default-src 'none'; script-src 'self' {_OFFICE}; style-src 'self'; img-src 'self'; "
    "connect-src 'self' https:; frame-src https:; base-uri 'none'; form-action 'none'; frame-ancestors 'self' https:"
)
"""For pages inside Outlook: Office.js comes from Microsoft and brings a frame of its own.

Outlook frames the pages under more names than can be listed, and a missing one would leave messages unchecked;
outside Outlook the pages stay empty.
"""


class NoSuchFile(AtesakiError):
    """A name that is no file of the add-in."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "file-not-found"


MakesConfig = Callable[[str, str], dict[str, Any]]
"""Makes the configuration of a deployment from its public address and its key."""


def outlook_router(
    config_of: MakesConfig, access: Access, public_url: str | None, allowed: tuple[str, ...]
) -> APIRouter:
    """Return the routes; `allowed` are the addresses of scripts that may ask Office for tokens.

    Without a `public_url` the address that the request was made to is written into the scripts.
    """
    router = APIRouter(include_in_schema=False)

    @router.api_route("/outlook/{key}/{name:path}", methods=_READING)
    async def get_file(
        request: Request, key: str, name: str, if_none_match: Annotated[str | None, Header(max_length=1_000)] = None
    ) -> Response:
        """Return a file of the add-in: an address that never changes, asked for anew each time."""
        await access.keyed(key)
        if name not in FILES:
            raise NoSuchFile("The Outlook add-in has no such file.")
        base_url = public_url or _address(request)
        return _answer(name, _body(name, config_of(base_url, key)), if_none_match or "")

    @router.api_route(WELL_KNOWN, methods=_READING)
    def get_allowed() -> dict[str, tuple[str, ...]]:
        """Return which scripts classic Outlook may give tokens to."""
        return {"allowed": allowed}

    return router


def _address(request: Request) -> str:
    # Outlook came by https, whatever a proxy in front of us says: to http its pages could not even connect.
    url = request.base_url
    return str(url if url.hostname in LOOPBACK else url.replace(scheme="https")).rstrip("/")


def _body(name: str, config: dict[str, Any]) -> bytes:
    if name in SCRIPTS:
        return rendered_script(name, config)
    if name.endswith(".html"):
        return rendered_page(name, entra=config["entra"] is not None)
    return read_built(name)


def _answer(name: str, body: bytes, known: str) -> Response:
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "no-cache"}
    if name.endswith(".html"):
        headers["Content-Security-Policy"] = PAGE_POLICY
    if etag in known:
        return Response(status_code=304, headers=headers)
    return Response(body, media_type=_TYPES[PurePosixPath(name).suffix], headers=headers)
