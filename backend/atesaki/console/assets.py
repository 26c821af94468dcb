"""htmx as it was built from npm: served by us, never from elsewhere, and not part of the repository."""

from __future__ import annotations

from functools import cache

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from atesaki.policies.shipped import shipped

_DAY = 24 * 60 * 60


def htmx_route() -> Route:
    """Return the route of `/static/htmx.js`; the pages work without it."""
    return Route("/static/htmx.js", _htmx, methods=["GET"])


async def _htmx(_: Request) -> Response:
    headers = {"Cache-Control": f"public, max-age={_DAY}"}
    return Response(_script(), media_type="text/javascript", headers=headers)


@cache
def _script() -> bytes:
    path = shipped("manifest/dist/console", "console") / "htmx.js"
    # Without the build the pages still work; an empty script says so to nobody but the developer.
    return path.read_bytes() if path.is_file() else b"// Run \xe2\x80\x9cmake setup\xe2\x80\x9d to build htmx.\n"
