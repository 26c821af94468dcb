"""Changing drafts of policy sets: nothing is lost, and everything is recorded."""

from pathlib import Path

import pytest
from tests.fakes.journal import ListedJournal
from tests.policies.drafting.desk import HIGH, KATO, NAME, OLD, OTHER, SATO, Desk
from tests.policies.files import FILES

from atesaki.judgement.errors import AtesakiError
from atesaki.policies.current import CurrentPolicies
from atesaki.policies.drafting.draft import DraftChanged, DraftClosed, DraftNotFound, FileChanged, FourEyes
from atesaki.policies.drafting.drafting import Change, Drafting
from atesaki.policies.drafting.store import DraftStore
from atesaki.policies.errors import PoliciesReadOnly
from atesaki.policies.load import revision_of
from atesaki.policies.revisions import RevisionStore
from atesaki.storage.engine import Store


def test_every_change_is_recorded_with_before_and_after(desk: Desk) -> None:
    """The lines themselves and the name of the author are personal; the rest is for everybody who reads the journal."""
    desk.draft()
    kind, subject, body, personal = desk.records.entries[-1]
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


def test_a_closed_draft_stays_as_it_is(desk: Desk) -> None:
    """Dropped or published, it can't be changed."""
    draft = desk.draft()
    desk.drafting.drop(draft.head.id, KATO)
    with pytest.raises(DraftClosed):
        desk.save(draft, HIGH, OLD)
    with pytest.raises(DraftNotFound):
        desk.drafting.get(99)


def test_a_dropped_draft_is_taken_up_as_the_work_of_the_same_people(strict: Desk) -> None:
    """Whoever takes it up may publish it under four eyes; whoever wrote it may not, as before."""
    draft = strict.draft()
    strict.drafting.drop(draft.head.id, KATO)
    again = strict.drafting.take_up(draft.head.id, SATO)
    assert (again.head.state, again.files) == ("open", draft.files)
    assert strict.kinds()[-1] == "policy.draft_taken_up"
    with pytest.raises(FourEyes):
        strict.publish(again, KATO)
    assert strict.publish(again, SATO).number == 2


def test_only_what_was_dropped_is_taken_up(desk: Desk) -> None:
    """Neither what is published, nor what is open anyway."""
    draft = desk.draft()
    with pytest.raises(DraftClosed):
        desk.drafting.take_up(draft.head.id, KATO)
    desk.publish(draft)
    with pytest.raises(DraftClosed):
        desk.drafting.take_up(draft.head.id, KATO)


def test_a_proposal_that_is_changed_is_open_again(desk: Desk) -> None:
    """Nobody publishes under an old proposal what came later."""
    draft = desk.draft()
    desk.drafting.propose(draft.head.id, KATO, "Ready.")
    assert desk.save(draft, HIGH, OLD).head.state == "open"


def test_a_folder_leaves_nothing_to_edit(store: Store, shipped: Path) -> None:
    """Where the files are the truth, no draft can be started."""
    policies = CurrentPolicies(RevisionStore(store), ListedJournal(), shipped=shipped, folder=shipped)
    policies.start()
    drafting = Drafting(DraftStore(store), RevisionStore(store), policies, ListedJournal())
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
    desk.records.broken = AtesakiError("The journal is away.")
    with pytest.raises(Exception, match="The journal is away"):
        desk.save(draft, OLD, HIGH)
    assert desk.drafting.get(draft.head.id).files == FILES
