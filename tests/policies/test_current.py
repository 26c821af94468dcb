"""The policy set in force: never replaced by a broken one, recorded before it counts, the same for every process."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.fakes.journal import ListedJournal
from tests.policies.files import BROKEN, FAILING, FILES, STRICTER, changed
from tests.waiting import wait_until
from typing_extensions import override

from atesaki.judgement.errors import AtesakiError
from atesaki.policies import current
from atesaki.policies.current import CurrentPolicies
from atesaki.policies.errors import PoliciesChanged, PolicyErrors
from atesaki.policies.load import revision_of
from atesaki.policies.revisions import Revision, RevisionStore
from atesaki.storage.engine import Store


@pytest.fixture
def policies(store: Store, records: ListedJournal, shipped: Path) -> Iterator[CurrentPolicies]:
    """Started policies in a store."""
    started = CurrentPolicies(RevisionStore(store), records, shipped=shipped)
    started.start()
    yield started
    started.stop()


def test_the_first_start_publishes_the_shipped_policies(policies: CurrentPolicies, records: ListedJournal) -> None:
    """They are revision 1, and the journal says so."""
    assert policies.in_force.published.number == 1
    assert policies.policy_set.revision == revision_of(FILES)
    (record,) = records.entries
    assert record[:2] == ("policy.published", revision_of(FILES))
    assert record[2] == {
        "before": None,
        "after": revision_of(FILES),
        "added": ["strangers.yaml", "strangers_test.yaml"],
        "removed": [],
        "changed": [],
    }


def test_a_publication_follows_the_set_that_its_author_saw(policies: CurrentPolicies, store: Store) -> None:
    """Whoever names another set is refused, also where only another process knows of it; nothing is lost."""
    seen = policies.policy_set.revision
    RevisionStore(store).add(revision_of(STRICTER), STRICTER, "another", "")
    with pytest.raises(PoliciesChanged):
        policies.publish(changed("{count} people", "{count} strangers"), "admin", expected=seen)
    assert policies.publish(FILES, "admin", expected=revision_of(STRICTER)).number == 3


def test_of_two_processes_that_publish_at_once_one_is_refused(store: Store) -> None:
    """Between the look and the publication another process may have been faster; the store itself refuses then."""
    revisions = RevisionStore(store)
    first = revisions.add("a", FILES, "one", "")
    revisions.add("b", STRICTER, "two", "", after=first.number)
    with pytest.raises(PoliciesChanged):
        revisions.add("c", FILES, "three", "", after=first.number)
    assert revisions.newest_number() == first.number + 1


def test_a_publication_is_recorded_with_before_and_after(policies: CurrentPolicies, records: ListedJournal) -> None:
    """The record names both revisions and the files that differ; who and why are kept apart."""
    published = policies.publish(STRICTER, "admin", "Higher severity")
    assert published.number == 2
    assert policies.policy_set.revision == published.revision == revision_of(STRICTER)
    _, subject, body, personal = records.entries[-1]
    assert subject == published.revision
    assert (body["before"], body["after"]) == (revision_of(FILES), revision_of(STRICTER))
    assert body["changed"] == ["strangers.yaml"]
    assert personal == {"author": "admin", "note": "Higher severity"}


def test_a_publication_whose_tests_are_read_no_more_stays_in_force(
    store: Store, records: ListedJournal, shipped: Path
) -> None:
    """An upgrade that reads tests more strictly puts no older rules in force; the rest of the tests still runs."""
    mistyped = {**STRICTER, "strangers_test.yaml": FILES["strangers_test.yaml"].replace("tests:", "tets:")}
    revisions = RevisionStore(store)
    revisions.add(revision_of(FILES), FILES, "shipped", "")
    revisions.add(revision_of(mistyped), mistyped, "admin", "")
    policies = CurrentPolicies(revisions, records, shipped=shipped)
    policies.start()
    policies.stop()
    assert policies.in_force.published.number == 2
    assert policies.policy_set.revision == revision_of(mistyped)
    assert policies.in_force.published.files == mistyped
    assert policies.problem is None
    assert (policies.unread or "").startswith("strangers_test.yaml:")


@pytest.mark.parametrize("files", [BROKEN, FAILING, {}], ids=["does not load", "fails its test", "is empty"])
def test_a_bad_set_changes_nothing(policies: CurrentPolicies, records: ListedJournal, files: dict[str, str]) -> None:
    """The set in force stays, nothing is stored, nothing is recorded."""
    with pytest.raises(PolicyErrors):
        policies.publish(files, "admin")
    assert policies.policy_set.revision == revision_of(FILES)
    assert len(records.entries) == 1
    assert policies.problem is None


def test_publishing_what_is_in_force_is_no_publication(policies: CurrentPolicies, records: ListedJournal) -> None:
    """A retried request leaves one publication and one record."""
    first = policies.publish(STRICTER, "admin")
    assert policies.publish(STRICTER, "admin") == first
    assert len(records.entries) == 2


def test_nothing_comes_into_force_unrecorded(policies: CurrentPolicies, records: ListedJournal) -> None:
    """Where the journal is away, the old set stays in force, now and after a restart."""
    records.broken = AtesakiError("The journal is away.")
    with pytest.raises(AtesakiError):
        policies.publish(STRICTER, "admin")
    assert policies.policy_set.revision == revision_of(FILES)
    assert policies._revisions.newest_number() == 1


def test_another_process_takes_over_a_publication(
    policies: CurrentPolicies, store: Store, records: ListedJournal, shipped: Path
) -> None:
    """A replica that looks again has the newest set, and publishes nothing itself."""
    replica = CurrentPolicies(RevisionStore(store), records, shipped=shipped)
    replica.start()
    try:
        policies.publish(STRICTER, "admin")
        replica.refresh()
        assert replica.policy_set.revision == revision_of(STRICTER)
        assert len(records.entries) == 2
    finally:
        replica.stop()


def test_a_stored_set_that_no_longer_loads_gives_way_to_the_last_good_one(
    policies: CurrentPolicies, store: Store, records: ListedJournal, shipped: Path
) -> None:
    """After an upgrade that refuses an old key, the server starts, keeps judging, and says what is wrong."""
    RevisionStore(store).add("old", BROKEN, "admin", "")
    policies.refresh()
    restarted = CurrentPolicies(RevisionStore(store), records, shipped=shipped)
    restarted.start()
    restarted.stop()
    for each in (policies, restarted):
        assert each.policy_set.revision == revision_of(FILES)
        assert each.problem == "strangers.yaml:7:13: Unknown value “wran”; did you mean “warn”?"


class Blinking(RevisionStore):
    """Publications that are numbered, but once can't be read; `looks` counts how often they are asked for."""

    away = False
    looks = 0

    @override
    def newest_first(self) -> Iterator[Revision]:
        """Yield all publications."""
        self.looks += 1
        if self.away:
            self.away = False
            raise ConnectionResetError
        return super().newest_first()


