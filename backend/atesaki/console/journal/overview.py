"""The overview: volumes, what became of held mails, rules that are noise or dead, clients that fell silent."""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from typing import Final, NamedTuple, Protocol

from starlette.responses import Response

from atesaki.console.journal import words
from atesaki.console.journal.chart import Chart, bars, lines
from atesaki.console.journal.ports import KnowsRules
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import page
from atesaki.console.shell.sentences import translated
from atesaki.journal.feed import Lag, TellsLag
from atesaki.sending.index.days import ClientTotals, RuleTotals, Totals

PERIODS: Final = (30, 90, 365)
NOISE_SHARE: Final = 0.9
NOISE_LEAST: Final = 10
"""Fewer matches than this tell nothing about a rule."""

SILENT_DAYS: Final = 7
_DAILY_UP_TO: Final = 62


class Figures(Protocol):
    """Knows the figures between two days; blocks."""

    def days(self, first: dt.date, last: dt.date) -> Mapping[dt.date, Totals]:
        """Return the totals of each day that had any."""

    def rules(self, first: dt.date, last: dt.date) -> Sequence[RuleTotals]:
        """Return what each rule did."""

    def clients(self, first: dt.date, last: dt.date) -> Sequence[ClientTotals]:
        """Return every client that ever asked."""

    def zones(self) -> Collection[str]:
        """Return the time zones in which days were counted."""


class TellsRefused(Protocol):
    """Knows when parts of the journal were found that no server signs; blocks."""

    def __call__(self) -> Sequence[dt.datetime]:
        """Return the moments, oldest first; without those that somebody vouched for since."""


class Period(NamedTuple):
    """The days of an overview; `name` is the month or the number of days that was asked for."""

    first: dt.date
    last: dt.date
    name: str


class RuleRow(NamedTuple):
    """One rule with its rate of overrides; `noise` and `dead` say what an admin should look at."""

    totals: RuleTotals
    rate: float | None
    noise: bool
    dead: bool


class ClientRow(NamedTuple):
    """One client; `silent` says that it asked before and has not for days."""

    totals: ClientTotals
    silent: bool


class ReceiverRow(NamedTuple):
    """Somebody who is fed, and what is wrong in the visitor's language."""

    name: str
    lag: Lag
    problem: str


def receiver_row(ask: Ask, lag: Lag) -> ReceiverRow:
    """Name a receiver in words; of several mailboxes each has its number."""
    kind, _, number = lag.target.rpartition(" ")
    name = f"{ask.text(words.RECEIVERS[kind])} {number}" if number.isdigit() else ask.text(words.RECEIVERS[lag.target])
    return ReceiverRow(name, lag, translated(lag.problem or "", ask.locale))


class Routes:
    """The one page, for the screen and for paper."""

    def __init__(self, figures: Figures, rules: KnowsRules, lags: TellsLag, refused: TellsRefused) -> None:
        self._figures = figures
        self._rules = rules
        self._lags = lags
        self._refused = refused

    def show(self, ask: Ask) -> Response:
        """Show a period."""
        today = dt.datetime.now(ask.zone).date()
        period = period_of(ask.query("month"), ask.query("days"), today)
        days = self._figures.days(period.first, period.last)
        buckets = bucketed(days, period)
        total = sum(days.values(), Totals())
        return page(
            ask,
            "journal/overview.html",
            period=period,
            periods=PERIODS,
            months=_months(today),
            other_zones=sorted(set(self._figures.zones()) - {str(ask.zone)}),
            total=total,
            buckets=buckets,
            volume=volume_chart(buckets),
            rates=rate_chart(buckets),
            rules=rule_rows(
                self._figures.rules(period.first, period.last), self._rules.enforced(), tried=total.decisions > 0
            ),
            clients=client_rows(self._figures.clients(period.first, period.last), today),
            degraded={day: totals.degraded for day, totals in sorted(days.items()) if totals.degraded},
            receivers=[receiver_row(ask, each) for each in self._lags.lag()],
            keepers=[receiver_row(ask, each) for each in self._lags.checkpoint_lag()],
            mailboxes=[receiver_row(ask, each) for each in self._lags.notice_lag()],
            refused=self._refused(),
            titles=self._rules.titles(ask.locale),
            words=words,
        )


def period_of(month: str, days: str, today: dt.date) -> Period:
    """Return the period that was asked for, the last 30 days where nothing sensible was."""
    try:
        first = dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        count = next((each for each in PERIODS if str(each) == days), PERIODS[0])
        return Period(today - dt.timedelta(days=count - 1), today, str(count))
    length = calendar.monthrange(first.year, first.month)[1]
    return Period(first, first.replace(day=length), month)


def bucketed(days: Mapping[dt.date, Totals], period: Period) -> list[tuple[dt.date, Totals]]:
    """Return the totals by day, or by week where there would be too many to tell apart; empty ones included."""
    length = (period.last - period.first).days + 1
    step = 1 if length <= _DAILY_UP_TO else 7
    found = []
    for start in range(0, length, step):
        begin = period.first + dt.timedelta(days=start)
        within = [begin + dt.timedelta(days=offset) for offset in range(min(step, length - start))]
        found.append((begin, sum((days.get(day, Totals()) for day in within), Totals())))
    return found


def rule_rows(rules: Sequence[RuleTotals], enforced: frozenset[str], *, tried: bool = True) -> list[RuleRow]:
    """Return every rule that did something, and those in force that did nothing although mails were there to try."""
    seen = {rule.rule for rule in rules}
    return [_rule_row(rule) for rule in rules] + [
        RuleRow(RuleTotals(name), None, noise=False, dead=tried) for name in sorted(enforced - seen)
    ]


def _rule_row(totals: RuleTotals) -> RuleRow:
    rate = totals.overridden / totals.fired if totals.fired else None
    noise = rate is not None and totals.fired >= NOISE_LEAST and rate > NOISE_SHARE
    return RuleRow(totals, rate, noise=noise, dead=False)


def client_rows(clients: Sequence[ClientTotals], today: dt.date) -> list[ClientRow]:
    """Return the clients, and which of them fell silent."""
    silent_since = today - dt.timedelta(days=SILENT_DAYS)
    return [ClientRow(client, client.last_day < silent_since) for client in clients]


def volume_chart(buckets: Sequence[tuple[dt.date, Totals]]) -> Chart:
    """Draw how many mails were let through, warned about and stopped."""
    return bars([(day, (total.decisions - total.held, total.warned, total.blocked)) for day, total in buckets])


def rate_chart(buckets: Sequence[tuple[dt.date, Totals]]) -> Chart:
    """Draw which part of the held mails was fixed, and which sent all the same."""
    return lines([(day, (_share(total.fixed, total), _share(total.overridden, total))) for day, total in buckets])


def _share(part: int, total: Totals) -> float | None:
    return part / total.held if total.held else None


def _months(today: dt.date) -> list[str]:
    first = today.replace(day=1)
    months = []
    for _ in range(13):
        months.append(f"{first:%Y-%m}")
        first = (first - dt.timedelta(days=1)).replace(day=1)
    return months
