"""Finds and erases a person outside the journal: correspondents, kept answers, uploads, trials, rosters, policies."""

import io
import zlib
from collections.abc import Mapping
from typing import Final, Protocol

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, or_, select

from atesaki.judgement.errors import AtesakiError
from atesaki.rosters.import_csv import read_members
from atesaki.rosters.members import each_member
from atesaki.rosters.registry import Registered, all_rosters
from atesaki.rosters.roster import Member
from atesaki.rosters.rosters import Origin, Rosters, base_of
from atesaki.sending.rights.redaction import mentions
from atesaki.sending.rights.whom import Whom
from atesaki.storage.engine import Store
from atesaki.storage.tables import (
    correspondents,
    idempotency_keys,
    policy_drafts,
    policy_revisions,
    roster_members,
    roster_uploads,
    trials,
)

_PAGE: Final = 500


class TakesFromRosters(Protocol):
    """Takes a member off all rosters; each roster is journaled as changed."""

    def take_out(self, key: str, author: str) -> list[str]:
        """Return the names of the rosters that the mailbox was on; blocks."""


class RosterMembership:
    """The rosters as erasure uses them."""

    def __init__(self, store: Store, rosters: Rosters) -> None:
        self._store = store
        self._rosters = rosters

    def take_out(self, key: str, author: str) -> list[str]:
        """Write each roster that the mailbox is on anew without it; return their names."""
        found = memberships(self._store, key)
        for roster, _ in found:
            rest = (member for member in each_member(self._store, roster) if member.mailbox_key != key)
            self._rosters.replace(roster.name, rest, Origin(author, base_of(roster)), allow_empty=True)
        return [roster.name for roster, _ in found]


def memberships(store: Store, key: str) -> list[tuple[Registered, Member]]:
    """Return the rosters that a mailbox is on, with what is written there."""
    table = roster_members.c
    query = select(table.roster_id, table.revision, table.address, table.name).where(table.mailbox_key == key)
    with store.read() as connection:
        rows = {(row.roster_id, row.revision): row for row in connection.execute(query)}
    found = [(roster, rows.get((roster.id, roster.revision))) for roster in all_rosters(store)]
    return [(roster, Member(key, row.address, row.name)) for roster, row in found if row is not None]


def count_correspondents(connection: Connection, mailbox: str, before: int | None = None) -> int:
    """Return how often the keyed hash stands among who has mailed whom, last before a moment."""
    query = select(func.count()).select_from(correspondents).where(_correspondent(mailbox, before))
    return connection.scalar(query) or 0


def erase_correspondents(connection: Connection, mailbox: str, before: int | None = None) -> int:
    """Delete them."""
    return connection.execute(delete(correspondents).where(_correspondent(mailbox, before))).rowcount


def _correspondent(mailbox: str, before: int | None) -> ColumnElement[bool]:
    theirs = or_(correspondents.c.recipient_key_hash == mailbox, correspondents.c.sender_key_hash == mailbox)
    return theirs if before is None else theirs & (correspondents.c.last_at <= before)


def answers_about(connection: Connection, whom: Whom) -> list[str]:
    """Return the keys of answers that are kept for a retry and name the person."""
    kept = select(idempotency_keys.c.key_hash, idempotency_keys.c.answer).where(idempotency_keys.c.answer.is_not(None))
    rows = connection.execute(kept, execution_options={"yield_per": _PAGE})
    return [row.key_hash for row in rows if mentions(row.answer, whom)]


def erase_answers(connection: Connection, whom: Whom) -> int:
    """Delete them; a retry is then judged anew."""
    keys = answers_about(connection, whom)
    return connection.execute(delete(idempotency_keys).where(idempotency_keys.c.key_hash.in_(keys))).rowcount


def uploads_with(connection: Connection, whom: Whom) -> list[str]:
    """Return the uploaded files that name the person or are theirs, and those that nobody can read."""
    rows = connection.execute(select(roster_uploads.c.id, roster_uploads.c.file, roster_uploads.c.person_key)).all()
    return [row.id for row in rows if whom.is_in(row.person_key) or _is_in_file(row.file, whom)]


def erase_uploads(connection: Connection, whom: Whom) -> int:
    """Delete them; whoever waits for an import uploads the file again."""
    ids = uploads_with(connection, whom)
    return connection.execute(delete(roster_uploads).where(roster_uploads.c.id.in_(ids))).rowcount


def trials_with(connection: Connection, whom: Whom) -> list[str]:
    """Return the tries that were kept as a link and name the person."""
    rows = connection.execute(select(trials.c.id, trials.c.trial, trials.c.person_key))
    return [row.id for row in rows if mentions(row.trial.encode(), whom) or whom.is_in(row.person_key)]


def erase_trials(connection: Connection, whom: Whom) -> int:
    """Delete them; their links then lead nowhere."""
    return connection.execute(delete(trials).where(trials.c.id.in_(trials_with(connection, whom)))).rowcount


def policies_with(connection: Connection, whom: Whom) -> dict[str, list[str]]:
    """Return the files that name the person: of the policies in force, of drafts, of former revisions."""
    newest = connection.scalar(select(func.max(policy_revisions.c.number)))
    found: dict[str, list[str]] = {}
    for row in connection.execute(select(policy_revisions.c.number, policy_revisions.c.files)):
        where = "in force" if row.number == newest else f"revision {row.number}"
        found[where] = _files_with(row.files, whom)
    for row in connection.execute(select(policy_drafts.c.id, policy_drafts.c.files)):
        found[f"draft {row.id}"] = _files_with(row.files, whom)
    return {where: files for where, files in found.items() if files}


def _files_with(files: str, whom: Whom) -> list[str]:
    if not whom.may_be_in(files.encode()):
        return []
    content: Mapping[str, str] = msgspec.json.decode(files, type=dict[str, str])
    return sorted(name for name, text in content.items() if whom.is_in(text))


def _is_in_file(packed: bytes, whom: Whom) -> bool:
    try:
        rows = read_members(io.BytesIO(zlib.decompress(packed)))
        return any(isinstance(row, Member) and row.mailbox_key == whom.key for row in rows)
    except (zlib.error, AtesakiError):
        return True
