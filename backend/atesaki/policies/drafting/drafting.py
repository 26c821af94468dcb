"""What can be done with drafts; every change is in the journal before it counts, and nobody's text is ever lost."""

import contextlib
import unicodedata
from collections.abc import Collection, Mapping
from typing import Protocol

import msgspec
from msgspec import Struct

from atesaki.policies.current import PoliciesNotLoaded
from atesaki.policies.difference import unified
from atesaki.policies.drafting.draft import (
    BaseChanged,
    DraftChanged,
    DraftClosed,
    DraftHead,
    Editor,
    FileChanged,
    FourEyes,
    PolicyDraft,
)
from atesaki.policies.drafting.line_ends import with_line_ends_of
from atesaki.policies.drafting.merge import Rebase, rebase
from atesaki.policies.drafting.store import DraftStore
from atesaki.policies.errors import PoliciesReadOnly
from atesaki.policies.load import revision_of
from atesaki.policies.revisions import Revision, RevisionStore
from atesaki.recorder import Recorder

MAX_TITLE = 120
MAX_NOTE = 500
_TRIES = 5
_MAX_DIFF = 100_000


class Publishes(Protocol):
    """Keeps the policy set in force."""

    @property
    def newest(self) -> Revision:
        """What was published last, whether or not it loads."""

    @property
    def read_only(self) -> bool:
        """Whether a folder is the truth."""

    def publish(self, files: Mapping[str, str], author: str, note: str, *, expected: str | None) -> Revision:
        """Put a set in force in the place of the expected one; blocks."""


class Change(Struct, frozen=True):
    """One file from the text that somebody saw to the text that they want; `None` is a file that isn't there."""

    name: str
    base: str | None
    text: str | None


