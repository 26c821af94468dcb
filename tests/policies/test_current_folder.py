"""A folder as the truth about policies: watched, never written to, and no reason to judge without policies."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs
from tests.fakes.journal import ListedJournal
from tests.policies.files import BROKEN, FAILING, FILES, POLICY, STRICTER, write
from tests.waiting import wait_until

from atesaki.judgement.errors import AtesakiError
from atesaki.policies import current
from atesaki.policies.current import CurrentPolicies, PoliciesNotLoaded
from atesaki.policies.errors import PoliciesReadOnly, PolicyErrors, PolicyFolderUnreadable
from atesaki.policies.load import read_folder, revision_of
from atesaki.policies.revisions import RevisionStore
from atesaki.storage.engine import Store


def from_folder(store: Store, records: ListedJournal, folder: Path) -> CurrentPolicies:
    """Return policies whose truth is a folder, not yet started."""
    return CurrentPolicies(RevisionStore(store), records, shipped=folder / "missing", folder=folder)


def loaded(store: Store, records: ListedJournal, folder: Path) -> CurrentPolicies:
    """Return policies as they are after a start, whose folder nobody watches."""
    policies = from_folder(store, records, folder)
    policies.start()
    policies.stop()
    return policies


def test_without_any_good_set_the_start_fails_with_the_place(
    store: Store, records: ListedJournal, tmp_path: Path
) -> None:
    """No server runs without policies, and its error says which line to mend."""
    unstarted = from_folder(store, records, write(tmp_path / "policies", BROKEN))
    with pytest.raises(PolicyErrors, match=r"strangers\.yaml:7:13"):
        unstarted.start()
    with pytest.raises(PoliciesNotLoaded):
        _ = unstarted.policy_set


def test_a_set_that_is_not_taken_is_logged_once(store: Store, records: ListedJournal, tmp_path: Path) -> None:
    """Whoever reads the log finds the place, or the folder that is away, and no word of the file."""
    folder = tmp_path / "policies"
    with capture_logs() as logs:
        policies = loaded(store, records, write(folder, FILES))
        write(folder, BROKEN)
        policies.refresh()
        policies.refresh()
        folder.rename(tmp_path / "elsewhere")
        policies.refresh()
        policies.refresh()
    away = f"The policy folder {folder} cannot be read: No such file or directory."
    assert [(log["event"], log["problem"]) for log in logs] == [
        ("policies.not_taken", "strangers.yaml:7:13"),
        ("policies.not_taken", away),
    ]


def test_a_folder_is_the_truth(store: Store, records: ListedJournal, tmp_path: Path) -> None:
    """What stands there is in force and recorded, and nothing can be published over it."""
    policies = loaded(store, records, write(tmp_path / "policies", FILES))
    assert policies.policy_set.revision == revision_of(FILES)
    assert records.entries[0][3]["author"] == "folder"
    with pytest.raises(PoliciesReadOnly) as caught:
        policies.publish(STRICTER, "admin")
    assert (caught.value.status, caught.value.type) == (409, "policies-read-only")


def test_a_broken_folder_keeps_the_last_good_set(store: Store, records: ListedJournal, tmp_path: Path) -> None:
    """The problem names file, line and column until the file is mended."""
    folder = write(tmp_path / "policies", FILES)
    policies = loaded(store, records, folder)
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


def test_a_folder_that_goes_away_is_told_and_comes_back(store: Store, records: ListedJournal, tmp_path: Path) -> None:
    """An unmounted volume changes no policies."""
    folder = write(tmp_path / "policies", FILES)
    policies = loaded(store, records, folder)
    folder.rename(tmp_path / "elsewhere")
    policies.refresh()
    assert "cannot be read" in (policies.problem or "")
    assert policies.policy_set.revision == revision_of(FILES)
    (tmp_path / "elsewhere").rename(folder)
    policies.refresh()
    assert policies.problem is None


def test_a_change_that_cannot_be_recorded_is_tried_again(store: Store, records: ListedJournal, tmp_path: Path) -> None:
    """The folder's new set waits for the journal."""
    folder = write(tmp_path / "policies", FILES)
    policies = loaded(store, records, folder)
    write(folder, STRICTER)
    records.broken = AtesakiError("The journal is away.")
    policies.refresh()
    assert (policies.policy_set.revision, policies.problem) == (revision_of(FILES), "The journal is away.")
    records.broken = None
    policies.refresh()
    assert (policies.policy_set.revision, policies.problem) == (revision_of(STRICTER), None)


def test_a_start_with_a_broken_folder_takes_the_last_good_set(
    store: Store, records: ListedJournal, tmp_path: Path
) -> None:
    """A restart in the middle of an edit goes on with what was in force, and mends itself with the file."""
    folder = write(tmp_path / "policies", FILES)
    loaded(store, records, folder)
    write(folder, BROKEN)
    second = loaded(store, records, folder)
    assert second.policy_set.revision == revision_of(FILES)
    assert (second.problem or "").startswith("strangers.yaml:7:13: ")
    write(folder, FILES)
    second.refresh()
    assert second.problem is None
    assert len(records.entries) == 1


def test_a_missing_folder_is_no_empty_set(store: Store, records: ListedJournal, tmp_path: Path) -> None:
    """A mistyped ATESAKI_POLICY_DIR stops the start."""
    with pytest.raises(PolicyFolderUnreadable):
        from_folder(store, records, tmp_path / "policies").start()


def test_a_folder_is_taken_once_nobody_writes_to_it(
    store: Store, records: ListedJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`git pull` writes file by file; what stands there meanwhile may load, and is nobody's set."""
    policies = loaded(store, records, write(tmp_path / "policies", FILES))
    looks = [{**FILES, "strangers.yaml": f"{POLICY}# Half of it.\n"}, STRICTER, STRICTER]
    monkeypatch.setattr(current, "SETTLE_SECONDS", 0)
    monkeypatch.setattr(current, "read_folder", lambda _: looks.pop(0))
    policies.refresh()
    assert (policies.policy_set.revision, looks) == (revision_of(STRICTER), [])
    assert [published.revision for published in RevisionStore(store).newest_first()] == [
        revision_of(STRICTER),
        revision_of(FILES),
    ]


def test_a_folder_whose_link_is_switched_is_read_from_one_side(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of the old and of the new release never make up a set together."""
    old, new = write(tmp_path / "old", FILES), write(tmp_path / "new", STRICTER)
    (link := tmp_path / "current").symlink_to(old)
    read_bytes = Path.read_bytes

    def switching(path: Path) -> bytes:
        link.unlink()
        link.symlink_to(new)
        return read_bytes(path)

    monkeypatch.setattr(Path, "read_bytes", switching)
    assert read_folder(link) == FILES


def test_a_watched_folder_is_reloaded_by_itself(
    store: Store, records: ListedJournal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody has to restart anything."""
    monkeypatch.setattr(current, "FOLDER_SECONDS", 0.02)
    folder = write(tmp_path / "policies", {"strangers.yaml": POLICY})
    policies = from_folder(store, records, folder)
    policies.start()
    try:
        write(folder, STRICTER)
        wait_until(lambda: policies.policy_set.revision == revision_of(STRICTER))
    finally:
        policies.stop()
