"""Charts as plain numbers for an SVG: where each bar and each line stands; the table behind them is the page's."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Final, NamedTuple

WIDTH: Final = 960.0
HEIGHT: Final = 240.0
LEFT: Final = 56.0
"""Room for the numbers of the scale."""

BOTTOM: Final = 28.0
TOP: Final = 12.0
_GAP: Final = 0.2
_LABELS: Final = 8
_DASH: Final = 8
_TICKS: Final = 4


class Bar(NamedTuple):
    """One part of a stacked bar; `part` counts from the bottom."""

    x: float
    y: float
    width: float
    height: float
    part: int


class Tick(NamedTuple):
    """One line of the scale and its value."""

    y: float
    value: float


class Label(NamedTuple):
    """A day below the chart."""

    x: float
    day: dt.date


class Chart(NamedTuple):
    """All that is drawn, in user units of `0 0 WIDTH HEIGHT`; `paths` are the `d` of one line a series."""

    bars: tuple[Bar, ...]
    paths: tuple[str, ...]
    ticks: tuple[Tick, ...]
    labels: tuple[Label, ...]


def bars(series: Sequence[tuple[dt.date, Sequence[int]]]) -> Chart:
    """Stack the parts of each day."""
    most = round_up(max((sum(parts) for _, parts in series), default=0))
    step = (WIDTH - LEFT) / max(1, len(series))
    drawn = []
    for place, (_, parts) in enumerate(series):
        below = 0
        for part, value in enumerate(parts):
            if value:
                top = _y((below + value) / most)
                drawn.append(
                    Bar(LEFT + step * (place + _GAP / 2), top, step * (1 - _GAP), _y(below / most) - top, part)
                )
            below += value
    return Chart(tuple(drawn), (), _ticks(most), _labels(series, step))


def lines(series: Sequence[tuple[dt.date, Sequence[float | None]]]) -> Chart:
    """Draw shares from 0 to 1, broken where there is none."""
    step = (WIDTH - LEFT) / max(1, len(series))
    count = max((len(values) for _, values in series), default=0)
    paths = tuple(_path([values[number] for _, values in series], step) for number in range(count))
    return Chart((), paths, _ticks(1), _labels(series, step))


def round_up(value: float) -> int:
    """Return the next number of the form 1, 2, 4 or 5 times a power of ten, at least 4: its quarters read well."""
    scale = 1
    while True:
        for factor in (1, 2, 4, 5):
            if (rounded := factor * scale) >= max(value, _TICKS):
                return rounded
        scale *= 10


def _path(values: Sequence[float | None], step: float) -> str:
    parts, down = [], False
    for place, (value, following) in enumerate(zip(values, [*values[1:], None], strict=True)):
        x = LEFT + step * (place + 0.5)
        if value is not None and not down and following is None:
            # A lone day, such as the first one, has no line: a dash as long as those of a dashed one is seen.
            parts.append(f"M{x - _DASH / 2:.1f} {_y(value):.1f} h{_DASH}")
        elif value is not None:
            parts.append(f"{'L' if down else 'M'}{x:.1f} {_y(value):.1f}")
        down = value is not None
    return " ".join(parts)


def _y(share: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share)


def _ticks(most: float) -> tuple[Tick, ...]:
    return tuple(Tick(_y(number / _TICKS), most * number / _TICKS) for number in range(_TICKS + 1))


def _labels(series: Sequence[tuple[dt.date, object]], step: float) -> tuple[Label, ...]:
    every = max(1, -(-len(series) // _LABELS))
    return tuple(Label(LEFT + step * (place + 0.5), day) for place, (day, _) in enumerate(series) if place % every == 0)
