"""The policy set in force: never replaced by a broken one, recorded before it counts, the same for every process."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from tests.policies.fakes import RememberedRecords
from tests.policies.files import FILES, POLICY, changed

from atesaki.judgement.errors import AtesakiError
from atesaki.policies import current
from atesaki.policies.current import CurrentPolicies, PoliciesNotLoaded
from atesaki.policies.errors import PoliciesChanged, PoliciesReadOnly, PolicyErrors, PolicyFolderUnreadable
from atesaki.policies.load import revision_of
from atesaki.policies.revisions import RevisionStore
from atesaki.storage.engine import Store

STRICTER = changed("action: warn", "action: warn\n    severity: high")
FAILING = changed("at_least: 3", "at_least: 4")
BROKEN = changed("action: warn", "action: wran")


@pytest.fixture
def records() -> RememberedRecords:
    """A fresh journal."""
    return RememberedRecords()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder of shipped policies."""
    return write(tmp_path / "shipped", FILES)


@pytest.fixture
def policies(store: Store, records: RememberedRecords, shipped: Path) -> Iterator[CurrentPolicies]:
    """Started policies in a store."""
    started = CurrentPolicies(RevisionStore(store), records, shipped=shipped)
    started.start()
    yield started
    started.stop()


def write(folder: Path, files: dict[str, str]) -> Path:
    """Make a folder hold exactly these files."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_text(content)
    return folder


def from_folder(store: Store, records: RememberedRecords, folder: Path) -> CurrentPolicies:
    """Return policies whose truth is a folder, not yet started."""
    return CurrentPolicies(RevisionStore(store), records, shipped=folder / "missing", folder=folder)


def test_the_first_start_publishes_the_shipped_policies(policies: CurrentPolicies, records: RememberedRecords) -> None:
    """They are revision 1, and the journal says so."""
    assert policies.in_force.published.number == 1
    assert policies.policy_set.revision == revision_of(FILES)
    (record,) = records.records
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


def test_a_publication_is_recorded_with_before_and_after(policies: CurrentPolicies, records: RememberedRecords) -> None:
    """The record names both revisions and the files that differ; who and why are kept apart."""
    published = policies.publish(STRICTER, "admin", "Higher severity")
    assert published.number == 2
    assert policies.policy_set.revision == published.revision == revision_of(STRICTER)
    _, subject, body, personal = records.records[-1]
    assert subject == published.revision
    assert (body["before"], body["after"]) == (revision_of(FILES), revision_of(STRICTER))
    assert body["changed"] == ["strangers.yaml"]
    assert personal == {"author": "admin", "note": "Higher severity"}


@pytest.mark.parametrize("files", [BROKEN, FAILING, {}], ids=["does not load", "fails its test", "is empty"])
def test_a_bad_set_changes_nothing(
    policies: CurrentPolicies, records: RememberedRecords, files: dict[str, str]
) -> None:
    """The set in force stays, nothing is stored, nothing is recorded."""
    with pytest.raises(PolicyErrors):
        policies.publish(files, "admin")
    assert policies.policy_set.revision == revision_of(FILES)
    assert len(records.records) == 1
    assert policies.problem is None


def test_publishing_what_is_in_force_is_no_publication(policies: CurrentPolicies, records: RememberedRecords) -> None:
    """A retried request leaves one publication and one record."""
    first = policies.publish(STRICTER, "admin")
    assert policies.publish(STRICTER, "admin") == first
    assert len(records.records) == 2


def test_nothing_comes_into_force_unrecorded(policies: CurrentPolicies, records: RememberedRecords) -> None:
    """Where the journal is away, the old set stays in force, now and after a restart."""
    records.away = True
    with pytest.raises(AtesakiError):
        policies.publish(STRICTER, "admin")
    assert policies.policy_set.revision == revision_of(FILES)
    assert policies._revisions.newest_number() == 1


def test_another_process_takes_over_a_publication(
    policies: CurrentPolicies, store: Store, records: RememberedRecords, shipped: Path
) -> None:
    """A replica that looks again has the newest set, and publishes nothing itself."""
    replica = CurrentPolicies(RevisionStore(store), records, shipped=shipped)
    replica.start()
    try:
        policies.publish(STRICTER, "admin")
        replica.refresh()
        assert replica.policy_set.revision == revision_of(STRICTER)
        assert len(records.records) == 2
    finally:
        replica.stop()


def test_a_stored_set_that_no_longer_loads_gives_way_to_the_last_good_one(
    policies: CurrentPolicies, store: Store, records: RememberedRecords, shipped: Path
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


def test_without_any_good_set_the_start_fails_with_the_place(
    store: Store, records: RememberedRecords, tmp_path: Path
) -> None:
    """No server runs without policies, and its error says which line to mend."""
    unstarted = from_folder(store, records, write(tmp_path / "policies", BROKEN))
    with pytest.raises(PolicyErrors, match=r"strangers\.yaml:7:13"):
        unstarted.start()
    with pytest.raises(PoliciesNotLoaded):
        _ = unstarted.policy_set


def test_a_folder_is_the_truth(store: Store, records: RememberedRecords, tmp_path: Path) -> None:
    """What stands there is in force and recorded, and nothing can be published over it."""
    policies = from_folder(store, records, write(tmp_path / "policies", FILES))
    policies.start()
    policies.stop()
    assert policies.policy_set.revision == revision_of(FILES)
    assert records.records[0][3]["author"] == "folder"
    with pytest.raises(PoliciesReadOnly) as caught:
        policies.publish(STRICTER, "admin")
    assert (caught.value.status, caught.value.type) == (409, "policies-read-only")


def test_a_broken_folder_keeps_the_last_good_set(store: Store, records: RememberedRecords, tmp_path: Path) -> None:
    """The problem names file, line and column until the file is mended."""
    folder = write(tmp_path / "policies", FILES)
    policies = from_folder(store, records, folder)
    policies.start()
    policies.stop()
    for files, told in (
        (BROKEN, "strangers.yaml:7:13: "),
        (FAILING, "strangers_test.yaml:5:5: "),
        ({}, "policies:1:1: "),
    ):
        write(folder, files)
        policies.refresh()
        assert policies.policy_set.revision == revision_of(FILES)
        assert (policies.problem or "").startswith(told)
    write(folder, FILES)
    policies.refresh()
    assert policies.problem is None
    write(folder, STRICTER)
    policies.refresh()
    assert (policies.policy_set.revision, policies.problem) == (revision_of(STRICTER), None)


def test_a_folder_that_goes_away_is_told_and_comes_back(
    store: Store, records: RememberedRecords, tmp_path: Path
) -> None:
    """An unmounted volume changes no policies."""
    folder = write(tmp_path / "policies", FILES)
    policies = from_folder(store, records, folder)
    policies.start()
    policies.stop()
    folder.rename(tmp_path / "elsewhere")
    policies.refresh()
    assert "cannot be read" in (policies.problem or "")
    assert policies.policy_set.revision == revision_of(FILES)
    (tmp_path / "elsewhere").rename(folder)
    policies.refresh()
    assert policies.problem is None


def test_a_change_that_cannot_be_recorded_is_tried_again(
    store: Store, records: RememberedRecords, tmp_path: Path
) -> None:
    """The folder's new set waits for the journal."""
    folder = write(tmp_path / "policies", FILES)
    policies = from_folder(store, records, folder)
    policies.start()
    policies.stop()
    write(folder, STRICTER)
    records.away = True
    policies.refresh()
    assert (policies.policy_set.revision, policies.problem) == (revision_of(FILES), "The journal is away.")
    records.away = False
    policies.refresh()
    assert (policies.policy_set.revision, policies.problem) == (revision_of(STRICTER), None)


