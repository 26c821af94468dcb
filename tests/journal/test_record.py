"""Records have exact bytes, ids in the order of time, and no personal data."""

import datetime as dt
import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atesaki.journal.record import Entry, commitment, draft, exact_bytes, first_id_at, read_record, uuid7

NOW = dt.datetime(2026, 4, 4, 9, 30, 0, 123456, tzinfo=dt.UTC)
ENTRY = Entry("decision.recorded", "d1", {"b": 1, "a": {"z": 1, "y": 2}}, {"to": ["v01@gmail.example"]})


def test_a_record_is_written_in_one_fixed_form() -> None:
    """The keys stand in a fixed order, inner keys are sorted, and there is no white space."""
    made = draft(Entry("roster.changed", "volunteers", {"b": 1, "a": 2}), NOW)
    assert exact_bytes(made, "atesaki/1", 7).decode() == (
        f'{{"stream":"atesaki/1","position":7,"record_id":"{made.record_id}","kind":"roster.changed",'
        '"subject":"volunteers","recorded_at":"2026-04-04T09:30:00.123456Z","body":{"a":2,"b":1}}'
    )


def test_what_was_written_is_read_back() -> None:
    """Decoding the bytes gives the entry, its place and its moment."""
    record = read_record(exact_bytes(draft(ENTRY, NOW), "atesaki/1", 7))
    assert (record.stream, record.position, record.kind, record.subject) == ("atesaki/1", 7, ENTRY.kind, ENTRY.subject)
    assert (record.recorded_at, record.body) == (NOW, ENTRY.body)


def test_personal_data_is_not_in_the_record_but_committed_to() -> None:
    """The record holds SHA-256 over salt and blob, and no address."""
    made = draft(ENTRY, NOW, dt.timedelta(days=1))
    body = exact_bytes(made, "atesaki/1", 0)
    assert made.personal is not None
    assert b"gmail" not in body
    assert read_record(body).commitment == commitment(made.personal.salt, made.personal.blob)


def test_equal_personal_data_has_different_commitments() -> None:
    """The salt keeps anybody from comparing or guessing."""
    first, second = draft(ENTRY, NOW), draft(ENTRY, NOW)
    assert read_record(exact_bytes(first, "s", 0)).commitment != read_record(exact_bytes(second, "s", 0)).commitment


def test_text_that_is_no_unicode_is_refused_before_anything_is_written() -> None:
    """A lone surrogate fails with its caller, not with the whole batch."""
    with pytest.raises(UnicodeEncodeError):
        draft(Entry("decision.recorded", "d1", {"text": "\ud800"}), NOW)


@given(st.integers(0, 2**47))
def test_ids_are_version_7_uuids_of_their_moment(at: int) -> None:
    """Version, variant and milliseconds are those of RFC 9562 §5.7."""
    made = uuid.UUID(uuid7(at))
    assert (made.version, made.variant, made.int >> 80) == (7, uuid.RFC_4122, at // 1000)


@given(st.integers(0, 2**47))
def test_the_least_id_of_a_moment_is_below_all_its_ids(at: int) -> None:
    """A search from a moment on finds all records of that moment."""
    assert first_id_at(at) <= uuid7(at) < first_id_at(at + 1000)
