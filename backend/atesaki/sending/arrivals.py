"""Tells which clients have asked for decisions, so that a first set-up knows when it is done."""

import msgspec
from msgspec import Struct
from sqlalchemy import select

from atesaki.sending.record import KIND
from atesaki.storage.engine import Store
from atesaki.storage.tables import records

_LOOKED_AT = 500


class _Client(Struct):
    app: str


class _Body(Struct):
    client: _Client


class _Record(Struct):
    body: _Body


class Arrivals:
    """The clients of the newest decisions."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def apps(self) -> frozenset[str]:
        """Return the names of the clients, such as `outlook`."""
        newest = select(records.c.body).order_by(records.c.stream.desc(), records.c.position.desc()).limit(_LOOKED_AT)
        query = newest.where(records.c.kind == KIND)
        with self._store.read() as connection:
            bodies = connection.scalars(query).all()
        return frozenset(msgspec.json.decode(body, type=_Record).body.client.app for body in bodies)
