"""How far receivers of the journal are behind, as figures for Prometheus."""

from collections.abc import Callable, Iterable, Sequence

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError
from typing_extensions import override

from atesaki.journal.feed import Lag


class FeedFigures(Collector):
    """Asks for the lag whenever the figures are read; without the store there are none."""

    def __init__(self, lag: Callable[[], Sequence[Lag]]) -> None:
        self._lag = lag

    def describe(self) -> Iterable[Metric]:
        """Give nothing: else the store would be asked when the figures are registered."""
        return ()

    @override
    def collect(self) -> Iterable[Metric]:
        """Give the figures of each receiver."""
        records = GaugeMetricFamily(
            "atesaki_feed_lag_records", "Records that a receiver has not acknowledged.", labels=["target"]
        )
        seconds = GaugeMetricFamily(
            "atesaki_feed_lag_seconds",
            "Age of the oldest record that a receiver has not acknowledged.",
            labels=["target"],
        )
        failing = GaugeMetricFamily(
            "atesaki_feed_failing", "1 while the last delivery was not acknowledged.", labels=["target"]
        )
        for each in self._lags():
            records.add_metric([each.target], each.records)
            seconds.add_metric([each.target], each.seconds)
            failing.add_metric([each.target], float(each.problem is not None))
        return records, seconds, failing

    def _lags(self) -> Sequence[Lag]:
        try:
            return self._lag()
        except SQLAlchemyError:
            return ()
