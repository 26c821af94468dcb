"""The shape of a message: how many people of which sort stand where, but not who they are.

Most rules ask for nothing else, and an office sends thousands of messages of few shapes: to one colleague, to the
parents of a class in Bcc. What such rules find is kept for a shape and put together with the next message's recipients.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec import structs

from atesaki.judgement.conditions.circumstances import office
from atesaki.judgement.conditions.recipients import FIRST_TIME, IN_NEW_ORGANIZATION
from atesaki.judgement.profiles import LOOK_ALIKE, OTHER_ENDING

if TYPE_CHECKING:
    from atesaki.judgement.decision import Finding
    from atesaki.judgement.exposure import Disclosures
    from atesaki.judgement.view import View

MOST_PEOPLE = 1_000
MOST_SHARING = 200
"""Messages to more people, or to more who may share organizations, seldom have the shape of another one."""

MOST_SHAPES = 2_000
"""Beyond so many shapes, some MB, the memory starts afresh."""

SHAPED_KEYS = frozenset(
    (
        *("all", "any", "not_"),
        *("recipients", "fields", "visible", "audience", "kind", "free_mail", "look_alike", "at_least", "share"),
        *("organizations", "in_roster", "handling", "name", "first_time", "added_to_thread", "strangers"),
        *("exposure", "disclosures", "people"),
        *("thread", "known", "item", "truncated", "time", "outside_office_hours", "holidays"),
    )
)
"""Keys of conditions that ask only for what `shape_of` tells; a rule with any other key is judged for each message."""

Shape = tuple[Hashable, ...]
Step = Callable[["View"], Iterable["Finding"]]


class Kept(NamedTuple):
    """What is kept of a shape: `steps` give the findings, in the order of the rules, of a message that has it."""

    steps: tuple[Step, ...]
    disclosures: Disclosures


class Shapes:
    """What `rules` found so far, by shape; a set with any other rules must not ask here."""

    def __init__(self, rules: Sequence[object]) -> None:
        self.rules = rules
        self.kept: dict[Shape, Kept] = {}

    def keep(self, shape: Shape, kept: Kept) -> None:
        """Remember what was found."""
        if len(self.kept) >= MOST_SHAPES:
            self.kept.clear()
        self.kept[shape] = kept


def shape_of(view: View) -> Shape | None:
    """Return the shape, `None` for a message that is judged by itself.

    Everything that a condition with `SHAPED_KEYS` reads of a view must stand here. What it finds of a look-alike domain
    is its name, so nobody may have one.
    """
    people, message, facts = view.people, view.message, view.facts
    if (
        people.size > MOST_PEOPLE
        or people.sharing.bit_count() > MOST_SHARING
        or people.by_trait(LOOK_ALIKE | OTHER_ENDING)
    ):
        return None
    first_time = None if facts.known_correspondents is None else view.recipients(FIRST_TIME)
    thread = message.thread
    conversation = (view.in_thread, view.recipients(IN_NEW_ORGANIZATION)) if thread.recipients else None
    circumstances = (first_time, conversation, thread.kind, message.item, message.truncated, office(facts))
    return (*people.pattern, tuple(view.rosters.items()), *circumstances)


def retold(finding: Finding, view: View) -> Step | None:
    """Return how to tell a finding again, of those who stand where its recipients do; `None` where that isn't known."""
    mask = view.people.mask_of(finding.evidence.recipients)
    if mask is None:
        return None
    # What is kept holds no address.
    kept = structs.replace(finding, evidence=structs.replace(finding.evidence, recipients=()))

    def tell(other: View) -> tuple[Finding]:
        evidence = structs.replace(kept.evidence, recipients=other.written(mask))
        return (structs.replace(kept, evidence=evidence),)

    return tell
