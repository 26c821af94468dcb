"""How far receivers of the journal are behind, as figures for Prometheus."""

from collections.abc import Callable, Iterable, Sequence

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from typing_extensions import override

from atesaki.journal.feed import Lag, TellsLag


class FeedFigures(Collector):
    """Asks for the lag whenever the figures are read; without the store there are none."""

    def __init__(self, lags: TellsLag) -> None:
        self._lags = lags

    def describe(self) -> Iterable[Metric]:
        """Give nothing: else the store would be asked when the figures are registered."""
        return ()

    @override
    def collect(self) -> Iterable[Metric]:
        """Give the figures of each receiver of records, place that keeps checkpoints, and mailbox of notices."""
        yield from _of_records(_known(self._lags.lag))
        yield from _of_checkpoints(_known(self._lags.checkpoint_lag))
        yield from _of_notices(_known(self._lags.notice_lag))


def _of_records(lags: Sequence[Lag]) -> Iterable[Metric]:
    records = GaugeMetricFamily(
        "atesaki_feed_lag_records", "Records that a receiver has not acknowledged.", labels=["target"]
    )
    seconds = GaugeMetricFamily(
        "atesaki_feed_lag_seconds", "Age of the oldest record that a receiver has not acknowledged.", labels=["target"]
    )
    failing = GaugeMetricFamily(
        "atesaki_feed_failing", "1 while the last delivery was not acknowledged.", labels=["target"]
    )
    return _filled(lags, records, seconds, failing)


def _of_checkpoints(lags: Sequence[Lag]) -> Iterable[Metric]:
    records = GaugeMetricFamily(
        "atesaki_checkpoint_lag_records", "Records that no checkpoint covers in a second place.", labels=["target"]
    )
    seconds = GaugeMetricFamily(
        "atesaki_checkpoint_lag_seconds",
        "Age of the oldest record that no checkpoint covers in a second place.",
        labels=["target"],
    )
    failing = GaugeMetricFamily(
        "atesaki_checkpoint_failing", "1 while the last checkpoint was not taken there.", labels=["target"]
    )
    return _filled(lags, records, seconds, failing)


def _of_notices(lags: Sequence[Lag]) -> Iterable[Metric]:
    records = GaugeMetricFamily(
        "atesaki_notice_lag_records", "Records that a mailbox was not told of.", labels=["target"]
    )
    seconds = GaugeMetricFamily(
        "atesaki_notice_lag_seconds", "Age of the oldest record that a mailbox was not told of.", labels=["target"]
    )
    failing = GaugeMetricFamily("atesaki_notice_failing", "1 while the last mail was not taken.", labels=["target"])
    return _filled(lags, records, seconds, failing)


def _filled(
    lags: Sequence[Lag], records: GaugeMetricFamily, seconds: GaugeMetricFamily, failing: GaugeMetricFamily
) -> Iterable[Metric]:
    for each in lags:
        records.add_metric([each.target], each.records)
        seconds.add_metric([each.target], each.seconds)
        failing.add_metric([each.target], float(each.problem is not None))
    return records, seconds, failing


def _known(lag: Callable[[], Sequence[Lag]]) -> Sequence[Lag]:
    try:
        return lag()
    except SQLAlchemyError:
        return ()
