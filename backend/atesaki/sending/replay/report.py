"""What came out of a what-if: numbers and ids, by rule and by department."""

from collections import Counter
from collections.abc import Iterable, Mapping

from msgspec import Struct

from atesaki.sending.replay.compare import Change, Kind

MOST_SAMPLES = 20
MOST_OF_RULE = 5


class RuleReport(Struct, omit_defaults=True):
    """One rule: messages that it matches in the set in force and in the draft, the difference, and what can't be told.

    `titles` are those of its policy by language; `reads` names what the rule asks for that isn't kept of old messages.
    """

    rule: str
    titles: dict[str, str] = {}
    before: int = 0
    after: int = 0
    new: int = 0
    gone: int = 0
    untold: int = 0
    reads: list[str] = []
    samples: list[str] = []

    @property
    def changed(self) -> bool:
        """Whether the draft changes anything about it, as far as can be told."""
        return bool(self.new or self.gone)


class DepartmentReport(Struct, omit_defaults=True):
    """One department, by its mail domain; empty for senders of no domain of ours."""

    department: str
    kinds: dict[Kind, int] = {}


class IncidentReport(Struct, omit_defaults=True):
    """One shipped incident case: its story by language, and the actions before and after."""

    name: str
    story: dict[str, str]
    before: str
    after: str


class Report(Struct, omit_defaults=True):
    """Everything; `kinds` counts messages, `samples` are ids of decisions, `unreadable` features were passed over."""

    messages: int = 0
    kinds: dict[Kind, int] = {}
    rules: list[RuleReport] = []
    departments: list[DepartmentReport] = []
    samples: dict[Kind, list[str]] = {}
    incidents: list[IncidentReport] = []
    incidents_total: int = 0
    unreadable: int = 0
    since: int = 0


class Ledger:
    """Adds up changes, message by message."""

    def __init__(self) -> None:
        self._kinds: Counter[Kind] = Counter()
        self._before: Counter[str] = Counter()
        self._after: Counter[str] = Counter()
        self._new: Counter[str] = Counter()
        self._gone: Counter[str] = Counter()
        self._untold: Counter[str] = Counter()
        self._departments: dict[str, Counter[Kind]] = {}
        self._samples: dict[str, list[int]] = {}

    def add(self, number: int, change: Change, department: str) -> None:
        """Count one message."""
        self._kinds[change.kind] += 1
        self._departments.setdefault(department, Counter())[change.kind] += 1
        self._before.update(change.before)
        self._after.update(change.after)
        self._untold.update(change.untold)
        new = change.after - change.before - change.untold
        gone = change.before - change.after - change.untold
        self._new.update(new)
        self._gone.update(gone)
        if change.kind != "same":
            self._keep(change.kind, number, MOST_SAMPLES)
        for rule in new | gone:
            self._keep(f"rule {rule}", number, MOST_OF_RULE)

    def _keep(self, key: str, number: int, most: int) -> None:
        kept = self._samples.setdefault(key, [])
        if len(kept) < most:
            kept.append(number)

    @property
    def numbers(self) -> set[int]:
        """The messages that were kept as samples."""
        return {number for numbers in self._samples.values() for number in numbers}

    def report(self, rules: Iterable[RuleReport], ids: Mapping[int, str]) -> Report:
        """Return the sums; `rules` are those of both sets without numbers, `ids` those of the samples."""
        return Report(
            messages=self._kinds.total(),
            kinds=dict(self._kinds),
            rules=[self._counted(rule, ids) for rule in rules],
            departments=[DepartmentReport(name, dict(kinds)) for name, kinds in sorted(self._departments.items())],
            samples={kind: self._ids(kind, ids) for kind in self._kinds if kind in self._samples},
        )

    def _counted(self, rule: RuleReport, ids: Mapping[int, str]) -> RuleReport:
        name = rule.rule
        rule.before, rule.after = self._before[name], self._after[name]
        rule.new, rule.gone, rule.untold = self._new[name], self._gone[name], self._untold[name]
        rule.samples = self._ids(f"rule {name}", ids)
        return rule

    def _ids(self, key: str, ids: Mapping[int, str]) -> list[str]:
        return [ids[number] for number in self._samples.get(key, ()) if number in ids]
