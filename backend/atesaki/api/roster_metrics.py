"""How many rosters are not in step with their groups, and how many directories don't answer, for Prometheus."""

from collections.abc import Callable, Iterable, Sequence

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from typing_extensions import override

from atesaki.judgement.errors import AtesakiError


class RosterFigures(Collector):
    """Asks for both whenever the figures are read; without the store the rosters are left out."""

    def __init__(self, out_of_step: Callable[[], Sequence[str]], untold: Callable[[], Sequence[str]]) -> None:
        self._out_of_step = out_of_step
        self._untold = untold

    def describe(self) -> Iterable[Metric]:
        """Give nothing: else the store would be asked when the figures are registered."""
        return ()

    @override
    def collect(self) -> Iterable[Metric]:
        """Give the numbers."""
        said = "Directories that could not be asked since the start, or for long, which addresses are lists."
        yield GaugeMetricFamily("atesaki_directories_untold", said, value=len(self._untold()))
        try:
            count = len(self._out_of_step())
        except AtesakiError:
            return
        said = "Rosters that are not in step with the group of a directory that they follow."
        yield GaugeMetricFamily("atesaki_rosters_out_of_step", said, value=count)