class Drafting:
    """Starts, changes, publishes and drops drafts; with `four_eyes` nobody publishes what they changed themselves."""

    def __init__(
        self,
        drafts: DraftStore,
        revisions: RevisionStore,
        policies: Publishes,
        record: Recorder,
        *,
        four_eyes: bool = False,
    ) -> None:
        self._drafts = drafts
        self._revisions = revisions
        self._policies = policies
        self._record = record
        self.four_eyes = four_eyes

    def alive(self) -> list[DraftHead]:
        """Return the drafts that can still be changed."""
        return self._drafts.alive()

    def get(self, number: int) -> PolicyDraft:
        """Return a draft; raises `DraftNotFound`."""
        return self._drafts.get(number)

    def about(self, names: Collection[str], titles: Collection[str]) -> list[PolicyDraft]:
        """Return the drafts alive that change one of these files or bear one of these titles, the latest first."""
        drafts = [self.get(head.id) for head in self.alive()]
        bases = {number: self._base_files(number) for number in {draft.head.base_number for draft in drafts}}
        wanted = {one_line(title, MAX_TITLE) for title in titles}
        return [
            draft
            for draft in drafts
            if draft.head.title in wanted or _differs(bases[draft.head.base_number], draft.files, names)
        ]

    def start(self, title: str, author: Editor) -> PolicyDraft:
        """Begin a draft with what was published last, also where that doesn't load and an older set is in force.

        Raises `PoliciesReadOnly` where a folder is the truth.
        """
        if self._policies.read_only:
            raise PoliciesReadOnly("The policies come from a folder on the server; change the files there.")
        published = self._policies.newest
        body = {"before": published.revision, "after": published.revision, "base": published.number}
        self._record(
            "policy.draft_started", "draft", body, {"author": author.name, "title": one_line(title, MAX_TITLE)}
        )
        return self._drafts.add(one_line(title, MAX_TITLE), published.number, published.files, author)

    def change(self, number: int, changes: list[Change], editor: Editor) -> PolicyDraft:
        """Change files of a draft, each from the text that its editor saw.

        Changes of other files in the meantime are kept. Raises `FileChanged` where it was the same file.
        """
        for _ in range(_TRIES):
            draft = self._open(number)
            files = dict(draft.files)
            for change in changes:
                _apply(files, change)
            if files == draft.files:
                return draft
            with contextlib.suppress(DraftChanged):
                return self._save(draft, files, editor)
        raise DraftChanged("Many people are changing this draft right now; try again.")

    def propose(self, number: int, editor: Editor, note: str) -> PolicyDraft:
        """Say that a draft is ready for somebody else to publish."""
        draft = self._open(number)
        head = msgspec.structs.replace(draft.head, state="proposed", note=one_line(note, MAX_NOTE))
        return self._turn(draft, head, editor)

    def drop(self, number: int, editor: Editor) -> PolicyDraft:
        """Give a draft up; it stays in the store and in the journal."""
        draft = self._open(number)
        return self._turn(draft, msgspec.structs.replace(draft.head, state="dropped"), editor)

    def take_up(self, number: int, editor: Editor) -> PolicyDraft:
        """Open a draft again that was dropped, as the work of the same people; raises `DraftClosed` for any other."""
        draft = self._drafts.get(number)
        if draft.head.state != "dropped":
            raise DraftClosed("Only a draft that was dropped can be taken up again.")
        return self._turn(draft, msgspec.structs.replace(draft.head, state="open"), editor)

    def base_files(self, draft: PolicyDraft) -> dict[str, str]:
        """Return the files that a draft began from."""
        return self._base_files(draft.head.base_number)

    def _base_files(self, number: int) -> dict[str, str]:
        base = self._revisions.get(number)
        if base is None:
            raise PoliciesNotLoaded("The publication that the draft began from can't be found.")
        return base.files

    def rebased(self, draft: PolicyDraft) -> Rebase:
        """Return what a draft becomes on what was published last, and which files both have changed."""
        return rebase(self.base_files(draft), draft.files, self._policies.newest.files)

    def bring_up_to_date(self, number: int, resolved: Mapping[str, str], seen: int, editor: Editor) -> PolicyDraft:
        """Put a draft onto what was published last, with a text for each file that both changed; "" removes it.

        Raises `BaseChanged` where one is missing, or where yet another publication than the one `seen` came last.
        """
        draft = self._open(number)
        published = self._policies.newest
        found = rebase(self.base_files(draft), draft.files, published.files)
        if published.number != seen or not set(found.conflicts) <= resolved.keys():
            raise BaseChanged("Other policies were published in between; look at the differences again.")
        chosen = {name: resolved[name] for name in found.conflicts if resolved[name].strip()}
        files = {name: text for name, text in found.files.items() if name not in found.conflicts} | chosen
        head = msgspec.structs.replace(draft.head, base_number=published.number)
        return self._save(PolicyDraft(head, draft.files), files, editor)

    def publish(self, number: int, editor: Editor, note: str, seen: str) -> Revision:
        """Put a draft in force, exactly as it was `seen` (the revision of its files on those published last).

        Raises `PolicyErrors` unless it loads and its tests pass.
        """
        draft = self._open(number)
        self._refuse_own(draft.head, editor)
        published = self._policies.newest
        found = self.rebased(draft)
        if found.conflicts:
            raise BaseChanged("Other policies were published in between, which change the same files.")
        if revision_of(found.files) != seen:
            raise DraftChanged("The draft or the policies in force have changed since you looked; look again.")
        note = one_line(note, MAX_NOTE)
        revision = self._policies.publish(found.files, editor.name, note, expected=published.revision)
        head = msgspec.structs.replace(draft.head, state="published", note=note, base_number=published.number)
        # What somebody saved this very moment isn't published, so that draft stays open.
        with contextlib.suppress(DraftChanged):
            self._drafts.replace(PolicyDraft(head, found.files))
        return revision

    def roll_back(self, number: int, editor: Editor, note: str) -> Revision | PolicyDraft:
        """Put an earlier publication in force again, as a new one; with four eyes, propose a draft of it.

        Raises `PolicyErrors` where it no longer loads or a test fails.
        """
        earlier = self._revisions.get(number)
        if earlier is None:
            raise PoliciesNotLoaded("There is no such publication.")
        if self.four_eyes:
            return self._proposed(earlier, editor, note)
        before = self._policies.newest
        note = one_line(note, MAX_NOTE)
        revision = self._policies.publish(earlier.files, editor.name, note, expected=before.revision)
        body = {"before": before.revision, "after": revision.revision, "from": before.number, "to": number}
        self._record("policy.rolled_back", revision.revision, body, {"author": editor.name, "note": note})
        return revision

    def _proposed(self, earlier: Revision, editor: Editor, note: str) -> PolicyDraft:
        draft = self.start(note or f"#{earlier.number}", editor)
        draft = self._save(draft, earlier.files, editor)
        return self.propose(draft.head.id, editor, note)

    def _open(self, number: int) -> PolicyDraft:
        draft = self._drafts.get(number)
        if not draft.head.alive:
            raise DraftClosed("This draft was published or dropped; start a new one.")
        return draft

    def _save(self, draft: PolicyDraft, files: Mapping[str, str], editor: Editor) -> PolicyDraft:
        head = draft.head
        self._record("policy.draft_saved", _subject(head), _body(draft.files, files), _personal(draft, files, editor))
        head = msgspec.structs.replace(head, editors=head.editors | {editor.key, editor.name}, state="open")
        return self._drafts.replace(PolicyDraft(head, dict(files)))

    def _turn(self, draft: PolicyDraft, head: DraftHead, editor: Editor) -> PolicyDraft:
        body = {"before": draft.head.state, "after": head.state, "revision": revision_of(draft.files)}
        personal = {"author": editor.name, "title": head.title, "note": head.note}
        kind = "taken_up" if head.state == "open" else head.state
        self._record(f"policy.draft_{kind}", _subject(head), body, personal)
        return self._drafts.replace(PolicyDraft(head, draft.files))

    def _refuse_own(self, head: DraftHead, editor: Editor) -> None:
        if self.four_eyes and head.is_work_of(editor):
            raise FourEyes("Somebody else has to publish this draft, because you have worked on it.")


