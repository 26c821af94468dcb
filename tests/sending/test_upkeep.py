"""Upkeep deletes what has served its time, and nothing earlier."""

import datetime as dt

from sqlalchemy import insert, select

from atesaki.sending.upkeep import tidy
from atesaki.storage.check_tables import second_checks
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import idempotency_keys, releases

NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


def _at(**ago: float) -> int:
    return micros(NOW - dt.timedelta(**ago))


def test_kept_answers_go_when_they_expire_and_releases_an_hour_later(store: Store) -> None:
    """Answers hold addresses, so they don't stay a minute longer; a release may be asked for once more."""
    answers = {"old": _at(seconds=1), "new": _at(seconds=-1)}
    kept = {"old": _at(hours=2), "late": _at(minutes=30), "new": _at(minutes=-15)}
    with store.write() as connection:
        for name, moment in answers.items():
            row = {"key_hash": name, "request_hash": "", "expires_at": moment}
            connection.execute(insert(idempotency_keys).values(row))
        for name, moment in kept.items():
            row = {"decision_id": name, "fingerprint": "", "sender": "", "kind": "acknowledge", "expires_at": moment}
            connection.execute(insert(releases).values(row))
    tidy(store, lambda: NOW)
    with store.read() as connection:
        assert set(connection.scalars(select(idempotency_keys.c.key_hash))) == {"new"}
        assert set(connection.scalars(select(releases.c.decision_id))) == {"late", "new"}


def test_second_checks_are_listed_for_thirty_days_after_their_end(store: Store) -> None:
    """Whoever checks sees for a while what became of them; one that still waits never goes."""
    ends = {"old": _at(days=30), "late": _at(days=29, hours=23), "waits": _at(days=-3)}
    with store.write() as connection:
        for name, end in ends.items():
            row = {"decision_id": name, "fingerprint": "", "state": "waiting", "asked_at": 0, "expires_at": end}
            connection.execute(insert(second_checks).values(row))
    tidy(store, lambda: NOW)
    with store.read() as connection:
        assert set(connection.scalars(select(second_checks.c.decision_id))) == {"late", "waits"}
