"""What clients say of themselves: that they see the mail program, or that a change of it has blinded them."""

import datetime as dt
from collections import OrderedDict
from collections.abc import Callable

from msgspec import Struct

from atesaki.clock import Clock, utc_now
from atesaki.journal import Entry
from atesaki.sending.records import Records
from atesaki.sending.request import Caller, ClientApp, Label

KIND = "client.reported"

WELL_EVERY = dt.timedelta(days=1)
ILL_EVERY = dt.timedelta(hours=1)
"""How often the same report is recorded again: thousands of clients say the same thing every hour."""

MOST_REPORTS = 10_000

Count = Callable[[str, bool], None]
"""Counts a report: of which app, and whether it is well."""


class Heartbeat(Struct, frozen=True, forbid_unknown_fields=True):
    """How a client is; `problem` is one word for what it can't see."""

    healthy: bool
    version: Label | None = None
    platform: Label | None = None
    problem: Label | None = None


class ClientReports:
    """Records a report when it is new, and now and then while it stays the same."""

    def __init__(self, journal: Records, count: Count, clock: Clock = utc_now) -> None:
        self._journal = journal
        self._count = count
        self._clock = clock
        self._recorded: OrderedDict[tuple[str, str, Heartbeat], dt.datetime] = OrderedDict()

    async def report(self, app: ClientApp, heartbeat: Heartbeat, caller: Caller) -> None:
        """Take a report; raises `JournalUnavailable` where one that is due can't be recorded."""
        self._count(app, heartbeat.healthy)
        key, now = (caller.key, app, heartbeat), self._clock()
        last = self._recorded.get(key)
        if last is not None and now - last < (WELL_EVERY if heartbeat.healthy else ILL_EVERY):
            return
        # Noted first, so that two clients at once don't record it twice; unmade where it fails.
        self._note(key, now)
        try:
            await self._journal.append(_entry(app, heartbeat))
        except BaseException:
            self._recorded.pop(key, None)
            raise

    def _note(self, key: tuple[str, str, Heartbeat], now: dt.datetime) -> None:
        self._recorded[key] = now
        self._recorded.move_to_end(key)
        if len(self._recorded) > MOST_REPORTS:
            self._recorded.popitem(last=False)


def _entry(app: ClientApp, heartbeat: Heartbeat) -> Entry:
    body = {
        "app": app,
        "version": heartbeat.version,
        "platform": heartbeat.platform,
        "healthy": heartbeat.healthy,
        "problem": heartbeat.problem,
    }
    return Entry(KIND, app, body)