def test_a_start_with_a_broken_folder_takes_the_last_good_set(
    store: Store, records: RememberedRecords, tmp_path: Path
) -> None:
    """A restart in the middle of an edit goes on with what was in force, and mends itself with the file."""
    folder = write(tmp_path / "policies", FILES)
    first = from_folder(store, records, folder)
    first.start()
    first.stop()
    write(folder, BROKEN)
    second = from_folder(store, records, folder)
    second.start()
    second.stop()
    assert second.policy_set.revision == revision_of(FILES)
    assert (second.problem or "").startswith("strangers.yaml:7:13: ")
    write(folder, FILES)
    second.refresh()
    assert second.problem is None
    assert len(records.records) == 1


def test_a_missing_folder_is_no_empty_set(store: Store, records: RememberedRecords, tmp_path: Path) -> None:
    """A mistyped ATESAKI_POLICY_DIR stops the start."""
    with pytest.raises(PolicyFolderUnreadable):
        from_folder(store, records, tmp_path / "policies").start()


def test_a_watched_folder_is_reloaded_by_itself(
    store: Store, records: RememberedRecords, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to restart anything."""
    monkeypatch.setattr(current, "FOLDER_SECONDS", 0.02)
    folder = write(tmp_path / "policies", {"strangers.yaml": POLICY})
    policies = from_folder(store, records, folder)
    policies.start()
    try:
        write(folder, STRICTER)
        await_revision(policies, revision_of(STRICTER))
    finally:
        policies.stop()


def test_the_watcher_outlives_a_store_that_is_away(
    store: Store, records: RememberedRecords, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that nobody foresaw is told as a problem, and the next look goes on."""
    monkeypatch.setattr(current, "STORE_SECONDS", 0.02)
    policies = CurrentPolicies(RevisionStore(store), records, shipped=shipped)
    policies.start()
    try:
        rename(store, "policy_revisions", "away")
        await_problem(policies, "could not be looked up")
        rename(store, "away", "policy_revisions")
        await_problem(policies, None)
    finally:
        policies.stop()
    assert policies.policy_set.revision == revision_of(FILES)


def rename(store: Store, old: str, new: str) -> None:
    """Hide a table or bring it back."""
    with store.write() as connection:
        connection.execute(text(f"ALTER TABLE {old} RENAME TO {new}"))


def await_revision(policies: CurrentPolicies, revision: str) -> None:
    """Wait at most ten seconds for a revision to come into force."""
    until = time.monotonic() + 10
    while policies.policy_set.revision != revision and time.monotonic() < until:
        time.sleep(0.01)
    assert policies.policy_set.revision == revision


def await_problem(policies: CurrentPolicies, told: str | None) -> None:
    """Wait at most ten seconds for a problem to be told, or to be over."""
    until = time.monotonic() + 10
    while (policies.problem is not None) != (told is not None) and time.monotonic() < until:
        time.sleep(0.01)
    assert (told or "") in (policies.problem or "")
    assert (policies.problem is None) == (told is None)
