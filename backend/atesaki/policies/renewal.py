"""What a newer version ships and an older store lacks: an upgrade puts nothing in force by itself, so it is offered."""

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from msgspec import Struct

from atesaki.policies.drafting.merge import merge
from atesaki.policies.load import TEST_ENDING, read_folder
from atesaki.policies.revisions import SHIPPED_BY, RevisionStore
from atesaki.storage.documents import Document, DocumentChanged
from atesaki.storage.engine import Store


class Renewal(Struct, frozen=True):
    """The files in force with what is newly shipped.

    `taken` names the policies that differ by it, `left` those that were changed here in the same places.
    """

    files: dict[str, str]
    taken: tuple[str, ...]
    left: tuple[str, ...]


class Renewals:
    """Compares what is shipped now with what was shipped when somebody last looked; every method blocks."""

    def __init__(self, store: Store, shipped: Path) -> None:
        self._store = store
        self._shipped = shipped
        self._seen = Document(store, "shipped_policies")

    def found(self, in_force: Mapping[str, str]) -> Renewal:
        """Return what is new; nothing where the first publication was somebody's own."""
        before = self._before()
        if before is None:
            return Renewal(dict(in_force), (), ())
        return renewed(before, in_force, read_folder(self._shipped))

    def shipped(self, policy: str) -> dict[str, str]:
        """Return the files of a policy, with its tests, as they are shipped now; none where it isn't."""
        return files_of(policy, read_folder(self._shipped))

    def note(self, now: int) -> None:
        """Note that what is shipped now was put before somebody, at a moment in microseconds."""
        body = json.dumps(read_folder(self._shipped), ensure_ascii=False, sort_keys=True)
        # Whoever was faster has noted the same.
        with suppress(DocumentChanged), self._seen.alone() as kept, self._store.write() as connection:
            self._seen.replace(connection, body, seen=kept.revision, at=now)

    def _before(self) -> dict[str, str] | None:
        kept = self._seen.read()
        if kept.revision:
            files: dict[str, str] = json.loads(kept.body)
            return files
        first = RevisionStore(self._store).get(1)
        return first.files if first and first.author == SHIPPED_BY else None


def renewed(before: Mapping[str, str], own: Mapping[str, str], shipped: Mapping[str, str]) -> Renewal:
    """Put the changes from what was shipped `before` to what is `shipped` now onto one's own, policy by policy."""
    files, taken, left = dict(own), [], []
    for policy in sorted({_policy(name) for name in shipped.keys() | before.keys()}):
        names = [name for name in sorted(before.keys() | shipped.keys()) if _policy(name) == policy]
        texts = {name: _renewed(before.get(name), own.get(name), shipped.get(name)) for name in names}
        if None in texts.values():
            # A policy and its tests belong together.
            left.append(policy)
        elif any(text != own.get(name, "") for name, text in texts.items()):
            taken.append(policy)
            files.update({name: text for name, text in texts.items() if text is not None})
    return Renewal({name: text for name, text in files.items() if text}, tuple(taken), tuple(left))


def _renewed(before: str | None, own: str | None, shipped: str | None) -> str | None:
    """Return a file with what is new in it, empty where there is to be none, `None` where a person has to choose."""
    if shipped in (before, own):
        return own or ""
    if own == before:
        return shipped or ""
    if before is None:
        return None
    if own is None or shipped is None:
        # Who took it out doesn't want it; who changed it keeps it.
        return own or ""
    merged = merge(before, own, shipped)
    return None if merged.conflicts else merged.text


def files_of(policy: str, files: Mapping[str, str]) -> dict[str, str]:
    """Return the file of a policy and that of its tests."""
    return {name: text for name, text in files.items() if _policy(name) == policy}


def _policy(name: str) -> str:
    return name.removesuffix(TEST_ENDING).removesuffix(".yaml")
