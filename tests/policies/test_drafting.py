"""Drafts of policy sets: nothing is lost, everything is recorded, and what is published was seen before."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.policies.fakes import RememberedRecords
from tests.policies.files import FILES, SUITE, changed

from atesaki.policies.current import CurrentPolicies
from atesaki.policies.drafting.draft import (
    BaseChanged,
    DraftChanged,
    DraftClosed,
    DraftNotFound,
    Editor,
    FileChanged,
    FourEyes,
    PolicyDraft,
)
from atesaki.policies.drafting.drafting import Change, Drafting
from atesaki.policies.drafting.store import DraftStore
from atesaki.policies.errors import PoliciesReadOnly, PolicyErrors
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
        self.records = RememberedRecords()
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
        return [record[0] for record in self.records.records[1:]]


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder of small policies."""
    folder = tmp_path / "shipped"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(text)
    return folder


@pytest.fixture
def desk(store: Store, shipped: Path) -> Iterator[Desk]:
    """A desk on an empty store."""
    opened = Desk(store, shipped)
    yield opened
    opened.policies.stop()


@pytest.fixture
def strict(store: Store, shipped: Path) -> Iterator[Desk]:
    """A desk where four eyes are wanted."""
    opened = Desk(store, shipped, four_eyes=True)
    yield opened
    opened.policies.stop()


def test_a_draft_changes_nothing_until_it_is_published(desk: Desk) -> None:
    """Then it is in force at once, with its note, and the draft is closed."""
    draft = desk.draft()
    assert desk.policies.in_force.loaded.files == FILES
    published = desk.publish(draft)
    assert desk.policies.in_force.loaded.files[NAME] == HIGH
    assert (published.number, published.author, published.note) == (2, KATO.name, "Because.")
    assert desk.drafting.alive() == []
    assert desk.kinds() == ["policy.draft_started", "policy.draft_saved", "policy.published"]


def test_every_change_is_recorded_with_before_and_after(desk: Desk) -> None:
    """The lines themselves and the name of the author are personal; the rest is for everybody who reads the journal."""
    desk.draft()
    kind, subject, body, personal = desk.records.records[-1]
    assert (kind, subject) == ("policy.draft_saved", "draft 1")
    assert (body["before"], body["after"]) == (revision_of(FILES), revision_of({**FILES, NAME: HIGH}))
    assert body["changed"] == [NAME]
    assert personal["author"] == KATO.name
    assert "+    severity: high" in str(personal["difference"])


def test_the_same_text_is_no_change(desk: Desk) -> None:
    """Nothing is recorded, and nobody becomes an editor."""
    draft = desk.drafting.start("Nothing", KATO)
    assert desk.save(draft, OLD, OLD.replace("\n", "\r\n")).head.version == 1
    assert desk.kinds() == ["policy.draft_started"]


def test_two_admins_on_one_file_lose_nothing(desk: Desk) -> None:
    """The second is told, with all three texts; the first's change stays."""
    draft = desk.draft()
    with pytest.raises(FileChanged) as caught:
        desk.save(draft, OLD, OLD.replace("Title", "Heading"), SATO)
    assert (caught.value.base, caught.value.theirs) == (OLD, HIGH)
    assert caught.value.mine is not None
    assert "Heading" in caught.value.mine
    assert desk.drafting.get(draft.head.id).files[NAME] == HIGH


def test_two_admins_on_two_files_do_not_meet(desk: Desk) -> None:
    """Each file counts for itself."""
    draft = desk.draft()
    after = desk.drafting.change(draft.head.id, [Change(name, None, text) for name, text in OTHER.items()], SATO)
    assert after.files == {**FILES, **OTHER, NAME: HIGH}
    assert after.head.editors == {KATO.key, KATO.name, SATO.key, SATO.name}


