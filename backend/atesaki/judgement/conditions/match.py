"""What a condition answers: nothing, or a match with its evidence."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from atesaki.judgement.decision import Evidence

if TYPE_CHECKING:
    from atesaki.judgement.view import View

Path = tuple[str | int, ...]


class ConditionError(Exception):
    """A condition that cannot be compiled; `path` leads to the bad value, `sentence` says what is wrong."""

    def __init__(self, path: Path, sentence: str) -> None:
        super().__init__(sentence)
        self.path = path
        self.sentence = sentence


class FactUnknownError(Exception):
    """A fact that the rule needs is unknown; the rule then at least warns."""


class Match(Struct, frozen=True):
    """A condition that holds; `mask` are the recipients it is about, 0 where it is about none."""

    mask: int = 0
    evidence: Evidence = Evidence()


Predicate = Callable[["View"], Match | None]

_NOTHING = Evidence()


def merged(matches: Iterable[Match]) -> Match:
    """Join the evidence of conditions that hold together: the first that names a detail wins."""
    mask, evidence = 0, _NOTHING
    for match in matches:
        mask |= match.mask
        evidence = match.evidence if evidence == _NOTHING else _completed(evidence, match.evidence)
    return Match(mask, evidence)


def _completed(evidence: Evidence, other: Evidence) -> Evidence:
    """Fill the details that `evidence` does not name from another one."""
    if other == _NOTHING:
        return evidence
    details = zip(structs.astuple(evidence), structs.astuple(other), strict=True)
    return Evidence(*[mine or theirs for mine, theirs in details])
