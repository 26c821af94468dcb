"""Figures for Prometheus, without an address or a name in any label."""

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from atesaki.judgement.decision import Action

_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.0)


class Metrics:
    """The figures of one application, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        decisions = Counter("atesaki_decisions", "Recorded and answered decisions.", ["action"], registry=self.registry)
        self._decisions = {action: decisions.labels(action.value) for action in Action}
        self._refused = Counter(
            "atesaki_refusals", "Refused decision requests by problem type.", ["type"], registry=self.registry
        )
        self._seconds = Histogram(
            "atesaki_decision_seconds",
            "Seconds from request to recorded answer.",
            buckets=_BUCKETS,
            registry=self.registry,
        )

        self._tokens = Counter(
            "atesaki_identity_tokens",
            "Identity tokens by issuer, and whether they verified the sender or why not.",
            ["issuer", "result"],
            registry=self.registry,
        )

        self._clients = Counter(
            "atesaki_client_reports",
            "How clients say that they are: well, or blinded by a change of the mail program.",
            ["app", "healthy"],
            registry=self.registry,
        )

    def watch(self, *, waiting: Callable[[], int], unwritten: Callable[[], bool], problem: Callable[[], bool]) -> None:
        """Ask these whenever the figures are read."""
        stuck = Gauge("atesaki_journal_problem", "1 while nothing can be recorded or answered.", registry=self.registry)
        stuck.set_function(unwritten)
        queue = Gauge("atesaki_journal_waiting", "Records waiting to be durable.", registry=self.registry)
        queue.set_function(waiting)
        refused = Gauge("atesaki_policy_problem", "1 while a newer policy set is refused.", registry=self.registry)
        refused.set_function(problem)

    def decided(self, action: Action, seconds: float) -> None:
        """Count one answered decision."""
        self._decisions[action].inc()
        self._seconds.observe(seconds)

    def refused(self, kind: str) -> None:
        """Count one request that was answered with a problem; `kind` is the problem's type."""
        self._refused.labels(kind).inc()

    def token(self, issuer: str, result: str) -> None:
        """Count one identity token by the host of its issuer; `result` is `verified` or why it verified nobody."""
        self._tokens.labels(issuer, result).inc()

    def client(self, app: str, healthy: bool) -> None:  # noqa: FBT001  # The report says nothing else.
        """Count one report of a client about itself."""
        self._clients.labels(app, str(healthy).lower()).inc()