def test_a_version_is_written_once(desk: Desk) -> None:
    """Of two writers who read the same version, the second is refused."""
    draft = desk.drafting.start("Race", KATO)
    desk.drafts.replace(draft)
    with pytest.raises(DraftChanged):
        desk.drafts.replace(draft)


def test_line_ends_of_a_browser_change_nothing(desk: Desk) -> None:
    """A form sends CRLF; the file keeps its own line ends."""
    draft = desk.save(desk.drafting.start("x", KATO), OLD.replace("\n", "\r\n"), HIGH.replace("\n", "\r\n"))
    assert draft.files[NAME] == HIGH


def test_a_file_can_be_removed(desk: Desk) -> None:
    """And a second removal of the same is no conflict."""
    draft = desk.save(desk.drafting.start("x", KATO), OLD, None)
    assert NAME not in draft.files
    assert desk.save(draft, OLD, None) == draft


def test_a_failing_test_refuses_the_publication(desk: Desk) -> None:
    """It is named, and the draft stays open."""
    draft = desk.draft(changed("at_least: 3", "at_least: 4")[NAME])
    with pytest.raises(PolicyErrors, match="three are too many"):
        desk.publish(draft)
    assert desk.drafting.get(draft.head.id).head.state == "open"
    assert desk.policies.in_force.published.number == 1


def test_another_publication_in_between_is_kept(desk: Desk) -> None:
    """Where it changed other files, the draft is put onto it by itself."""
    draft = desk.draft()
    desk.policies.publish({**FILES, **OTHER}, "git")
    assert desk.publish(draft).files == {**FILES, **OTHER, NAME: HIGH}


def test_another_publication_of_the_same_file_has_to_be_looked_at(desk: Desk) -> None:
    """Nothing is published over it; once somebody has chosen, the draft goes on from there."""
    draft = desk.draft()
    theirs = OLD.replace("Title", "Heading")
    desk.policies.publish({**FILES, NAME: theirs}, "git")
    assert desk.drafting.rebased(draft).conflicts == (NAME,)
    with pytest.raises(BaseChanged):
        desk.publish(draft)
    both = HIGH.replace("Title", "Heading")
    with pytest.raises(BaseChanged):
        desk.drafting.bring_up_to_date(draft.head.id, {}, 2, KATO)
    with pytest.raises(BaseChanged):
        desk.drafting.bring_up_to_date(draft.head.id, {NAME: both}, 1, KATO)
    desk.drafting.bring_up_to_date(draft.head.id, {NAME: both}, 2, KATO)
    assert desk.publish(draft).files[NAME] == both


def test_only_what_was_seen_is_published(desk: Desk) -> None:
    """A change between the look and the click is not slipped in."""
    draft = desk.draft()
    seen = revision_of(draft.files)
    desk.save(draft, HIGH, HIGH.replace("Title", "Heading"), SATO)
    with pytest.raises(DraftChanged):
        desk.drafting.publish(draft.head.id, KATO, "", seen)


def test_a_roll_back_is_a_new_publication(desk: Desk) -> None:
    """The earlier files are in force again, and the journal says from where to where."""
    desk.publish(desk.draft())
    back = desk.drafting.roll_back(1, SATO, "Too strict.")
    assert isinstance(back, Revision)
    assert (back.number, back.files, back.note) == (3, FILES, "Too strict.")
    kind, _, body, personal = desk.records.records[-1]
    assert (kind, body["from"], body["to"]) == ("policy.rolled_back", 2, 1)
    assert personal == {"author": SATO.name, "note": "Too strict."}


def test_a_closed_draft_stays_as_it_is(desk: Desk) -> None:
    """Dropped or published, it can't be changed."""
    draft = desk.draft()
    desk.drafting.drop(draft.head.id, KATO)
    with pytest.raises(DraftClosed):
        desk.save(draft, HIGH, OLD)
    with pytest.raises(DraftNotFound):
        desk.drafting.get(99)


