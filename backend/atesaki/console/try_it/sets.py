"""The policy sets that a message can be tried on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, Protocol

from yaml import MappingNode

from atesaki.console.shell.numbers import number_of
from atesaki.console.try_it.trial import DRAFT, NUMBER, PASTED, Choices
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.policy_set import PolicySet
from atesaki.policies.current import InForce
from atesaki.policies.document import Document
from atesaki.policies.drafting.draft import DraftHead, PolicyDraft
from atesaki.policies.errors import PolicyError, PolicyErrors
from atesaki.policies.load import TEST_ENDING, load_set
from atesaki.policies.revisions import Revision

PASTED_FILE = "pasted.yaml"


class KnowsPolicies(Protocol):
    """Knows the set in force."""

    @property
    def in_force(self) -> InForce:
        """The set in force and its publication."""


class KnowsRevisions(Protocol):
    """Knows every set that was ever published."""

    def get(self, number: int, /) -> Revision | None:
        """Return one publication; blocks."""


class KnowsDrafts(Protocol):
    """Knows the sets that are being worked on."""

    def alive(self) -> list[DraftHead]:
        """Return the drafts that can still be changed, without their files; blocks."""

    def get(self, number: int, /) -> PolicyDraft:
        """Return a draft; blocks, raises `AtesakiError` where there is none."""


class NoSuchRules(AtesakiError):
    """Rules were chosen that are not there."""

    status = 404
    type = "policies-not-found"


class RuleSets(NamedTuple):
    """Everything that rules can be taken from."""

    policies: KnowsPolicies
    revisions: KnowsRevisions
    drafts: KnowsDrafts

    @property
    def number(self) -> int:
        """The number of the publication in force."""
        return self.policies.in_force.published.number

    def chosen(self, choices: Choices) -> PolicySet:
        """Return the rules that were chosen; blocks.

        Raises `PolicyErrors` where they don't load and `AtesakiError` where they are not there.
        """
        kind, _, text = choices.rules.partition(":")
        number = number_of(text)
        if f"{kind}:" == DRAFT and number >= 0:
            return _rules(self.drafts.get(number).files)
        if f"{kind}:" == NUMBER and number >= 0:
            return self._published(number)
        if choices.rules == PASTED:
            return _rules(_with(self.policies.in_force.published.files, choices.yaml))
        return self.policies.in_force.loaded.policy_set

    def _published(self, number: int) -> PolicySet:
        in_force = self.policies.in_force
        if in_force.published.number == number:
            return in_force.loaded.policy_set
        revision = self.revisions.get(number)
        if revision is None:
            raise NoSuchRules("There is no such publication.")
        return _rules(revision.files)


def _rules(files: Mapping[str, str]) -> PolicySet:
    """Load the rules alone: a test that fails is no reason not to try."""
    return load_set({name: text for name, text in files.items() if not name.endswith(TEST_ENDING)}).policy_set


def _with(files: Mapping[str, str], yaml: str) -> dict[str, str]:
    """Put a pasted policy into the place of the one with its id, else beside the others."""
    root = Document(PASTED_FILE, yaml).root
    pairs = root.value if isinstance(root, MappingNode) else []
    found = next((value.value for key, value in pairs if key.value == "id"), None)
    if not isinstance(found, str):
        raise PolicyErrors([PolicyError(PASTED_FILE, 1, 1, "A policy begins with its id, such as “id: my_rule”.")])
    # Alone first: its own mistakes are then named, and a bad name is one of them.
    load_set({f"{found}.yaml": yaml})
    return {**files, f"{found}.yaml": yaml}
