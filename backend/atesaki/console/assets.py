"""htmx as it was built from npm: served by us, never from elsewhere, and not part of the repository."""

from __future__ import annotations

import sysconfig
from functools import cache
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

INSTALLED: Final = "share/atesaki/console"
"""Where `pip install` puts the folder, below the environment's data path (see `data-files` in pyproject.toml)."""

_DAY = 24 * 60 * 60


def htmx_route() -> Route:
    """Return the route of `/static/htmx.js`; the pages work without it."""
    return Route("/static/htmx.js", _htmx, methods=["GET"])


def built_folder() -> Path:
    """Return the folder of what is built for the console, in a checkout and in an installation."""
    checkout = Path(__file__).parents[3] / "manifest"
    return checkout / "dist/console" if checkout.is_dir() else Path(sysconfig.get_path("data")) / INSTALLED


async def _htmx(_: Request) -> Response:
    headers = {"Cache-Control": f"public, max-age={_DAY}"}
    return Response(_script(), media_type="text/javascript", headers=headers)


@cache
def _script() -> bytes:
    path = built_folder() / "htmx.js"
    # Without the build the pages still work; an empty script says so to nobody but the developer.
    return path.read_bytes() if path.is_file() else b"// Run \xe2\x80\x9cmake setup\xe2\x80\x9d to build htmx.\n"
