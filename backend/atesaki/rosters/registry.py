"""The table of rosters: who keeps which list, for what, and which revision of its members is in force."""

import datetime as dt
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, cast

from sqlalchemy import Connection, Row, ScalarSelect, Select, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from atesaki.judgement.facts import Handling
from atesaki.rosters.errors import RosterBusy, RosterChanged, RosterExists, RosterNotFound, RostersUnavailable
from atesaki.rosters.roster import Roster, RosterDraft
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.tables import roster_members, rosters


class Registered(Roster, frozen=True, kw_only=True):
    """A roster with the number of its row."""

    id: int


@contextmanager
def reading(store: Store) -> Iterator[Connection]:
    """A transaction that reads; whatever the database fails at becomes `RostersUnavailable`."""
    try:
        with store.read() as connection:
            yield connection
    except SQLAlchemyError as error:
        raise RostersUnavailable("The rosters can't be read at the moment.") from error


@contextmanager
def writing(store: Store) -> Iterator[Connection]:
    """A transaction that writes; a violated key stays an `IntegrityError`, all else becomes `RostersUnavailable`."""
    try:
        with store.write() as connection:
            yield connection
    except IntegrityError:
        raise
    except SQLAlchemyError as error:
        raise RostersUnavailable("The rosters can't be written at the moment.") from error


def all_rosters(store: Store) -> list[Registered]:
    """Every roster, by name."""
    with reading(store) as connection:
        return [_registered(row) for row in connection.execute(_query().order_by(rosters.c.name))]


def roster_named(store: Store, name: str) -> Registered:
    """One roster; raises `RosterNotFound`."""
    # PostgreSQL refuses texts with NUL, which no name has.
    if "\x00" not in name:
        with reading(store) as connection:
            composed = unicodedata.normalize("NFC", name)
            row = connection.execute(_query().where(rosters.c.name == composed)).one_or_none()
        if row is not None:
            return _registered(row)
    raise RosterNotFound("No roster has this name.", field="name")


def add_roster(store: Store, draft: RosterDraft, now: dt.datetime) -> None:
    """Register an empty roster; raises `RosterExists`."""
    at = micros(now)
    values = {"owner": draft.owner, "purpose": draft.purpose, "handling": draft.handling, "revision": 0}
    statement = insert(rosters).values(name=draft.name, created_at=at, updated_at=at, **values)
    try:
        with writing(store) as connection:
            connection.execute(statement)
    except IntegrityError as error:
        raise RosterExists("A roster of this name is registered already.", field="name") from error


def change_roster(store: Store, seen: Registered, draft: RosterDraft, now: dt.datetime) -> None:
    """Change owner, purpose and handling, where they are still those that were seen.

    Raises `RosterChanged` or `RosterNotFound`.
    """
    values = {"owner": draft.owner, "purpose": draft.purpose, "handling": draft.handling}
    same = [getattr(rosters.c, name) == getattr(seen, name) for name in ("id", *values)]
    with writing(store) as connection:
        if connection.execute(update(rosters).where(*same).values(updated_at=micros(now), **values)).rowcount == 1:
            return
        if connection.scalar(select(rosters.c.id).where(rosters.c.id == seen.id)) is None:
            raise RosterNotFound("No roster has this name.", field="name")
    raise changed_description()


def changed_description() -> RosterChanged:
    """Return the error of a description that would replace one that its author has not seen."""
    return RosterChanged("Somebody else changed this roster in the meantime; look at it again.")


def put_in_force(
    store: Store, roster_id: int, revision: int | None, now: dt.datetime, expected: int | None = None
) -> None:
    """Let `revision` be the members in force, or no members at all where it is `None`.

    Raises `RosterBusy` where a later import was faster, or where any was since the revision `expected`.
    """
    with writing(store) as connection:
        target = next_revision(connection, roster_id) if revision is None else revision
        earlier = rosters.c.revision < target if expected is None else rosters.c.revision == expected
        statement = update(rosters).where(rosters.c.id == roster_id, earlier)
        at = micros(now)
        changed = connection.execute(statement.values(revision=target, updated_at=at, members_at=at))
        if changed.rowcount == 0:
            raise RosterBusy("Another import of this roster finished first; nothing was changed.")


def next_revision(connection: Connection, roster_id: int) -> int:
    """A number that no revision of this roster has, in force or under way; the caller's transaction claims it.

    Raises `RosterBusy` where the roster was deleted meanwhile.
    """
    current: int | None = connection.scalar(
        select(rosters.c.revision).where(rosters.c.id == roster_id).with_for_update()
    )
    if current is None:
        raise RosterBusy("This roster was deleted in the meantime.")
    staged = select(func.max(roster_members.c.revision)).where(roster_members.c.roster_id == roster_id)
    newest: int | None = connection.scalar(staged)
    return max(current, newest or 0) + 1


def remove_roster(store: Store, roster_id: int) -> None:
    """Delete the row; its members should be gone, because those left go with it in this one transaction."""
    with writing(store) as connection:
        connection.execute(delete(rosters).where(rosters.c.id == roster_id))


def _query() -> Select[Any]:
    return select(rosters, _member_count().label("members"))


def _member_count() -> ScalarSelect[int]:
    in_force = (roster_members.c.roster_id == rosters.c.id) & (roster_members.c.revision == rosters.c.revision)
    return select(func.count()).select_from(roster_members).where(in_force).scalar_subquery()


def _registered(row: Row[Any]) -> Registered:
    return Registered(
        name=row.name,
        owner=row.owner,
        purpose=row.purpose,
        handling=cast("Handling", row.handling),
        revision=row.revision,
        members=row.members,
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
        members_at=None if row.members_at is None else moment(row.members_at),
        id=row.id,
    )
