"""A history that was rewritten in the store is neither continued nor signed, and an honest one always is."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import Connection, delete, insert, select, update
from tests.postgres import Cluster
from tests.waiting import wait_until

from atesaki.journal import Entry, Journal, Limits
from atesaki.journal.accept import Vouching, accept
from atesaki.journal.audit import Broken
from atesaki.journal.checkpoint import Checkpoint, read_note, sign
from atesaki.journal.errors import AcceptRefused
from atesaki.journal.key import load_or_create_key
from atesaki.journal.merkle import CompactRange, leaf_hash
from atesaki.journal.read import Reader
from atesaki.journal.rotate import rotate
from atesaki.journal.tree import fill_nodes
from atesaki.journal.verify import verify_store
from atesaki.storage.engine import Store, open_store
from atesaki.storage.feed_tables import tree_nodes
from atesaki.storage.tables import checkpoints, records, streams

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
DAY = dt.datetime(2026, 4, 4, 9, 30, tzinfo=dt.UTC)
HOURS = 5


class Clock:
    """A clock that is set."""

    now = DAY

    def __call__(self) -> dt.datetime:
        """Return the moment."""
        return self.now


def _append(journal: Journal, number: int) -> str:
    return journal.append_blocking(Entry("decision.recorded", f"d{number}", {"action": "block"})).stream


@contextmanager
def _running(store: Store, now: Callable[[], dt.datetime] = lambda: DAY) -> Iterator[Journal]:
    journal = Journal(store, KEY, now=now)
    journal.start()
    try:
        yield journal
    finally:
        journal.stop()


@pytest.fixture
def stream(store: Store) -> str:
    """A stream with a record and a checkpoint an hour, and its name."""
    clock = Clock()
    with _running(store, clock) as journal:
        return _filled(journal, clock)


def _filled(journal: Journal, clock: Clock) -> str:
    name = ""
    for number in range(HOURS):
        clock.now = DAY + dt.timedelta(hours=number)
        name = _append(journal, number)
        journal.checkpoint()
    return name


def _rewrite(connection: Connection, stream: str, position: int = 1, other: bytes = b'"allow"') -> None:
    """Tell another story at one place, with all hashes as they would be, as whoever has the database can."""
    here = (records.c.stream == stream, records.c.position == position)
    body = connection.execute(select(records.c.body).where(*here)).scalar_one().replace(b'"block"', other)
    connection.execute(update(records).where(*here).values(body=body, leaf_hash=leaf_hash(body)))
    tree = CompactRange()
    query = select(records.c.leaf_hash).where(records.c.stream == stream).order_by(records.c.position)
    for leaf in connection.execute(query).scalars():
        tree.append(leaf)
    connection.execute(update(streams).where(streams.c.stream == stream).values(frontier=tree.pack()))


def _unsigned(connection: Connection, stream: str, above: int = 0) -> None:
    connection.execute(delete(checkpoints).where(checkpoints.c.stream == stream, checkpoints.c.size > above))


def _signed_size(store: Store, stream: str) -> int:
    notes = [read_note(each.note) for each in Reader(store).checkpoints()]
    return max((note.size for note in notes if note.stream == stream), default=0)


def _told(store: Store) -> list[tuple[str, bytes]]:
    query = select(records.c.subject, records.c.body).where(records.c.kind == "stream.refused")
    with store.read() as connection:
        return [(row.subject, row.body) for row in connection.execute(query)]


def _assert_left_alone(store: Store, stream: str, signed: int, why: bytes) -> None:
    """The server began another stream, told of it there once, and signed nothing of the old one."""
    for _ in range(2):
        with _running(store) as journal:
            assert _append(journal, HOURS) != stream
    assert _signed_size(store, stream) == signed
    ((subject, body),) = _told(store)
    assert subject == stream
    assert why in body
    with pytest.raises(Broken) as broken:
        verify_store(store)
    assert broken.value.stream == stream


def test_a_history_without_checkpoints_is_not_signed(store: Store, stream: str) -> None:
    """Rewritten from its beginning, every checkpoint taken out: the server has no part in it."""
    with store.write() as connection:
        _rewrite(connection, stream)
        _unsigned(connection, stream)
    _assert_left_alone(store, stream, 0, b"not signed when they were written")


def test_a_history_that_was_rewritten_behind_a_checkpoint_is_not_signed(store: Store, stream: str) -> None:
    """The checkpoints before the change are left in place; the rest spans hours."""
    with store.write() as connection:
        _rewrite(connection, stream, 3)
        _unsigned(connection, stream, 2)
    _assert_left_alone(store, stream, 2, b"not signed when they were written")


def test_a_history_that_was_rewritten_below_its_newest_checkpoint_is_not_continued(store: Store, stream: str) -> None:
    """Signed any further, the newest checkpoint could be taken out later, and all would agree."""
    with store.write() as connection:
        _rewrite(connection, stream)
    _assert_left_alone(store, stream, HOURS, b"were changed")


def test_stored_nodes_do_not_vouch_for_a_rewritten_history(store: Store) -> None:
    """They are as anybody may have left them; only the root that was signed counts."""
    with _running(store) as journal:
        stream = [_append(journal, number) for number in range(300)].pop()
    assert fill_nodes(store, stream) == 1
    with store.write() as connection:
        _rewrite(connection, stream)
    _assert_left_alone(store, stream, 300, b"not those that were stored")


def test_stored_nodes_that_are_wrong_do_not_speak_against_a_stream(store: Store) -> None:
    """They are derived: the leaves themselves have the root that was signed."""
    with _running(store) as journal:
        stream = [_append(journal, number) for number in range(300)].pop()
    fill_nodes(store, stream)
    with store.write() as connection:
        connection.execute(update(tree_nodes).values(hash=b"none"))
    with _running(store) as journal:
        assert _append(journal, 300) == stream


@pytest.mark.parametrize("note", ["", "no note", sign(Checkpoint("atesaki/other", HOURS, b"\0" * 32), KEY)])
def test_a_checkpoint_that_is_none_is_not_believed(store: Store, stream: str, note: str) -> None:
    """Else it would make an end that is days old look short."""
    with store.write() as connection:
        _unsigned(connection, stream, 1)
        connection.execute(insert(checkpoints).values(stream=stream, size=HOURS, note=note, created_at=0))
    with _running(store) as journal:
        assert _append(journal, HOURS) != stream
    assert b"is none" in _told(store)[0][1]


def test_a_stream_that_was_cut_off_is_not_continued(store: Store, stream: str) -> None:
    """A checkpoint that was left says that there were more records."""
    with store.write() as connection:
        last = (records.c.stream == stream, records.c.position == HOURS - 1)
        connection.execute(delete(records).where(*last))
        _rewrite(connection, stream, 0, b'"block"')
        connection.execute(update(streams).where(streams.c.stream == stream).values(size=HOURS - 1))
    _assert_left_alone(store, stream, HOURS, b"had more records")


@pytest.mark.parametrize("body", [b"\xff", b"{}", b""])
def test_an_end_that_cannot_be_read_is_not_signed(store: Store, stream: str, body: bytes) -> None:
    """The records of the last minute are looked at themselves, not their hashes."""
    with store.write() as connection:
        _unsigned(connection, stream, HOURS - 1)
        last = (records.c.stream == stream, records.c.position == HOURS - 1)
        connection.execute(update(records).where(*last).values(body=body))
    _assert_left_alone(store, stream, HOURS - 1, b"can't be read")


def test_the_last_minute_before_a_crash_is_signed_before_anything_is_added(store: Store) -> None:
    """Also days later, and where several crashes follow one another."""
    with _running(store) as journal:
        stream = [_append(journal, number) for number in range(3)].pop()
    with store.write() as connection:
        _unsigned(connection, stream)
    clock = Clock()
    clock.now = DAY + dt.timedelta(days=3)
    with _running(store, clock) as journal:
        assert _append(journal, 3) == stream
        assert _signed_size(store, stream) == 3
    assert _told(store) == []
    assert verify_store(store).newer == 0


def test_an_idle_server_signs_the_last_minute_before_a_crash_at_once(store: Store) -> None:
    """It does not wait for the next mail."""
    with _running(store) as journal:
        stream = _append(journal, 0)
    with store.write() as connection:
        _unsigned(connection, stream)
    with _running(store):
        wait_until(lambda: _signed_size(store, stream) == 1)


def _left_late(store: Store) -> str:
    """A stream of which the clock was set while its last records waited for a checkpoint, as after a long sleep."""
    clock = Clock()
    with _running(store, clock) as journal:
        stream = _append(journal, 0)
        journal.checkpoint()
        _append(journal, 1)
        clock.now = DAY + dt.timedelta(hours=3)
        _append(journal, 2)
    with store.write() as connection:
        _unsigned(connection, stream, 1)
    return stream


def test_a_person_vouches_for_an_end_that_is_late_for_a_good_reason(store: Store) -> None:
    """It is signed, and the journal says who did it and why."""
    stream = _left_late(store)
    with _running(store) as journal:
        assert accept(store, journal, KEY, stream, Vouching("anna", "the laptop of ben@hall.example slept", DAY)) == 2
    assert verify_store(store).newer == 0
    with store.read() as connection:
        row = connection.execute(select(records).where(records.c.kind == "stream.accepted")).one()
    assert row.subject == stream
    assert b"the laptop of (address) slept" in row.body
    assert b"anna" not in row.body


def test_nobody_can_vouch_for_a_stream_that_was_changed(store: Store, stream: str) -> None:
    """Nor for one that nobody refused, or that is none."""
    with store.write() as connection:
        _rewrite(connection, stream)
    with _running(store) as journal:
        other = _append(journal, HOURS)
        for each, why in ((stream, "were changed"), (other, "not refused"), ("atesaki/none", "no stream")):
            with pytest.raises(AcceptRefused, match=why):
                accept(store, journal, KEY, each, Vouching("anna", "because", DAY))
    assert _signed_size(store, stream) == HOURS


def test_a_late_end_that_was_changed_besides_is_not_vouched_for(store: Store) -> None:
    """That it is late is not its only fault."""
    stream = _left_late(store)
    with store.write() as connection:
        last = (records.c.stream == stream, records.c.position == 2)
        connection.execute(update(records).where(*last).values(leaf_hash=b"\0" * 32))
        connection.execute(update(streams).where(streams.c.stream == stream).values(frontier=b"\0" * 64))
    with _running(store) as journal, pytest.raises(AcceptRefused, match="not those"):
        accept(store, journal, KEY, stream, Vouching("anna", "because", DAY))


def test_a_change_of_the_key_does_not_sign_what_no_server_would(store: Store, tmp_path: Path) -> None:
    """The old stream ends at its last good checkpoint."""
    file = tmp_path / "journal.key"
    key, clock = load_or_create_key(file), Clock()
    journal = Journal(store, key, now=clock, limits=Limits())
    journal.start()
    stream = _filled(journal, clock)
    journal.stop()
    with store.write() as connection:
        _rewrite(connection, stream, 3)
        _unsigned(connection, stream, 2)
    rotate(store, file, lambda: DAY, "admin")
    assert _signed_size(store, stream) == 2
    with pytest.raises(Broken, match="added after the key") as broken:
        verify_store(store)
    assert broken.value.position == 2


def test_another_replica_does_not_sign_a_rewritten_stream(postgres: Cluster) -> None:
    """Not even where its own replica is gone, so that somebody has to."""
    store, clock = open_store(postgres.store()), Clock()
    with _running(store) as stays:
        _append(stays, 0)
        with _running(store, clock) as goes:
            stream = _filled(goes, clock)
        with store.write() as connection:
            _rewrite(connection, stream)
            _unsigned(connection, stream)
        for _ in range(2):
            stays.checkpoint()
    assert _signed_size(store, stream) == 0
    assert [subject for subject, _ in _told(store)] == [stream]
    store.close()
