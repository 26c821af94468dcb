"""Publishing drafts and going back: what is published was seen before, and nothing is published over it."""

import pytest
from tests.policies.drafting.desk import HIGH, KATO, NAME, OLD, OTHER, SATO, Desk
from tests.policies.files import FILES, changed

from atesaki.policies.drafting.draft import BaseChanged, DraftChanged
from atesaki.policies.errors import PolicyErrors
from atesaki.policies.load import revision_of
from atesaki.policies.revisions import Revision, RevisionStore
from atesaki.storage.engine import Store


def test_a_draft_changes_nothing_until_it_is_published(desk: Desk) -> None:
    """Then it is in force at once, with its note, and the draft is closed."""
    draft = desk.draft()
    assert desk.policies.in_force.loaded.files == FILES
    published = desk.publish(draft)
    assert desk.policies.in_force.loaded.files[NAME] == HIGH
    assert (published.number, published.author, published.note) == (2, KATO.name, "Because.")
    assert desk.drafting.alive() == []
    assert desk.kinds() == ["policy.draft_started", "policy.draft_saved", "policy.published"]


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
    kind, _, body, personal = desk.records.entries[-1]
    assert (kind, body["from"], body["to"]) == ("policy.rolled_back", 2, 1)
    assert personal == {"author": SATO.name, "note": "Too strict."}


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
