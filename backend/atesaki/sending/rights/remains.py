"""Looks for an address in every text and every blob of every table, so that nothing is overlooked."""

from collections.abc import Collection, Iterable, Iterator

from sqlalchemy import Column, ColumnElement, Connection, LargeBinary, Table, Text, func, literal, or_, select

from atesaki.storage.engine import Store
from atesaki.storage.tables import metadata


def remains(store: Store, spellings: Collection[str], without: Collection[str] = ()) -> dict[str, int]:
    """Return, by `table.column`, in how many rows one of the spellings stands; each table is one transaction.

    Packed columns can't be searched by a database; nothing but uploaded files is packed with addresses in it.
    """
    found: dict[str, int] = {}
    for table in metadata.sorted_tables:
        with store.read() as connection:
            found |= dict(_in_table(connection, table, spellings, without))
    return found


def _in_table(
    connection: Connection, table: Table, spellings: Collection[str], without: Collection[str]
) -> Iterator[tuple[str, int]]:
    columns = [each for each in table.columns if f"{table.name}.{each.name}" not in without and _is_searched(each)]
    if not columns or not spellings:
        return
    sums = [func.count().filter(_holds(connection, each, spellings)) for each in columns]
    counts = connection.execute(select(*sums).select_from(table)).one()
    yield from ((f"{table.name}.{each.name}", count) for each, count in zip(columns, counts, strict=True) if count)


def _is_searched(column: Column[object]) -> bool:
    return isinstance(column.type, Text | LargeBinary)


def _holds(connection: Connection, column: Column[object], spellings: Iterable[str]) -> ColumnElement[bool]:
    if isinstance(column.type, Text):
        return or_(*(column.icontains(spelling, autoescape=True) for spelling in spellings))
    place = func.instr if connection.dialect.name == "sqlite" else func.strpos
    if connection.dialect.name == "sqlite":
        return or_(*(place(column, literal(spelling.encode(), LargeBinary)) > 0 for spelling in spellings))
    return or_(*(func.position(literal(spelling.encode(), LargeBinary).op("IN")(column)) > 0 for spelling in spellings))
