"""The arithmetic of the overview: periods, buckets, what is noise, what is dead, and where things are drawn."""

import datetime as dt

import pytest

from atesaki.console.journal.chart import BOTTOM, HEIGHT, TOP, bars, lines, round_up
from atesaki.console.journal.overview import Period, bucketed, client_rows, period_of, rule_rows
from atesaki.sending.index.days import ClientTotals, RuleTotals, Totals

TODAY = dt.date(2026, 11, 27)


@pytest.mark.parametrize(
    ("month", "days", "first", "last"),
    [
        ("2026-02", "", dt.date(2026, 2, 1), dt.date(2026, 2, 28)),
        ("", "90", dt.date(2026, 8, 30), TODAY),
        ("soon", "7", dt.date(2026, 10, 29), TODAY),
    ],
)
def test_a_period_is_a_month_or_some_days(month: str, days: str, first: dt.date, last: dt.date) -> None:
    """What makes no sense gives the last thirty days."""
    assert period_of(month, days, TODAY)[:2] == (first, last)


def test_a_year_is_told_by_weeks_and_loses_no_day() -> None:
    """The sum of the buckets is the sum of the days."""
    days = {dt.date(2026, 1, 1) + dt.timedelta(days=number): Totals(decisions=1) for number in range(365)}
    buckets = bucketed(days, Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31), "365"))
    assert len(buckets) == 53
    assert sum(total.decisions for _, total in buckets) == 365


def test_a_rule_that_nearly_everybody_overrides_is_noise() -> None:
    """More than nine in ten, and enough of them to tell."""
    rows = rule_rows([RuleTotals("a.x", 20, 19), RuleTotals("a.y", 20, 18), RuleTotals("a.z", 9, 9)], frozenset())
    assert [row.noise for row in rows] == [True, False, False]


def test_a_rule_in_force_that_never_matched_is_shown() -> None:
    """It may be fine or dead; somebody has to look."""
    rows = rule_rows([RuleTotals("a.x", 1)], frozenset({"a.x", "b.y"}))
    assert [(row.totals.rule, row.dead) for row in rows] == [("a.x", False), ("b.y", True)]


def test_no_rule_is_doubted_where_no_mail_was_checked() -> None:
    """On the first day every rule would be told dead."""
    assert [row.dead for row in rule_rows([], frozenset({"b.y"}), tried=False)] == [False]


def test_a_client_that_fell_silent_is_shown() -> None:
    """A week without a question from a client that used to ask."""
    rows = client_rows([ClientTotals("outlook", 5, TODAY), ClientTotals("gmail_addon", 0, dt.date(2026, 11, 1))], TODAY)
    assert [row.silent for row in rows] == [False, True]


def test_bars_stand_on_each_other_and_inside_the_chart() -> None:
    """The parts of a day add up to its height."""
    chart = bars([(TODAY, (2, 1, 1)), (TODAY, (0, 0, 0))])
    assert len(chart.bars) == 3
    assert chart.bars[0].y + chart.bars[0].height == pytest.approx(HEIGHT - BOTTOM)
    assert chart.bars[1].y + chart.bars[1].height == pytest.approx(chart.bars[0].y)
    assert chart.bars[2].y == pytest.approx(TOP)


def test_a_line_is_broken_where_there_is_no_share() -> None:
    """A day without held mails has no rate, not a rate of nought."""
    path = lines([(TODAY, (0.5,)), (TODAY, (None,)), (TODAY, (1.0,))]).paths[0]
    assert path.count("M") == 2
    assert "L" not in path


@pytest.mark.parametrize(("value", "rounded"), [(0, 4), (5, 5), (110, 200), (201, 400), (401, 500), (5_001, 10_000)])
def test_a_scale_ends_at_a_round_number(value: int, rounded: int) -> None:
    """Its quarters can be read."""
    assert round_up(value) == rounded
