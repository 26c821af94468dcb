"""Who has mailed whom before, as keyed hashes, so that a first-time recipient can be told.

Derived from decisions: it may be lost and only makes somebody a first-time recipient once more.
"""

import asyncio
import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from itertools import compress

import structlog
from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from atesaki.sending.pseudonym import Pseudonyms
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import correspondents

SETTLED = dt.timedelta(hours=1)
"""A correspondent counts only after this time: clients check while a mail is being written, before it is sent."""

MOST_LEARNED = 50
"""A message to more people than this makes nobody a correspondent: a mailing is no acquaintance."""

MOST_SENDERS = 1_000
MOST_WAITING = 100_000
FLUSH_SECONDS = 2.0
_CHUNK = 500
"""So many are written at once that the journal never waits long for its turn."""

_log = structlog.get_logger(__name__)
_Row = tuple[str, str, int]


class Correspondents:
    """What is known of each sender's correspondents, with the senders of late kept in memory."""

    def __init__(self, store: Store, pseudonyms: Pseudonyms) -> None:
        self._store = store
        self._pseudonyms = pseudonyms
        self._senders: OrderedDict[str, dict[str, int]] = OrderedDict()
        self._waiting: list[_Row] = []

    async def known(self, sender: str, keys: Sequence[str], now: dt.datetime) -> frozenset[str]:
        """Return those of the mailbox keys that the sender has mailed before."""
        since = await self._correspondents(self._pseudonyms.of(sender))
        if not since or not keys:
            return frozenset()
        settled = micros(now - SETTLED)
        names = self._pseudonyms.of_all(keys)
        met = compress(zip(keys, names, strict=True), map(since.__contains__, names))
        return frozenset([key for key, name in met if since[name] <= settled])

    def learn(self, sender: str, keys: Iterable[str], now: dt.datetime, *, sent: bool = False) -> None:
        """Remember whom a message went to; `sent` says that it is certain.

        Does nothing for a sender that `known` was not asked about lately, or for a mailing.
        """
        keys = tuple(keys)
        if len(keys) > MOST_LEARNED or len(self._waiting) > MOST_WAITING:
            return
        name = self._pseudonyms.of(sender)
        since = self._senders.get(name)
        if since is None:
            return
        at = micros(now - SETTLED) if sent else micros(now)
        for recipient in self._pseudonyms.of_all(keys):
            if recipient not in since or (sent and since[recipient] > at):
                since[recipient] = at
                self._waiting.append((name, recipient, at))

    def forget(self, name: str) -> None:
        """Forget a person, by their pseudonym, as far as this process remembers them; what is stored stays."""
        self._senders.pop(name, None)
        for since in list(self._senders.values()):
            since.pop(name, None)
        self._waiting = [row for row in self._waiting if name not in row[:2]]

    async def keep_writing(self) -> None:
        """Write what was learned every few seconds, until cancelled."""
        while True:
            await asyncio.sleep(FLUSH_SECONDS)
            await asyncio.to_thread(self.flush)

    def flush(self) -> None:
        """Write what was learned; what can't be written now is only forgotten."""
        rows, self._waiting = self._waiting, []
        try:
            for start in range(0, len(rows), _CHUNK):
                self._write(rows[start : start + _CHUNK])
        except Exception as error:  # noqa: BLE001  # A lost hash makes one recipient new again: the safe direction.
            _log.warning("correspondents.not_written", error=type(error).__name__, rows=len(rows))

    async def _correspondents(self, name: str) -> dict[str, int]:
        since = self._senders.get(name)
        if since is None:
            since = self._senders.setdefault(name, await asyncio.to_thread(self._read, name))
            if len(self._senders) > MOST_SENDERS:
                self._senders.popitem(last=False)
        else:
            self._senders.move_to_end(name)
        return since

    def _read(self, name: str) -> dict[str, int]:
        query = select(correspondents.c.recipient_key_hash, correspondents.c.last_at)
        with self._store.read() as connection:
            rows = connection.execute(query.where(correspondents.c.sender_key_hash == name))
            return {row.recipient_key_hash: row.last_at for row in rows}

    def _write(self, rows: Sequence[_Row]) -> None:
        insert = sqlite.insert if self._store.dialect == "sqlite" else postgresql.insert
        # One row a pair: PostgreSQL refuses to update a row twice in one statement.
        latest = {(sender, recipient): at for sender, recipient, at in rows}
        values = [
            {"sender_key_hash": sender, "recipient_key_hash": recipient, "last_at": at}
            for (sender, recipient), at in latest.items()
        ]
        statement = insert(correspondents)
        with self._store.write() as connection:
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["sender_key_hash", "recipient_key_hash"],
                    set_={"last_at": statement.excluded.last_at},
                ),
                values,
            )
