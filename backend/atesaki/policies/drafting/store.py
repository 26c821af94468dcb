"""Keeps drafts of policy sets; a change is written only onto the version that it was made from."""

import datetime as dt
import json
from collections.abc import Mapping

from sqlalchemy import Row, select, update

from atesaki.policies.drafting.draft import DraftChanged, DraftHead, DraftNotFound, Editor, PolicyDraft, State
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.tables import policy_drafts as table

MAX_LISTED = 100
_HEAD = [column for column in table.c if column.name != "files"]


class DraftStore:
    """The drafts in the store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def get(self, number: int) -> PolicyDraft:
        """Return a draft; raises `DraftNotFound`."""
        with self._store.read() as connection:
            row = connection.execute(select(table).where(table.c.id == number)).first()
        if row is None:
            raise DraftNotFound("There is no such draft.")
        return PolicyDraft(_head(row), json.loads(row.files))

    def alive(self) -> list[DraftHead]:
        """Return the drafts that can still be changed, the one changed last first."""
        wanted = select(*_HEAD).where(table.c.state.in_(("open", "proposed")))
        with self._store.read() as connection:
            rows = connection.execute(wanted.order_by(table.c.updated_at.desc()).limit(MAX_LISTED)).all()
        return [_head(row) for row in rows]

    def add(self, title: str, base_number: int, files: Mapping[str, str], author: Editor) -> PolicyDraft:
        """Keep a new draft, which nobody has edited yet."""
        now = dt.datetime.now(dt.UTC)
        values = {
            "title": title,
            "base_number": base_number,
            "files": _packed(files),
            "author_key": author.key,
            "author": author.name,
            "editors": "[]",
            "state": "open",
            "note": "",
            "version": 1,
            "created_at": micros(now),
            "updated_at": micros(now),
        }
        with self._store.write() as connection:
            number: int = connection.execute(table.insert().returning(table.c.id), values).scalar_one()
        return self.get(number)

    def replace(self, draft: PolicyDraft) -> PolicyDraft:
        """Write a changed draft onto the version that it carries, and return it with the next one.

        Raises `DraftChanged` where somebody else was faster.
        """
        head = draft.head
        values = {
            "title": head.title,
            "base_number": head.base_number,
            "files": _packed(draft.files),
            "editors": json.dumps(sorted(head.editors)),
            "state": head.state,
            "note": head.note,
            "version": head.version + 1,
            "updated_at": micros(dt.datetime.now(dt.UTC)),
        }
        at = (table.c.id == head.id) & (table.c.version == head.version)
        with self._store.write() as connection:
            if connection.execute(update(table).where(at).values(values)).rowcount != 1:
                raise DraftChanged("Somebody else has changed this draft in the meantime; look at it again.")
        return self.get(head.id)


def _packed(files: Mapping[str, str]) -> str:
    return json.dumps(dict(files), ensure_ascii=False, sort_keys=True)


def _head(row: Row[tuple[object, ...]]) -> DraftHead:
    state: State = row.state
    return DraftHead(
        id=row.id,
        title=row.title,
        base_number=row.base_number,
        author=Editor(row.author_key, row.author),
        editors=frozenset(json.loads(row.editors)),
        state=state,
        note=row.note,
        version=row.version,
        created_at=moment(row.created_at),
        updated_at=moment(row.updated_at),
    )
