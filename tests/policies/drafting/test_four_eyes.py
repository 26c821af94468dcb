"""Four eyes: nobody publishes what they changed themselves."""

import pytest
from tests.policies.drafting.desk import HIGH, KATO, SATO, Desk
from tests.policies.files import FILES

from atesaki.policies.drafting.draft import Editor, FourEyes, PolicyDraft


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
