"""An export verifies without the database: whole or in part, and not when a byte of it was changed."""

import datetime as dt
from collections.abc import Iterator

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from atesaki.journal import Entry, Journal
from atesaki.journal.audit import Broken
from atesaki.journal.checkpoint import Checkpoint, sign
from atesaki.journal.errors import ExportUnreadable
from atesaki.journal.export import Export, Selection, export, viewed
from atesaki.journal.verify_export import verify_export
from atesaki.storage.engine import Store, open_store

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()
START = dt.datetime(2026, 4, 4, 9, 0, tzinfo=dt.UTC)
COUNT = 13


def _at(minute: int) -> dt.datetime:
    return START + dt.timedelta(minutes=minute)


def _fill(store: Store) -> None:
    """Thirteen records, one a minute, with checkpoints over the first five, the first nine and all."""
    now = START
    journal = Journal(store, KEY, now=lambda: now)
    journal.start()
    for number in range(COUNT):
        now = _at(number)
        to = {"to": [f"v{number:02}@gmail.example"]}
        journal.append_blocking(Entry("decision.recorded", f"d{number}", {"count": number}, to))
        if number in {4, 8}:
            journal.checkpoint()
    journal.stop()


@pytest.fixture
def filled(store: Store) -> Store:
    """A store that holds thirteen records."""
    _fill(store)
    return store


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Such a store that no test changes."""
    store = open_store(tmp_path_factory.mktemp("store"))
    _fill(store)
    yield store
    store.close()


@pytest.fixture(scope="module")
def whole(original: Store) -> list[bytes]:
    """The lines of a whole export with personal data."""
    return list(export(original, Selection(personal=True), START))


def test_a_whole_export_verifies(filled: Store) -> None:
    """All records and checkpoints are in it, and no personal data."""
    lines = list(export(filled, Selection(), START))
    tally = verify_export(lines, PUBLIC)
    assert (tally.records, tally.checkpoints, tally.newer) == (COUNT, 3, 0)
    assert (tally.personal, tally.absent) == (0, COUNT)
    assert b"gmail" not in b"".join(lines)


def test_personal_data_is_in_it_where_it_was_asked_for(filled: Store) -> None:
    """The commitments prove it."""
    lines = list(export(filled, Selection(personal=True), START))
    assert verify_export(lines, PUBLIC).personal == COUNT
    assert b"v03@gmail.example" in b"".join(lines)


@pytest.mark.parametrize("first", range(0, COUNT, 2))
@pytest.mark.parametrize("length", [1, 4, COUNT])
def test_a_part_is_proven_by_the_checkpoints_of_the_whole(original: Store, first: int, length: int) -> None:
    """Whatever span of time is taken, the signed checkpoint after it is reached."""
    last = min(first + length, COUNT)
    tally = verify_export(export(original, Selection(since=_at(first), until=_at(last)), START), PUBLIC)
    assert (tally.records, tally.newer) == (last - first, 0)
    assert tally.checkpoints > 0


def test_a_part_without_records_is_an_export_without_streams(filled: Store) -> None:
    """A span of time in which nothing happened."""
    assert verify_export(export(filled, Selection(since=_at(999)), START)).streams == 0


def test_records_without_a_checkpoint_are_counted(store: Store) -> None:
    """What is newer than the last checkpoint is exported and said to be unsigned."""
    journal = Journal(store, KEY)
    journal.start()
    journal.append_blocking(Entry("decision.recorded", "d1", {}))
    assert verify_export(export(store, Selection(unsigned=True), START)).newer == 1
    journal.stop()


def test_what_no_checkpoint_covers_is_left_out_and_counted(store: Store) -> None:
    """An export ends at a checkpoint, so that all of it is proven, and says how much came later."""
    journal = Journal(store, KEY)
    journal.start()
    journal.append_blocking(Entry("decision.recorded", "d1", {}))
    journal.checkpoint()
    for subject in ("d2", "d3"):
        journal.append_blocking(Entry("decision.recorded", subject, {}))
    tally = verify_export(export(store, Selection(), START), PUBLIC)
    assert (tally.records, tally.newer, tally.left_out) == (1, 0, 2)
    journal.stop()


def test_pages_agree_with_what_was_settled_while_the_journal_goes_on(store: Store) -> None:
    """A download that takes hours ends where it was settled at its start."""
    _fill(store)
    whole = Export(store, Selection(), START)
    pieces = iter(whole)
    begun = [next(pieces)]
    journal = Journal(store, KEY)
    journal.start()
    journal.append_blocking(Entry("decision.recorded", "late", {}))
    journal.stop()
    lines = b"".join([*begun, *pieces]).splitlines(keepends=True)
    assert verify_export(lines, PUBLIC).records == COUNT == whole.total


def test_an_export_without_its_last_lines_is_not_whole(whole: list[bytes]) -> None:
    """Also where the cut falls between two streams, or behind the last one."""
    with pytest.raises(Broken, match="cut off"):
        verify_export(whole[:-1], PUBLIC)
    with pytest.raises(ExportUnreadable, match="behind its end"):
        verify_export([*whole, whole[1]], PUBLIC)
    total = whole[-1].replace(b'"streams":1', b'"streams":2')
    with pytest.raises(Broken, match="not whole"):
        verify_export([*whole[:-1], total], PUBLIC)


def test_a_kept_checkpoint_of_a_stream_that_the_export_lacks_is_missed(whole: list[bytes]) -> None:
    """Whoever leaves a stream out whole is found by who kept a checkpoint of it."""
    note = sign(Checkpoint("atesaki/gone", 1, bytes(32)), KEY)
    with pytest.raises(Broken, match="stream atesaki/gone: the stream of a known checkpoint is missing"):
        verify_export(whole, PUBLIC, [note])


def test_a_stream_that_stands_twice_in_an_export_is_found(whole: list[bytes]) -> None:
    """Its records would be counted twice, and all of it verifies."""
    head, *stream, total = whole
    doubled = total.replace(b'"streams":1', b'"streams":2').replace(b'"records":13', b'"records":26')
    with pytest.raises(Broken, match="the stream is in the export twice"):
        verify_export([head, *stream, *stream, doubled], PUBLIC)


def test_another_key_is_not_trusted(whole: list[bytes]) -> None:
    """A forged export carries another key."""
    with pytest.raises(Broken, match="another key"):
        verify_export(whole, Ed25519PrivateKey.generate().public_key().public_bytes_raw())


@given(st.data())
def test_a_change_of_any_byte_is_found(whole: list[bytes], data: st.DataObject) -> None:
    """Whichever byte behind the first line, which only describes the file."""
    number = data.draw(st.integers(1, len(whole) - 1), label="line")
    line = whole[number]
    at = data.draw(st.integers(0, len(line) - 2), label="at")
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != line[at]), label="byte")
    changed = line[:at] + bytes([byte]) + line[at + 1 :]
    with pytest.raises((Broken, ExportUnreadable)):
        verify_export([*whole[:number], changed, *whole[number + 1 :]], PUBLIC)


@given(st.data())
def test_a_line_that_was_dropped_is_found(whole: list[bytes], data: st.DataObject) -> None:
    """A record that is left out is missed; so is the end of the file."""
    records = [number for number, line in enumerate(whole) if b'"line":"record"' in line]
    number = data.draw(st.sampled_from([*records, 0, 1, len(whole) - 1]))
    with pytest.raises((Broken, ExportUnreadable)):
        verify_export([*whole[:number], *whole[number + 1 :]], PUBLIC)


def test_two_records_that_changed_places_are_found(whole: list[bytes]) -> None:
    """The order is part of what is proven."""
    with pytest.raises(Broken, match="missing"):
        verify_export([*whole[:2], whole[3], whole[2], *whole[4:]], PUBLIC)


@pytest.mark.parametrize("lines", [[], [b"\n"], [b"not json\n"], [b'{"line":"end","size":1}\n'], [b"\xff\n"]])
def test_a_file_that_is_no_export_is_said_so(lines: list[bytes]) -> None:
    """Another file is an error of its own, not a broken journal."""
    with pytest.raises(ExportUnreadable):
        verify_export(lines)


@pytest.mark.parametrize("line", [b'{"line":"key","note":"n"}\n', b'{"line":"checkpoint","note":"n"}\n'])
def test_a_line_where_none_of_its_kind_may_stand_is_refused(whole: list[bytes], line: bytes) -> None:
    """What nobody reads there, a change of the key above all, is not passed over."""
    with pytest.raises(ExportUnreadable, match="outside a stream"):
        verify_export([*whole[:-1], line, whole[-1]], PUBLIC)
    with pytest.raises(ExportUnreadable, match="in the wrong place"):
        verify_export([*whole[:3], whole[-1], *whole[3:]], PUBLIC)


def test_an_export_of_a_later_version_is_refused(whole: list[bytes]) -> None:
    """What this program can't know it does not call verified."""
    with pytest.raises(ExportUnreadable, match="version 1"):
        verify_export([whole[0].replace(b'"version":1', b'"version":2'), *whole[1:]])


@pytest.mark.parametrize("purpose", ["request of hana.v01@gmail.com", "ｈａｎａ＠gmail.comの請求", "hana﹫gmail.com"])
def test_no_address_stands_in_a_purpose(purpose: str) -> None:
    """The purpose can't be erased, since it stays in the record itself."""
    body = viewed("export", purpose=purpose, by="admin").body
    assert "gmail" not in str(body)
    assert "(address)" in str(body)


def test_looking_at_personal_data_is_an_entry_with_its_purpose() -> None:
    """Who looked is personal data itself; why is not."""
    entry = viewed("export", purpose="complaint", by="admin", selection=Selection(since=START))
    assert (entry.kind, entry.body["purpose"], entry.personal) == (  # type: ignore[index]
        "personal_data.viewed",
        "complaint",
        {"by": "admin"},
    )
    msgspec.json.encode(entry)
