"""Whatever is done to records or to an export, `verify` finds it and names the first bad record."""

import datetime as dt
import sqlite3
from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from atesaki.journal import Entry, Journal
from atesaki.journal.audit import Broken
from atesaki.journal.checkpoint import Checkpoint, read_note, sign, verifier_key
from atesaki.journal.errors import ExportUnreadable
from atesaki.journal.export import Selection, export
from atesaki.journal.merkle import CompactRange, leaf_hash
from atesaki.journal.verify import verify_store
from atesaki.journal.verify_export import verify_export
from atesaki.storage.engine import Store, open_store

NOW = dt.datetime(2026, 4, 4, 9, 30, tzinfo=dt.UTC)
COUNT = 12
MIDDLE = 7
"""A checkpoint stands over so many records, another over all."""

Lines = list[dict[str, Any]]


def _public(key: Ed25519PrivateKey) -> bytes:
    return key.public_key().public_bytes_raw()


KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
THIEF = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


def _fill(store: Store) -> None:
    journal = Journal(store, KEY)
    journal.start()
    for number in range(COUNT):
        journal.append_blocking(Entry("decision.recorded", f"d{number}", {"count": number}, {"to": [f"v{number}"]}))
        if number == MIDDLE - 1:
            journal.checkpoint()
    journal.stop()


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store that every test leaves as it was."""
    store = open_store(tmp_path_factory.mktemp("store"))
    _fill(store)
    yield store
    store.close()


@pytest.fixture(scope="module")
def lines(original: Store) -> Lines:
    """The lines of an export with personal data: head, stream, records and checkpoints, end, total."""
    return [msgspec.json.decode(line) for line in export(original, Selection(personal=True), NOW)]


def _verify(lines: Sequence[dict[str, Any]], trusted: bytes | None = None) -> None:
    verify_export([msgspec.json.encode(line) + b"\n" for line in lines], trusted or _public(KEY))


def _refused(lines: Sequence[dict[str, Any]]) -> Broken:
    with pytest.raises(Broken) as found:
        _verify(lines)
    return found.value


def _places(lines: Lines) -> list[int]:
    return [number for number, line in enumerate(lines) if line["line"] == "record"]


def _rewritten(line: dict[str, Any]) -> dict[str, Any]:
    """Tell another story at the same place, with a leaf hash that fits it."""
    entry = line["entry"].replace('"count":', '"count":9')
    return {**line, "entry": entry, "leaf_hash": b64encode(leaf_hash(entry.encode())).decode()}


POSITIONS = st.integers(0, COUNT - 1)


@given(position=POSITIONS)
def test_an_export_in_which_a_record_tells_another_story_names_it(lines: Lines, position: int) -> None:
    """With its own hash left alone, exactly that record is named."""
    place = _places(lines)[position]
    changed = {**_rewritten(lines[place]), "leaf_hash": lines[place]["leaf_hash"]}
    assert _refused([*lines[:place], changed, *lines[place + 1 :]]).position == position


def test_a_record_of_an_export_that_can_not_be_read_is_named(lines: Lines) -> None:
    """It says where it stands, and does not stop with an error of its own."""
    place = _places(lines)[2]
    assert _refused([*lines[:place], {**lines[place], "entry": "no record"}, *lines[place + 1 :]]).position == 2


@given(position=POSITIONS)
def test_a_rewritten_record_with_a_fitting_hash_is_placed_between_two_checkpoints(lines: Lines, position: int) -> None:
    """The first record that no earlier checkpoint vouches for is named; the bad one is not before it."""
    place = _places(lines)[position]
    found = _refused([*lines[:place], _rewritten(lines[place]), *lines[place + 1 :]])
    assert found.position == (0 if position < MIDDLE else MIDDLE)
    assert "rewritten" in found.sentence


@given(position=POSITIONS)
def test_a_dropped_record_is_named(lines: Lines, position: int) -> None:
    """Its position is the one that is missing."""
    place = _places(lines)[position]
    assert _refused([*lines[:place], *lines[place + 1 :]]).position == position


@given(position=POSITIONS)
def test_a_record_that_stands_twice_is_named(lines: Lines, position: int) -> None:
    """The second one stands where another should."""
    place = _places(lines)[position]
    found = _refused([*lines[: place + 1], *lines[place:]])
    # A checkpoint right behind the record is met first by neither: the copy stands before it.
    assert found.position == position + 1
    assert "once more" in found.sentence


@given(pair=st.lists(POSITIONS, min_size=2, max_size=2, unique=True))
def test_two_records_that_changed_places_are_named(lines: Lines, pair: list[int]) -> None:
    """The first of the two places is the bad one."""
    places = _places(lines)
    swapped = list(lines)
    one, other = (places[position] for position in pair)
    swapped[one], swapped[other] = swapped[other], swapped[one]
    assert _refused(swapped).position == min(pair)


@given(data=st.data())
def test_an_export_that_was_cut_off_anywhere_is_found(lines: Lines, data: st.DataObject) -> None:
    """After a line as well as within one; inside the stream the first missing record is named."""
    kept = data.draw(st.integers(1, len(lines) - 1))
    part = lines[:kept]
    found = _refused(part)
    if any(line["line"] == "stream" for line in part) and part[-1]["line"] != "end":
        assert found.position == sum(line["line"] == "record" for line in part)
    whole = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
    cut = whole[: data.draw(st.integers(0, len(whole) - 2))]
    with pytest.raises((Broken, ExportUnreadable)):
        verify_export(cut.splitlines(keepends=True), _public(KEY))


@given(data=st.data())
def test_personal_data_of_another_record_is_named(lines: Lines, data: st.DataObject) -> None:
    """A blob belongs to its record and to no other."""
    one, other = data.draw(st.lists(POSITIONS, min_size=2, max_size=2, unique=True))
    places = _places(lines)
    taken = lines[places[other]]
    changed = {**lines[places[one]], "salt": taken["salt"], "personal": taken["personal"]}
    assert _refused([*lines[: places[one]], changed, *lines[places[one] + 1 :]]).position == one


def _resigned(lines: Lines, key: Ed25519PrivateKey, *, position: int | None) -> Lines:
    """Make all of an export anew with another key, and another story at a position."""
    tree, made = CompactRange(), []
    for line in lines:
        if line["line"] == "stream":
            made.append({**line, "public_key": verifier_key(line["stream"], _public(key))})
        elif line["line"] == "checkpoint":
            stream = read_note(line["note"]).stream
            made.append({**line, "note": sign(Checkpoint(stream, tree.size, tree.root()), key)})
        elif line["line"] == "record":
            kept = _rewritten(line) if line["position"] == position else line
            tree.append(leaf_hash(kept["entry"].encode()))
            made.append(kept)
        else:
            made.append(line)
    return made


@given(position=st.none() | POSITIONS)
def test_an_export_that_was_signed_anew_is_refused_by_whoever_knows_the_key(lines: Lines, position: int | None) -> None:
    """Without the key, or a checkpoint kept elsewhere, the best forgery can't be told: docs/evidence.md says so."""
    forged = _resigned(lines, THIEF, position=position)
    assert "another key" in _refused(forged).sentence
    _verify(forged, _public(THIEF))


