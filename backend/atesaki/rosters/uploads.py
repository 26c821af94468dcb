"""Files of members between their preview and their import; each belongs to one person and one roster for an hour."""

import datetime as dt
import secrets
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from tempfile import SpooledTemporaryFile
from typing import IO

from sqlalchemy import delete, insert, select

from atesaki.clock import Clock, utc_now
from atesaki.rosters.errors import UploadGone
from atesaki.rosters.registry import reading, writing
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import roster_uploads

LIFETIME = dt.timedelta(hours=1)
_IN_MEMORY = 1 << 20
_CHUNK = 1 << 18


class Uploads:
    """The uploaded files, compressed in the store, so that every process of the server has them."""

    def __init__(self, store: Store, now: Clock = utc_now) -> None:
        self._store = store
        self._now = now

    def keep(self, roster: str, person_key: str, file: IO[bytes]) -> str:
        """Keep a file and return its id; one that this person uploaded for the roster before is dropped."""
        upload, at, packed = secrets.token_urlsafe(16), self._now(), _packed(file)
        values = {"roster": roster, "person_key": person_key, "created_at": micros(at)}
        former = (roster_uploads.c.roster == roster) & (roster_uploads.c.person_key == person_key)
        with writing(self._store) as connection:
            connection.execute(delete(roster_uploads).where(former))
            row = {"id": upload, "file": packed, "expires_at": micros(at + LIFETIME), **values}
            connection.execute(insert(roster_uploads).values(row))
        return upload

    @contextmanager
    def opened(self, upload: str, roster: str, person_key: str) -> Iterator[IO[bytes]]:
        """The file, to be read during the block; raises `UploadGone` where it isn't theirs or no longer there."""
        table = roster_uploads.c
        query = select(table.file).where(
            table.id == upload, table.roster == roster, table.person_key == person_key, table.expires_at > self._at()
        )
        with reading(self._store) as connection:
            packed = None if "\x00" in upload else connection.scalar(query)
        if packed is None:
            raise UploadGone("This file is no longer here: it was imported, or an hour has passed. Upload it again.")
        with SpooledTemporaryFile(_IN_MEMORY) as file:
            _unpack(packed, file)
            yield file

    def drop(self, upload: str) -> None:
        """Delete a file, or do nothing where it is gone."""
        with writing(self._store) as connection:
            connection.execute(delete(roster_uploads).where(roster_uploads.c.id == upload))

    def tidy(self) -> None:
        """Delete what has expired."""
        with writing(self._store) as connection:
            connection.execute(delete(roster_uploads).where(roster_uploads.c.expires_at <= self._at()))

    def _at(self) -> int:
        return micros(self._now())


def _packed(file: IO[bytes]) -> bytes:
    file.seek(0)
    packer, parts = zlib.compressobj(1), []
    while chunk := file.read(_CHUNK):
        parts.append(packer.compress(chunk))
    return b"".join((*parts, packer.flush()))


def _unpack(packed: bytes, file: IO[bytes]) -> None:
    unpacker = zlib.decompressobj()
    rest = packed
    while rest:
        file.write(unpacker.decompress(rest, _CHUNK))
        rest = unpacker.unconsumed_tail
    file.write(unpacker.flush())
    file.seek(0)
