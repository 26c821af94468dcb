"""Where policy sets are published: behind a running server, or in the store of this machine."""

from collections.abc import Mapping
from typing import Annotated, Protocol

import typer

from atesaki.cli.policies.published import Published
from atesaki.cli.policies.server import Server
from atesaki.cli.policies.store import StoreOfThisMachine
from atesaki.settings import Settings

ServerUrl = Annotated[
    str | None,
    typer.Option("--server", metavar="URL", help="A running server; its token comes from ATESAKI_ADMIN_TOKEN."),
]


class Place(Protocol):
    """Reads and publishes; raises `AtesakiError`."""

    def newest(self) -> Published | None:
        """Return the files published last and their revision, `None` where nothing is published yet."""

    def publish(self, files: Mapping[str, str], note: str, expected: str | None) -> int:
        """Publish in the place of the revision `expected`, and return the number of the publication."""


def place_of(settings: Settings, server: str | None, *, may_begin: bool = False) -> Place:
    """Return the server that is named, else the store of the settings, which publishing may make."""
    return StoreOfThisMachine(settings, may_begin=may_begin) if server is None else Server(server, settings.admin_token)
