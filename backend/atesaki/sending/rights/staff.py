"""Finds and erases a person among those who use the console: accounts, links, sessions, authors of changes."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec
from sqlalchemy import Column, Connection, Table, delete, select, update

from atesaki.sending.rights.whom import Whom
from atesaki.storage.index_tables import what_if_runs
from atesaki.storage.rights_tables import erasures, legal_holds
from atesaki.storage.tables import accounts, one_time_links, policy_drafts, policy_revisions, sessions

_WRITTEN: Final[Mapping[Table, tuple[str, ...]]] = {
    policy_revisions: ("author", "note"),
    policy_drafts: ("author", "author_key", "editors", "title", "note"),
    what_if_runs: ("draft_title", "person_key"),
    legal_holds: ("reason", "owner", "placed_by", "lifted_by", "lift_reason"),
    erasures: ("reason", "requested_by", "requester_key", "decided_by"),
}
"""Columns that say who did something, and why."""


def can_sign_in(connection: Connection, whom: Whom) -> bool:
    """Tell whether they have an account that is not disabled."""
    names = connection.scalars(select(accounts.c.name).where(accounts.c.disabled_at.is_(None)))
    return any(whom.is_in(name) for name in names)


def accounts_of(connection: Connection, whom: Whom) -> list[str]:
    """Return the names of their accounts."""
    return [name for name in connection.scalars(select(accounts.c.name)) if whom.is_in(name)]


def counts_of_staff(connection: Connection, whom: Whom) -> dict[str, int]:
    """Return what there is of them: sessions, links, and places where they are named as an author."""
    return {
        "sessions": len(_digests(connection, sessions, ("person", "person_key"), whom)),
        "links": len(_digests(connection, one_time_links, ("account",), whom)),
        "authors": sum(1 for table in _WRITTEN for _ in _rewritten(connection, table, whom)),
    }


def erase_staff(connection: Connection, whom: Whom) -> dict[str, int]:
    """Delete their sessions, links and accounts, and take them out of what they wrote; return how many."""
    named = accounts_of(connection, whom)
    erased = {"accounts": connection.execute(delete(accounts).where(accounts.c.name.in_(named))).rowcount}
    for name, table, columns in (
        ("sessions", sessions, ("person", "person_key")),
        ("links", one_time_links, ("account",)),
    ):
        theirs = _digests(connection, table, columns, whom)
        erased[name] = connection.execute(delete(table).where(table.c.digest.in_(theirs))).rowcount
    changes = [(table, key, values) for table in _WRITTEN for key, values in _rewritten(connection, table, whom)]
    for table, key, values in changes:
        connection.execute(update(table).where(_key(table) == key).values(values))
    return {**erased, "authors": len(changes)}


def _rewritten(connection: Connection, table: Table, whom: Whom) -> Iterator[tuple[Any, dict[str, str]]]:
    """Give the key and the new texts of each row in which they are named."""
    names = _WRITTEN[table]
    for row in connection.execute(select(_key(table), *(table.c[name] for name in names))).all():
        texts = {name: text for name, text in zip(names, row[1:], strict=True) if text and whom.is_in(text)}
        if texts:
            yield row[0], {name: whom.without(text) for name, text in texts.items()}


def _digests(connection: Connection, table: Table, columns: tuple[str, ...], whom: Whom) -> list[str]:
    rows = connection.execute(select(table.c.digest, *(table.c[name] for name in columns)))
    return [row[0] for row in rows if any(text and _is_in(text, whom) for text in row[1:])]


def _is_in(text: str, whom: Whom) -> bool:
    # A session holds its person as JSON.
    return whom.is_in(str(msgspec.json.decode(text))) if text.startswith("{") else whom.is_in(text)


def _key(table: Table) -> Column[Any]:
    return next(iter(table.primary_key.columns))
