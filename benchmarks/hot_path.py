"""Shows which functions a decision spends its time in: `hot_path.py [RECIPIENTS] [MESSAGES]`, under cProfile."""

import asyncio
import cProfile
import itertools
import pstats
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from atesaki.app import create_app
from atesaki.settings import Settings, read_settings
from bodies import INTERNAL_DOMAIN, bodies
from server import HERE, KEY

AT_ONCE = 16
"""As many requests in flight as wrk's connections, so that commits are grouped as in the benchmark."""

FUNCTIONS_SHOWN = 45


def main(arguments: Sequence[str]) -> None:
    """Judge some messages to warm up, then profile as many again."""
    recipients, messages = int((arguments or ["26"])[0]), int((*arguments, "", "2000")[1] or 2000)
    with tempfile.TemporaryDirectory(dir=HERE, prefix=".store-") as folder:
        settings = read_settings(
            data_dir=Path(folder),
            deployment_keys=(KEY,),
            internal_domains=(INTERNAL_DOMAIN,),
            rate_per_key=0,
            rate_per_sender=0,
        )
        profile = asyncio.run(_profiled(settings, [body.encode() for body in bodies(recipients, messages)]))
    pstats.Stats(profile).sort_stats("tottime").print_stats(FUNCTIONS_SHOWN)


async def _profiled(settings: Settings, requests: Sequence[bytes]) -> cProfile.Profile:
    app = create_app(settings)
    profile = cProfile.Profile(time.thread_time)  # What other processes do must not count.
    async with app.router.lifespan_context(app):
        await _post_all(app, requests)
        profile.enable()
        await _post_all(app, requests)
        profile.disable()
    return profile


async def _post_all(app: FastAPI, requests: Sequence[bytes]) -> None:
    waiting = iter(requests)

    async def post_in_turn() -> None:
        for body in waiting:
            await _post(app, body)

    await asyncio.gather(*itertools.starmap(post_in_turn, [()] * AT_ONCE))


async def _post(app: FastAPI, body: bytes) -> None:
    headers = [(b"atesaki-key", KEY.encode()), (b"content-type", b"application/json")]
    scope: dict[str, Any] = {"type": "http", "method": "POST", "path": "/v1/decisions", "headers": headers}
    scope |= {"query_string": b"", "http_version": "1.1", "scheme": "http", "client": ("127.0.0.1", 1), "root_path": ""}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Any) -> None:  # noqa: ANN401  # ASGI gives any message.
        if message["type"] == "http.response.start" and message["status"] != 200:  # noqa: PLR2004
            raise SystemExit(f"A decision was answered with status {message['status']}.")

    await app(scope, receive, send)


if __name__ == "__main__":
    main(sys.argv[1:])
