"""Deletes what has served its time: used or expired releases, answers kept for retries, old second checks."""

import asyncio
import datetime as dt

import structlog
from sqlalchemy import delete

from atesaki.clock import Clock, utc_now
from atesaki.storage.check_tables import second_checks
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import idempotency_keys, releases

EVERY_SECONDS = 60.0

SHOWN_FOR = dt.timedelta(days=30)
"""How long a second check is listed after its end."""

_log = structlog.get_logger(__name__)


async def keep_tidy(store: Store) -> None:
    """Delete expired rows every minute, until cancelled."""
    while True:
        await asyncio.sleep(EVERY_SECONDS)
        try:
            await asyncio.to_thread(tidy, store)
        except Exception as error:  # noqa: BLE001  # The next minute tries again.
            _log.warning("upkeep.failed", error=type(error).__name__)


def tidy(store: Store, clock: Clock = utc_now) -> None:
    """Delete expired releases, kept answers and second checks of long ago."""
    now = clock()
    with store.write() as connection:
        connection.execute(delete(idempotency_keys).where(idempotency_keys.c.expires_at <= micros(now)))
        # A decision can be released as long as a release can wait, so an hour keeps repeated calls harmless.
        connection.execute(delete(releases).where(releases.c.expires_at <= micros(now - dt.timedelta(hours=1))))
        # The page of checkers shows for a while what became of them; then the journal alone knows.
        past = second_checks.c.expires_at <= micros(now - SHOWN_FOR)
        connection.execute(delete(second_checks).where(past))
