"""Keeps the policy set in force: swapped whole, and never replaced by one that does not load or fails its tests."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar

import structlog
from msgspec import Struct

from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.policy_set import PolicySet
from atesaki.policies.errors import PoliciesReadOnly, PolicyErrors
from atesaki.policies.load import LoadedSet, load_published, load_set, read_folder
from atesaki.policies.revisions import SHIPPED_BY, Revision, RevisionStore, changed_in_between
from atesaki.policies.test import require_passed
from atesaki.recorder import Recorder

_log = structlog.get_logger(__name__)

FOLDER_SECONDS = 1.0
"""How often a policy folder is looked at."""

SETTLE_SECONDS = 0.2
"""How long a changed folder stands still before it is taken; `git pull` and copies write file by file."""

STORE_SECONDS = 2.0
"""How often the store is asked for a set that another process has published."""


_SETTLE_LOOKS = 10
"""A folder that changes for longer is taken as it is."""


class PoliciesNotLoaded(AtesakiError):
    """No policy set is in force yet, because `start` was not called or has failed."""

    status: ClassVar[int] = 503
    type: ClassVar[str] = "policies-not-loaded"


class InForce(Struct, frozen=True):
    """A policy set in force and the publication that it came from."""

    loaded: LoadedSet
    published: Revision


class CurrentPolicies:
    """The policy set in force, published to the store or, where `folder` is given, read from there.

    `policy_set` may be read from any thread: it is one reference, swapped whole.
    `start`, `publish` and `refresh` wait for the store and the journal; call them outside an event loop.
    """

    def __init__(
        self, revisions: RevisionStore, record: Recorder, *, shipped: Path, folder: Path | None = None
    ) -> None:
        self._revisions = revisions
        self._record = record
        self._shipped = shipped
        self._folder = folder
        self._in_force: InForce | None = None
        self._newest: Revision | None = None
        self._seen: object = None
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._watcher: threading.Thread | None = None
        self._broken: str | None = None
        self._blind: str | None = None

    @property
    def in_force(self) -> InForce:
        """The set in force with its files, tests and publication; raises `PoliciesNotLoaded` before `start`."""
        if self._in_force is None:
            raise PoliciesNotLoaded("No policy set is in force yet.")
        return self._in_force

    @property
    def policy_set(self) -> PolicySet:
        """The compiled set in force."""
        return self.in_force.loaded.policy_set

    @property
    def newest(self) -> Revision:
        """What was published last, which the next publication follows; where it doesn't load, an older one is in force.

        Raises `PoliciesNotLoaded` before `start`.
        """
        return self._newest or self.in_force.published

    @property
    def problem(self) -> str | None:
        """Why the newest set is not in force, such as `file:line:column: sentence`; `None` where it is."""
        return self._blind or self._broken

    @property
    def unread(self) -> str | None:
        """Which tests of the set in force this version can't read, such as `file:line:column: sentence`."""
        unread = self.in_force.loaded.unread
        return PolicyErrors(unread).detail if unread else None

    @property
    def read_only(self) -> bool:
        """Whether a folder is the truth, so that nothing can be published."""
        return self._folder is not None

    def start(self) -> None:
        """Put a set in force and begin to watch for newer ones.

        The first start publishes the shipped policies. Where the newest set is broken, the last good one is taken.
        Raises `PolicyErrors` or `PolicyFolderUnreadable` where there is none.
        """
        try:
            self._look()
        except AtesakiError as error:
            if not self._restore():
                raise
            self._note(error)
        self._watcher = threading.Thread(target=self._watch, name="policies", daemon=True)
        self._watcher.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopping.set()
        if self._watcher is not None:
            self._watcher.join()

    def publish(
        self, files: Mapping[str, str], author: str, note: str = "", *, expected: str | None = None
    ) -> Revision:
        """Put a set in force for everybody and return its publication, once that is durably recorded.

        Raises `PolicyErrors` where it does not load or a test fails, `PoliciesReadOnly` where a folder is the truth,
        and `PoliciesChanged` where `expected` is given and is not the revision that this one would follow.
        """
        if self.read_only:
            raise PoliciesReadOnly("The policies come from a folder on the server; change the files there.")
        loaded = _tested(files)
        with self._lock:
            return self._publish(loaded, author, note, expected)

    def refresh(self) -> None:
        """Look once for a newer set; a broken one is named in `problem` and changes nothing else."""
        try:
            self._look()
            self._blind = None
        except AtesakiError as error:
            self._note(error)

    def _note(self, error: AtesakiError) -> None:
        before = self.problem
        if isinstance(error, PolicyErrors):
            self._broken, self._blind = error.detail, None
        else:
            self._blind = error.detail
        if self.problem != before:
            _log.warning("policies.not_taken", problem=_without_quotes(error))

    def _look(self) -> None:
        with self._lock:
            if self._folder is None:
                self._look_at_store()
            else:
                self._look_at_folder(self._folder)

    def _look_at_folder(self, folder: Path) -> None:
        before, self._seen = self._seen, None
        files = read_folder(folder)
        if files != before:
            files = self._settled(folder, files)
            self._take_folder(files)
        # Only now: where the store or the journal was away, the next look tries again.
        self._seen = files

    def _settled(self, folder: Path, files: dict[str, str]) -> dict[str, str]:
        for _ in range(_SETTLE_LOOKS):
            self._stopping.wait(SETTLE_SECONDS)
            before, files = files, read_folder(folder)
            if files == before:
                break
        return files

    def _take_folder(self, files: Mapping[str, str]) -> None:
        try:
            loaded = _tested(files)
        except PolicyErrors:
            self._seen = files
            raise
        self._publish(loaded, "folder", "")

    def _look_at_store(self) -> None:
        number = self._revisions.newest_number()
        if number == 0:
            self._publish(_tested(read_folder(self._shipped)), SHIPPED_BY, "The shipped policies.")
        elif number != self._seen:
            newest = self._newest = next(self._revisions.newest_first())
            # Only now: where the store was away, the next look tries again; a set that is broken stays so.
            self._seen = newest.number
            self._take(newest)

    def _restore(self) -> bool:
        """Take the newest publication that still loads; false where there is none."""
        for published in self._revisions.newest_first():
            try:
                self._take(published)
            except PolicyErrors:
                continue
            return True
        return False

    def _publish(self, loaded: LoadedSet, author: str, note: str, expected: str | None = None) -> Revision:
        newest = next(self._revisions.newest_first(), None)
        if newest is not None and newest.revision == loaded.revision:
            self._newest = newest
            self._swap(InForce(loaded, newest))
            return newest
        if expected is not None and (newest is None or newest.revision != expected):
            raise changed_in_between()
        after = newest.number if newest is not None and expected is not None else None
        # Recorded first: a set may be recorded and not come into force, but never the other way round.
        self._record("policy.published", loaded.revision, _change(newest, loaded), {"author": author, "note": note})
        published = self._newest = self._revisions.add(loaded.revision, loaded.files, author, note, after=after)
        self._seen = published.number
        self._swap(InForce(loaded, published))
        return published

    def _take(self, published: Revision) -> None:
        self._swap(InForce(load_published(published.files), published))

    def _swap(self, in_force: InForce) -> None:
        self._in_force = in_force
        self._broken = None

    def _watch(self) -> None:
        seconds = STORE_SECONDS if self._folder is None else FOLDER_SECONDS
        while not self._stopping.wait(seconds):
            try:
                self.refresh()
            except Exception:  # noqa: BLE001 - the watcher outlives a store that is away; the set in force stays
                self._blind = "The newest policy set could not be looked up; the last one stays in force."


def _without_quotes(error: AtesakiError) -> str:
    """Say where the mistakes are without their sentences, which may quote an address from the file."""
    if not isinstance(error, PolicyErrors):
        return error.detail
    return ", ".join(f"{each.file}:{each.line}:{each.column}" for each in error.errors)


def _tested(files: Mapping[str, str]) -> LoadedSet:
    loaded = load_set(files)
    require_passed(loaded)
    return loaded


def _change(before: Revision | None, after: LoadedSet) -> dict[str, object]:
    """Say which revision follows which, and which files differ."""
    old: Mapping[str, str] = before.files if before else {}
    new = after.files
    return {
        "before": before.revision if before else None,
        "after": after.revision,
        "added": sorted(new.keys() - old.keys()),
        "removed": sorted(old.keys() - new.keys()),
        "changed": sorted(name for name in new.keys() & old.keys() if new[name] != old[name]),
    }
