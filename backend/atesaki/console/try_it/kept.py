"""Trials that are kept for a while, so that a link reproduces them without an address in it."""

from __future__ import annotations

import datetime as dt
import secrets
from typing import Final

import msgspec
from msgspec import Struct
from sqlalchemy import Row, delete, select

from atesaki.clock import Clock, utc_now
from atesaki.console.try_it.trial import Trial
from atesaki.judgement.errors import AtesakiError
from atesaki.recorder import Recorder
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.tables import trials as table

KEPT_FOR: Final = dt.timedelta(days=14)
MAX_BYTES: Final = 1_000_000
_ID_BYTES: Final = 18


class TrialGone(AtesakiError):
    """There is no such trial any more."""

    status = 404
    type = "trial-not-found"


class TrialTooLarge(AtesakiError):
    """A trial that is too large to be kept."""

    status = 413
    type = "trial-too-large"


class KeptTrial(Struct, frozen=True):
    """A trial with its id, who kept it, and until when."""

    id: str
    trial: Trial
    person_key: str
    expires_at: dt.datetime


class KeptTrials:
    """The kept trials of the store; keeping, opening and deleting one is in the journal before it counts."""

    def __init__(self, store: Store, record: Recorder, clock: Clock = utc_now) -> None:
        self._store = store
        self._record = record
        self._clock = clock

    def keep(self, trial: Trial, person_key: str, author: str) -> str:
        """Keep a trial and return its id; those that have expired are deleted. Raises `TrialTooLarge`."""
        content = msgspec.json.encode(trial)
        if len(content) > MAX_BYTES:
            raise TrialTooLarge("This is too large to be kept; shorten the text of the mail.")
        found, now = secrets.token_urlsafe(_ID_BYTES), self._clock()
        row = {
            "id": found,
            "trial": content.decode(),
            "person_key": person_key,
            "created_at": micros(now),
            "expires_at": micros(now + KEPT_FOR),
        }
        self._record("trial.kept", _subject(found), {"before": None, "after": "kept"}, {"author": author})
        with self._store.write() as connection:
            connection.execute(delete(table).where(table.c.expires_at <= micros(now)))
            connection.execute(table.insert(), row)
        return found

    def open(self, found: str, author: str) -> KeptTrial:
        """Return a trial, after it was recorded that somebody looks at it; raises `TrialGone`."""
        kept = self._find(found)
        self._record("personal_data.viewed", _subject(found), {"purpose": "try it"}, {"by": author})
        return kept

    def delete(self, found: str, author: str) -> None:
        """Delete a trial; raises `TrialGone`."""
        self._find(found)
        self._record("trial.deleted", _subject(found), {"before": "kept", "after": None}, {"author": author})
        with self._store.write() as connection:
            connection.execute(delete(table).where(table.c.id == found))

    def _find(self, found: str) -> KeptTrial:
        alive = (table.c.id == found) & (table.c.expires_at > micros(self._clock()))
        with self._store.read() as connection:
            row = connection.execute(select(table).where(alive)).first()
        if row is None:
            raise TrialGone("This link has ended, or it was deleted. Ask whoever sent it to try it again.")
        return _kept(row)


def _kept(row: Row[tuple[object, ...]]) -> KeptTrial:
    return KeptTrial(row.id, msgspec.json.decode(row.trial, type=Trial), row.person_key, moment(row.expires_at))


def _subject(found: str) -> str:
    """Name a trial in the journal without handing out its link."""
    return f"trial {found[:6]}"
