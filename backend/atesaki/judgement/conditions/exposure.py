"""The exposure condition: how much the visible recipients would learn of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atesaki.judgement.conditions.match import ConditionError, Match, Path, Predicate
from atesaki.judgement.decision import Evidence

if TYPE_CHECKING:
    from atesaki.judgement.conditions.condition import ExposureFilter
    from atesaki.judgement.view import View


def exposure(condition: ExposureFilter, path: Path) -> Predicate:
    """Compile the thresholds; the match is about the visible outsiders."""
    if condition == type(condition)():
        raise ConditionError(path, "Give at least one of disclosures, people and organizations.")
    disclosures, people, organizations = (
        threshold.at_least if threshold else 0
        for threshold in (condition.disclosures, condition.people, condition.organizations)
    )

    def reached(view: View) -> Match | None:
        found = view.disclosures
        enough = found.exposure.disclosures >= disclosures and found.people >= people
        return _match(view) if enough and found.exposure.organizations >= organizations else None

    return reached


def _match(view: View) -> Match:
    found, mask = view.disclosures, view.visible & ~view.internal
    return Match(
        mask,
        Evidence(
            recipients=view.written(mask),
            count=mask.bit_count(),
            organizations=found.exposure.organizations,
            disclosures=found.exposure.disclosures,
            people=found.people,
            each=found.each,
        ),
    )