def one_line(text: str, most: int) -> str:
    """Return a text on one line without control characters, cut to so many characters."""
    plain = "".join(" " if unicodedata.category(each) in {"Cc", "Cs"} else each for each in text)
    return " ".join(plain.split())[:most]


def _differs(before: Mapping[str, str], after: Mapping[str, str], names: Collection[str]) -> bool:
    return any(before.get(name) != after.get(name) for name in names)


def _apply(files: dict[str, str], change: Change) -> None:
    current = files.get(change.name)
    text = None if change.text is None else with_line_ends_of(current, change.text)
    if current not in (text, change.base if change.base is None else with_line_ends_of(current, change.base)):
        raise FileChanged(change.name, change.base, change.text, current)
    if text is None:
        files.pop(change.name, None)
    else:
        files[change.name] = text


def _subject(head: DraftHead) -> str:
    return f"draft {head.id}"


def _body(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, object]:
    return {
        "before": revision_of(before),
        "after": revision_of(after),
        "added": sorted(after.keys() - before.keys()),
        "removed": sorted(before.keys() - after.keys()),
        "changed": _changed(before, after),
    }


def _changed(before: Mapping[str, str], after: Mapping[str, str]) -> list[str]:
    return sorted(name for name in before.keys() & after.keys() if before[name] != after[name])


def _personal(draft: PolicyDraft, files: Mapping[str, str], editor: Editor) -> dict[str, object]:
    """Keep the lines themselves apart, since rules may name people."""
    names = sorted(draft.files.keys() | files.keys())
    lines = "".join(unified(draft.files, files, name) for name in names if draft.files.get(name) != files.get(name))
    return {"author": editor.name, "title": draft.head.title, "difference": lines[:_MAX_DIFF]}