@given(position=POSITIONS)
def test_who_owns_even_the_key_can_not_rewrite_what_a_kept_checkpoint_covers(lines: Lines, position: int) -> None:
    """The kept checkpoint decides, and names the first record that it covers."""
    kept = [line["note"] for line in lines if line["line"] == "checkpoint"]
    forged = _resigned(lines, KEY, position=position)
    _verify(forged)
    with pytest.raises(Broken, match="kept elsewhere") as found:
        verify_export([msgspec.json.encode(line) for line in forged], _public(KEY), kept)
    assert found.value.position is not None
    assert found.value.position <= position


@given(data=st.data())
def test_a_part_shows_that_it_continues_the_kept_checkpoints(original: Store, data: st.DataObject) -> None:
    """An export made with them meets each, wherever the part begins; one made without says that it does not."""
    notes = [line for line in _notes(original) if data.draw(st.booleans())]
    selection = Selection(since=dt.datetime(2100, 1, 1, tzinfo=dt.UTC), known=tuple(notes))
    assert verify_export(export(original, selection, NOW), _public(KEY), notes).kept == len(notes)


def _notes(store: Store) -> list[str]:
    with store.read() as connection:
        return [
            str(note) for note in connection.exec_driver_sql("SELECT note FROM checkpoints ORDER BY size").scalars()
        ]


def _with_change(store: Store, change: Callable[[sqlite3.Connection], object]) -> Broken:
    """Verify a store with the change, and undo it."""
    assert store.path is not None
    connection, backup = sqlite3.connect(store.path, isolation_level=None), sqlite3.connect(":memory:")
    connection.backup(backup)
    try:
        change(connection)
        with pytest.raises(Broken) as found:
            verify_store(store, _public(KEY))
    finally:
        backup.backup(connection)
        backup.close()
        connection.close()
    return found.value


def _delete(position: int) -> Callable[[sqlite3.Connection], object]:
    return lambda connection: connection.execute("DELETE FROM records WHERE position = ?", (position,))


@settings(max_examples=30)
@given(position=POSITIONS)
def test_a_record_that_is_gone_from_the_store_is_named(original: Store, position: int) -> None:
    """Also the last one, since the tree remembers how many there were."""
    found = _with_change(original, _delete(position))
    assert found.position == position


@settings(max_examples=30)
@given(pair=st.lists(POSITIONS, min_size=2, max_size=2, unique=True))
def test_two_records_of_the_store_that_changed_places_are_named(original: Store, pair: list[int]) -> None:
    """Each record names its own place in its signed bytes."""
    one, other = pair

    def swap(connection: sqlite3.Connection) -> None:
        for old, new in ((one, -1), (other, one), (-1, other)):
            connection.execute("UPDATE records SET position = ? WHERE position = ?", (new, old))

    assert _with_change(original, swap).position == min(pair)


@settings(max_examples=30)
@given(position=POSITIONS)
def test_a_record_of_the_store_that_was_written_anew_is_placed(original: Store, position: int) -> None:
    """Bytes, hash and tree changed alike: the signed checkpoint still differs."""

    def rewrite(connection: sqlite3.Connection) -> None:
        body = connection.execute("SELECT body FROM records WHERE position = ?", (position,)).fetchone()[0]
        new = body.replace(b'"count":', b'"count":9')
        connection.execute(
            "UPDATE records SET body = ?, leaf_hash = ? WHERE position = ?", (new, leaf_hash(new), position)
        )
        tree = CompactRange()
        for (leaf,) in connection.execute("SELECT leaf_hash FROM records ORDER BY position"):
            tree.append(leaf)
        connection.execute("UPDATE streams SET frontier = ?", (tree.pack(),))

    found = _with_change(original, rewrite)
    assert found.position == (0 if position < MIDDLE else MIDDLE)


@pytest.mark.parametrize("level", [63, 100_000, 10**13])
def test_left_out_records_beyond_all_counting_are_refused(lines: Lines, level: int) -> None:
    """A file from somebody else can't make whoever checks it run out of memory."""
    skipped = {"line": "skipped", "subtrees": [[level, b64encode(bytes(32)).decode()]]}
    assert "left out" in _refused([*lines[:2], skipped, *lines[2:]]).sentence
