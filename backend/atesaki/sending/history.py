"""Who has mailed whom before, as keyed hashes, so that a first-time recipient can be told.

Derived from decisions: it may be lost and only makes somebody a first-time recipient once more.
"""

import asyncio
import datetime as dt
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from weakref import WeakKeyDictionary

import structlog
from sqlalchemy import func, select
from sqlalchemy.dialects import postgresql, sqlite

from atesaki.judgement.people import People
from atesaki.judgement.profiles import Profiles
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
REFRESH_SECONDS = 60.0
"""How long what another process learned of a sender may stay unnoticed."""

_CHUNK = 500
"""So many are written at once that the journal never waits long for its turn."""

_log = structlog.get_logger(__name__)
_Row = tuple[str, str, int]


class _Names:
    """The pseudonyms of the mailboxes that were met, by number and the other way round."""

    def __init__(self) -> None:
        self._of_numbers: dict[int, str] = {}
        self._in_order: list[str] = []
        self.numbers: dict[str, int] = {}

    def catch_up(self, known: Profiles, pseudonyms: Pseudonyms) -> None:
        """Name those who were met since the last time."""
        for number in known.given[len(self._in_order) :]:
            name = self._of_numbers[number] = pseudonyms.of_bytes(known.keys[number].encode())
            self._in_order.append(name)
            self.numbers.setdefault(name, known.mailboxes[number])

    def of(self, number: int) -> str:
        """Return the pseudonym of one mailbox."""
        return self._of_numbers[number]

    def __len__(self) -> int:
        """How many mailboxes were named."""
        return len(self._in_order)

    def after(self, place: int) -> list[str]:
        """Return the names that came after so many others."""
        return self._in_order[place:]


class _Sender:
    """The correspondents of one sender: all of them by pseudonym, and by number those who were met.

    Few of a message's recipients are somebody's correspondents, so that two sets of numbers, mostly a small one and
    one that is at hand anyway, tell what a look-up of every recipient's pseudonym would.
    """

    def __init__(self, since: dict[str, int], read_at: float) -> None:
        self.since = since
        self.read_at = read_at
        self._names: _Names | None = None
        self._place = 0
        self._met: dict[int, int] = {}

    def among(self, mailboxes: set[int], names: _Names, settled: int) -> list[int]:
        """Return those of the mailboxes, by number, whom the sender has mailed up to a moment."""
        met = self._met_now(names)
        return [number for number in met.keys() & mailboxes if met[number] <= settled]

    def strangers(self, mailboxes: Iterable[int], names: _Names) -> list[tuple[str, int]]:
        """Return those of the mailboxes, by pseudonym and number, whom the sender has not mailed yet."""
        met = self._met_now(names)
        return [(names.of(number), number) for number in mailboxes if number not in met]

    def note(self, name: str, at: int, number: int | None = None) -> None:
        """Remember a correspondent; `number` is theirs where it is known already."""
        self.since[name] = at
        if number is None and self._names is not None:
            number = self._names.numbers.get(name)
        if number is not None:
            self._met[number] = at

    def hear(self, stored: dict[str, int]) -> None:
        """Take over what is stored by now."""
        for name, at in stored.items():
            if self.since.get(name, at + 1) > at:
                self.note(name, at)

    def forget(self, name: str) -> None:
        """Forget a correspondent."""
        self.since.pop(name, None)
        number = None if self._names is None else self._names.numbers.get(name)
        if number is not None:
            self._met.pop(number, None)

    def _met_now(self, names: _Names) -> dict[int, int]:
        if self._names is not names:
            self._names, self._place, self._met = names, 0, {}
        if fresh := len(names) - self._place:
            # Thousands of people may have been met since this sender's last message, or be their correspondents.
            for name in names.after(self._place) if fresh < len(self.since) else self.since:
                if name in self.since:
                    self.note(name, self.since[name])
            self._place = len(names)
        return self._met


