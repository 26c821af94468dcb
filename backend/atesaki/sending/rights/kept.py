"""Reads personal data of the journal together with what its record says, page by page."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, select

from atesaki.sending.record import KIND
from atesaki.storage.engine import Store
from atesaki.storage.tables import personal, records

PAGE = 500


class Kept(NamedTuple):
    """A record with its personal data; moments are microseconds UTC."""

    record_id: str
    kind: str
    subject: str
    recorded_at: int
    body: bytes
    salt: bytes
    blob: bytes
    expires_at: int | None
    redacted: bool


def every(store: Store) -> Iterator[list[Kept]]:
    """Give all personal data in the order of time; each page is a transaction of its own."""
    after = ""
    while True:
        with store.read() as connection:
            page = _rows(connection, _query().where(personal.c.record_id > after).limit(PAGE))
        if not page:
            return
        yield page
        after = page[-1].record_id


def of_subjects(store: Store, subjects: Iterable[str]) -> Iterator[list[Kept]]:
    """Give the personal data of all records of these decisions or names."""
    wanted = list(subjects)
    for start in range(0, len(wanted), PAGE):
        with store.read() as connection:
            yield _rows(connection, _query().where(records.c.subject.in_(wanted[start : start + PAGE])))


def of_records(connection: Connection, record_ids: Sequence[str]) -> list[Kept]:
    """Give the personal data of these records."""
    return _rows(connection, _query().where(personal.c.record_id.in_(record_ids)))


def decisions(connection: Connection, subjects: Iterable[str]) -> dict[str, Kept]:
    """Give the decisions of these ids as far as their personal data is still there."""
    wanted = list(subjects)
    if not wanted:
        return {}
    query = _query().where(records.c.subject.in_(wanted), records.c.kind == KIND)
    return {each.subject: each for each in _rows(connection, query)}


def expired(connection: Connection, at: int, limit: int) -> list[Kept]:
    """Give up to `limit` whose time was over before `at`, the longest overdue first."""
    overdue = _query(personal.c.expires_at).where(personal.c.expires_at < at).limit(limit)
    return _rows(connection, overdue)


def _query(order: Any = personal.c.record_id) -> Select[Any]:  # noqa: ANN401  # Any column.
    columns = (records.c.kind, records.c.subject, records.c.recorded_at, records.c.body)
    kept = (personal.c.salt, personal.c.blob, personal.c.expires_at, personal.c.redacted)
    joined = select(personal.c.record_id, *columns, *kept).join(records, records.c.record_id == personal.c.record_id)
    return joined.order_by(order)


def _rows(connection: Connection, query: Select[Any]) -> list[Kept]:
    return [Kept._make(row) for row in connection.execute(query)]
