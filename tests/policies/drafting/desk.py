"""Drafting on a store with small policies in force, by two admins."""

from pathlib import Path

from tests.fakes.journal import ListedJournal
from tests.policies.files import FILES, SUITE, changed

from atesaki.policies.current import CurrentPolicies
from atesaki.policies.drafting.draft import Editor, PolicyDraft
from atesaki.policies.drafting.drafting import Change, Drafting
from atesaki.policies.drafting.store import DraftStore
from atesaki.policies.load import revision_of
from atesaki.policies.revisions import Revision, RevisionStore
from atesaki.storage.engine import Store

KATO = Editor("local:kato", "kato@hall.example")
SATO = Editor("local:sato", "sato@hall.example")
NAME = "strangers.yaml"
OLD = FILES[NAME]
HIGH = changed("action: warn", "action: warn\n    severity: high")[NAME]
OTHER = {"other.yaml": OLD.replace("id: strangers", "id: other"), "other_test.yaml": SUITE}


class Desk:
    """Drafting on a store with small policies in force, and what it recorded."""

    def __init__(self, store: Store, folder: Path, *, four_eyes: bool = False) -> None:
        self.records = ListedJournal()
        revisions = RevisionStore(store)
        self.policies = CurrentPolicies(revisions, self.records, shipped=folder)
        self.policies.start()
        self.drafts = DraftStore(store)
        self.drafting = Drafting(self.drafts, revisions, self.policies, self.records, four_eyes=four_eyes)

    def draft(self, text: str = HIGH, editor: Editor = KATO) -> PolicyDraft:
        """Return a draft with one file changed."""
        return self.save(self.drafting.start("Stricter", editor), OLD, text, editor)

    def save(self, draft: PolicyDraft, base: str | None, text: str | None, editor: Editor = KATO) -> PolicyDraft:
        """Change the one policy of a draft."""
        return self.drafting.change(draft.head.id, [Change(NAME, base, text)], editor)

    def publish(self, draft: PolicyDraft, editor: Editor = KATO) -> Revision:
        """Publish a draft as it would be shown now."""
        seen = revision_of(self.drafting.rebased(self.drafting.get(draft.head.id)).files)
        return self.drafting.publish(draft.head.id, editor, "Because.", seen)

    def kinds(self) -> list[str]:
        """Return what was recorded after the first start."""
        return [record[0] for record in self.records.entries[1:]]