class Correspondents:
    """What is known of each sender's correspondents, with the senders of late kept in memory."""

    def __init__(self, store: Store, pseudonyms: Pseudonyms, clock: Callable[[], float] = time.monotonic) -> None:
        self._store = store
        self._clock = clock
        self._pseudonyms = pseudonyms
        self._senders: OrderedDict[str, _Sender] = OrderedDict()
        self._names: WeakKeyDictionary[Profiles, _Names] = WeakKeyDictionary()
        self._waiting: list[_Row] = []

    async def known(self, people: People, now: dt.datetime) -> frozenset[str]:
        """Return the mailbox keys of those recipients whom the sender has mailed before."""
        sender = await self.load(people.sender.key)
        if not sender.since:
            return frozenset()
        names = self._names_of(people.known)
        found = sender.among(people.mailboxes, names, micros(now - SETTLED))
        return frozenset([people.known.keys[number] for number in found])

    async def load(self, sender: str) -> _Sender:
        """Read what is stored of a sender's correspondents, where it isn't in memory or others may know more by now."""
        name, now = self._pseudonyms.of(sender), self._clock()
        found = self._senders.get(name)
        if found is None:
            found = self._senders.setdefault(name, _Sender(await asyncio.to_thread(self._read, name), now))
            if len(self._senders) > MOST_SENDERS:
                self._senders.popitem(last=False)
        else:
            self._senders.move_to_end(name)
            if self._store.path is None and now - found.read_at > REFRESH_SECONDS:
                found.hear(await asyncio.to_thread(self._read, name))
                found.read_at = now
        return found

    def learn(self, sender: str, known: Profiles, mailboxes: Collection[int], now: dt.datetime) -> None:
        """Remember whom a message may go to, by their numbers in `known`.

        Does nothing for a sender that was not loaded lately, or for a mailing.
        """
        name, at = self._pseudonyms.of(sender), micros(now)
        found = self._learner(name, len(mailboxes))
        if found is None:
            return
        for recipient, number in found.strangers(mailboxes, self._names_of(known)):
            found.note(recipient, at, number)
            self._waiting.append((name, recipient, at))

    def learn_sent(self, sender: str, keys: Collection[str], now: dt.datetime) -> None:
        """Remember whom a message went to, which is certain; does nothing where `learn` does nothing."""
        name, at = self._pseudonyms.of(sender), micros(now - SETTLED)
        found = self._learner(name, len(keys))
        if found is None:
            return
        for recipient in self._pseudonyms.of_all(keys):
            if found.since.get(recipient, at + 1) > at:
                found.note(recipient, at)
                self._waiting.append((name, recipient, at))

    def _learner(self, name: str, recipients: int) -> _Sender | None:
        too_many = recipients > MOST_LEARNED or len(self._waiting) > MOST_WAITING
        return None if too_many else self._senders.get(name)

    def _names_of(self, known: Profiles) -> _Names:
        names = self._names.get(known)
        if names is None:
            names = self._names[known] = _Names()
        names.catch_up(known, self._pseudonyms)
        return names

    def forget(self, name: str) -> None:
        """Forget a person, by their pseudonym, as far as this process remembers them; what is stored stays."""
        self._senders.pop(name, None)
        for sender in list(self._senders.values()):
            sender.forget(name)
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

    def _read(self, name: str) -> dict[str, int]:
        query = select(correspondents.c.recipient_key_hash, correspondents.c.last_at)
        with self._store.read() as connection:
            rows = connection.execute(query.where(correspondents.c.sender_key_hash == name))
            return {row.recipient_key_hash: row.last_at for row in rows}

    def _write(self, rows: Sequence[_Row]) -> None:
        insert = sqlite.insert if self._store.dialect == "sqlite" else postgresql.insert
        # One row a pair: PostgreSQL refuses to update a row twice in one statement. Sorted, so that of two replicas
        # that write the same pairs one waits for the other, and never both.
        latest = {(sender, recipient): at for sender, recipient, at in rows}
        values = [
            {"sender_key_hash": sender, "recipient_key_hash": recipient, "last_at": at}
            for (sender, recipient), at in sorted(latest.items())
        ]
        statement = insert(correspondents)
        earlier = func.min if self._store.dialect == "sqlite" else func.least
        with self._store.write() as connection:
            connection.execute(
                statement.on_conflict_do_update(
                    index_elements=["sender_key_hash", "recipient_key_hash"],
                    set_={"last_at": earlier(correspondents.c.last_at, statement.excluded.last_at)},
                ),
                values,
            )
