"""Answers what the journal's pages ask about policies: titles and rules in force, and sets of the past."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from atesaki.judgement.explain import Locale
from atesaki.judgement.policy_set import PolicySet
from atesaki.policies.errors import PolicyErrors
from atesaki.policies.load import LoadedSet, load_published
from atesaki.policies.revisions import RevisionStore

_KEPT = 16


class RulesInForce:
    """The rules in force, by the names that people read."""

    def __init__(self, policy_set: Callable[[], PolicySet]) -> None:
        self._policy_set = policy_set

    def titles(self, locale: Locale) -> Mapping[str, str]:
        """Return the titles of policies by id."""
        return {policy.id: getattr(policy.title, locale) for policy in self._policy_set().policies}

    def enforced(self) -> frozenset[str]:
        """Return the rules that are enforced now, as `policy.rule`."""
        index = self._policy_set().index
        return frozenset(f"{policy}.{name}" for (policy, name), rule in index.items() if rule.mode == "enforce")


class PastSets:
    """Every set that was ever published, loaded again when somebody asks; a few are kept."""

    def __init__(self, revisions: RevisionStore) -> None:
        self._revisions = revisions
        self._load = lru_cache(maxsize=_KEPT)(self._loaded)

    def loaded(self, revision: str) -> LoadedSet | None:
        """Return the set of a revision, `None` where it was never published here or no longer loads; blocks."""
        return self._load(revision)

    def _loaded(self, revision: str) -> LoadedSet | None:
        published = self._revisions.of(revision)
        try:
            found = None if published is None else load_published(published.files)
        except PolicyErrors:
            # A file of years ago may use a word that today's vocabulary no longer has.
            return None
        # The revision is the hash of its files: what somebody changed in the store is another one.
        return found if found is not None and found.revision == revision else None