def test_four_eyes_let_nobody_publish_what_they_changed(strict: Desk) -> None:
    """Neither who started it nor who changed a line; a third person may."""
    draft = strict.save(strict.draft(), HIGH, HIGH.replace("Title", "Heading"), SATO)
    strict.drafting.propose(draft.head.id, KATO, "Please look.")
    for editor in (KATO, SATO):
        with pytest.raises(FourEyes):
            strict.publish(draft, editor)
    assert strict.publish(draft, Editor("local:abe", "abe@hall.example")).number == 2


def test_two_ways_to_sign_in_are_no_four_eyes(strict: Desk) -> None:
    """Whoever has a password here and an account at the provider is one person, whose address is the same."""
    draft = strict.save(strict.draft(), HIGH, HIGH.replace("Title", "Heading"), SATO)
    for name in (KATO.name, SATO.name):
        with pytest.raises(FourEyes):
            strict.publish(draft, Editor(f"https://login.example {name}", name))


def test_four_eyes_turn_a_roll_back_into_a_proposal(strict: Desk) -> None:
    """Somebody else publishes it."""
    strict.publish(strict.draft(), SATO)
    proposal = strict.drafting.roll_back(1, KATO, "Too strict.")
    assert isinstance(proposal, PolicyDraft)
    assert (proposal.head.state, proposal.files) == ("proposed", FILES)
    assert strict.publish(proposal, SATO).files == FILES


def test_a_proposal_that_is_changed_is_open_again(desk: Desk) -> None:
    """Nobody publishes under an old proposal what came later."""
    draft = desk.draft()
    desk.drafting.propose(draft.head.id, KATO, "Ready.")
    assert desk.save(draft, HIGH, OLD).head.state == "open"


def test_a_folder_leaves_nothing_to_edit(store: Store, shipped: Path) -> None:
    """Where the files are the truth, no draft can be started."""
    policies = CurrentPolicies(RevisionStore(store), RememberedRecords(), shipped=shipped, folder=shipped)
    policies.start()
    drafting = Drafting(DraftStore(store), RevisionStore(store), policies, RememberedRecords())
    with pytest.raises(PoliciesReadOnly):
        drafting.start("x", KATO)
    policies.stop()


def test_a_title_is_one_line(desk: Desk) -> None:
    """Control characters, which PostgreSQL refuses, are spaces."""
    assert desk.drafting.start("a\x00\r\n b", KATO).head.title == "a b"


def test_the_drafts_about_a_file_change_it_or_bear_its_title(desk: Desk) -> None:
    """The latest first; a draft that is closed, or about something else, is none of them."""
    other = desk.drafting.start("Another", KATO)
    titled = desk.drafting.start("A title", KATO)
    changing = desk.draft()
    desk.drafting.drop(desk.draft().head.id, KATO)

    def about() -> list[int]:
        return [draft.head.id for draft in desk.drafting.about({NAME}, {"A\ntitle"})]

    assert about() == [changing.head.id, titled.head.id]
    desk.save(other, OLD, HIGH)
    assert about() == [other.head.id, changing.head.id, titled.head.id]


def test_nothing_counts_that_is_not_recorded(desk: Desk) -> None:
    """Where the journal is away, the draft stays as it was."""
    draft = desk.drafting.start("x", KATO)
    desk.records.away = True
    with pytest.raises(Exception, match="The journal is away"):
        desk.save(draft, OLD, HIGH)
    assert desk.drafting.get(draft.head.id).files == FILES


def test_publications_are_listed_a_page_at_a_time(desk: Desk, store: Store) -> None:
    """The newest first, without their files; each can be had by its number."""
    desk.publish(desk.draft())
    revisions = RevisionStore(store)
    assert [each.number for each in revisions.listed()] == [2, 1]
    assert [each.number for each in revisions.listed(before=2, limit=1)] == [1]
    first = revisions.get(1)
    assert first is not None
    assert first.files == FILES
    assert revisions.get(9) is None
