"""Runs a draft against the shipped incident cases and the messages of the last days."""

import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import msgspec
from sqlalchemy import func, select

from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.policy_set import PolicySet
from atesaki.policies.load import load_published, load_set
from atesaki.policies.revisions import RevisionStore
from atesaki.sending.index.features import unpacked
from atesaki.sending.index.keys import first_number_at
from atesaki.sending.organization import stored_organization
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.replay.compare import Comparison
from atesaki.sending.replay.incidents import changed_incidents, shipped_incidents
from atesaki.sending.replay.report import Ledger, Report, RuleReport
from atesaki.storage.engine import Store
from atesaki.storage.index_tables import decision_features, decision_index

PAGE = 1_000
"""Messages in memory at a time."""

Progress = Callable[[int, int], object]
"""Hears how many messages of how many are done; may raise to end the run."""


class Question(NamedTuple):
    """What is asked: a draft beside the set in force, and from which moment on (microseconds UTC).

    `directories` tells whether the server asks any at Send.
    """

    in_force: Mapping[str, str]
    draft: Mapping[str, str]
    since: int
    directories: bool = False


def run(store: Store, pseudonyms: Pseudonyms, question: Question, progress: Progress) -> Report:
    """Return what the draft would have changed; raises `PolicyErrors` where one of the sets doesn't load."""
    before, after = load_published(question.in_force).policy_set, load_set(question.draft).policy_set
    organization = stored_organization(store).organization
    comparison = Comparison(
        before, after, organization, pseudonyms, _Revisions(store), directories=question.directories
    )
    ledger, unreadable = Ledger(), 0
    first = first_number_at(question.since)
    total, done = _total(store, first), 0
    progress(0, total)
    for page in _pages(store, first):
        for number, stored in page:
            try:
                features = unpacked(stored)
            except (msgspec.MsgspecError, zlib.error):
                unreadable += 1
                continue
            ledger.add(number, comparison.change(features), features.department)
        done += len(page)
        progress(done, max(total, done))
    rules = _rules(comparison.reads(), before, after)
    report = ledger.report(rules, _ids(store, ledger.numbers))
    report.unreadable, report.since = unreadable, question.since
    report.incidents, report.incidents_total = changed_incidents(before, after), sum(1 for _ in shipped_incidents())
    return report


def _rules(reads: Mapping[str, set[str]], *policy_sets: PolicySet) -> list[RuleReport]:
    titles = {policy.id: policy.title for policy_set in policy_sets for policy in policy_set.policies}
    return [
        RuleReport(name, msgspec.to_builtins(titles[name.partition(".")[0]]), reads=sorted(found))
        for name, found in sorted(reads.items())
    ]


class _Revisions:
    """The policy sets that were ever published."""

    def __init__(self, store: Store) -> None:
        self._revisions = RevisionStore(store)

    def __call__(self, revision: str) -> PolicySet | None:
        """Return the set of a revision; one that no longer loads is `None`."""
        published = self._revisions.of(revision)
        try:
            return None if published is None else load_published(published.files).policy_set
        except AtesakiError:
            return None


def _total(store: Store, first: int) -> int:
    query = select(func.count()).select_from(decision_features).where(decision_features.c.number >= first)
    with store.read() as connection:
        return connection.scalar(query) or 0


def _pages(store: Store, first: int) -> Iterator[list[tuple[int, bytes]]]:
    """Yield the features in the order of time; no transaction is held while they are judged."""
    query = select(decision_features.c.number, decision_features.c.features).order_by(decision_features.c.number)
    while True:
        with store.read() as connection:
            rows = connection.execute(query.where(decision_features.c.number >= first).limit(PAGE)).all()
        if not rows:
            return
        yield [(row.number, row.features) for row in rows]
        first = rows[-1].number + 1


def _ids(store: Store, numbers: set[int]) -> dict[int, str]:
    query = select(decision_index.c.number, decision_index.c.decision_id)
    with store.read() as connection:
        rows = connection.execute(query.where(decision_index.c.number.in_(numbers)))
        return {row.number: row.decision_id for row in rows}