def test_a_set_that_could_not_be_read_is_taken_at_the_next_look(
    store: Store, records: ListedJournal, shipped: Path
) -> None:
    """A database that goes away between two questions leaves no replica on the old rules."""
    revisions = Blinking(store)
    here, there = (CurrentPolicies(each, records, shipped=shipped) for each in (revisions, RevisionStore(store)))
    here.refresh()
    there.refresh()
    there.publish(STRICTER, "admin")
    revisions.away = True
    with pytest.raises(ConnectionResetError):
        here.refresh()
    here.refresh()
    assert (here.problem, here.policy_set.revision) == (None, revision_of(STRICTER))


def test_a_broken_set_is_looked_at_once(store: Store, records: ListedJournal, shipped: Path) -> None:
    """It stays broken however often it is loaded, and its problem is told for as long."""
    revisions = Blinking(store)
    policies = CurrentPolicies(revisions, records, shipped=shipped)
    policies.refresh()
    revisions.add("new", BROKEN, "admin", "")
    before = revisions.looks
    for _ in range(3):
        policies.refresh()
        assert policies.problem is not None
    assert revisions.looks == before + 1


def test_the_watcher_outlives_a_store_that_is_away(
    store: Store, records: ListedJournal, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that nobody foresaw is told as a problem, and the next look goes on."""
    monkeypatch.setattr(current, "STORE_SECONDS", 0.02)
    policies = CurrentPolicies(RevisionStore(store), records, shipped=shipped)
    policies.start()
    try:
        rename(store, "policy_revisions", "away")
        wait_until(lambda: "could not be looked up" in (policies.problem or ""))
        rename(store, "away", "policy_revisions")
        wait_until(lambda: policies.problem is None)
    finally:
        policies.stop()
    assert policies.policy_set.revision == revision_of(FILES)


def rename(store: Store, old: str, new: str) -> None:
    """Hide a table or bring it back."""
    with store.write() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))
