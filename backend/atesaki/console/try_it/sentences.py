"""Conditions, and what was found, as plain sentences in the visitor's language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _
from atesaki.judgement.conditions import Condition
from atesaki.judgement.conditions.condition import RecipientFilter
from atesaki.judgement.decision import Evidence
from atesaki.judgement.policy import Exemption
from atesaki.policies.in_words import condition_in_words
from atesaki.policies.trace import Asked, Step

_HEADS: Final = {
    "when": _("The rule applies when:"),
    "unless": _("The rule makes an exception when:"),
    "all": _("All of these hold:"),
    "any": _("At least one of these holds:"),
    "not": _("This does not hold:"),
    "together": _("All of this together"),
}
_UNKNOWN: Final = {
    "The sender's earlier recipients are unknown.": _("Whom the sender has mailed before is not known."),
    "The sender's groups are unknown.": _("The sender's groups are not known; you can name them below."),
}
_OF_RECIPIENTS: Final = frozenset(RecipientFilter.__struct_fields__)


class Speaker:
    """Puts steps of a trace into words for one visitor."""

    def __init__(self, ask: Ask) -> None:
        self._ask = ask

    def condition(self, asked: Asked, *, in_filter: bool) -> str:
        """Say what a step asks; `in_filter` says that it is one key of a filter of recipients."""
        key, value = asked.key, asked.value
        if key in _HEADS:
            return self._ask.text(_HEADS[key])
        if isinstance(value, Exemption):
            return self._exemption(value)
        alone = Condition(recipients=RecipientFilter(**{key: value})) if in_filter else Condition(**{key: value})  # type: ignore[arg-type]  # The trace took it from one of these.
        said = " ".join(clause.text for clause in condition_in_words(alone, self._ask.locale))
        return said[:1].upper() + said[1:]

    def found(self, step: Step) -> str:
        """Say what was found: numbers, a roster, words; empty where there is nothing to say."""
        if step.holds is None:
            return self._ask.text(_UNKNOWN.get(step.because, _("A fact that it needs is not known.")))
        if step.asked.key == "exemption" and not step.holds and step.because:
            return self._ask.text(_("It is over."))
        if step.evidence is None:
            return self._ask.text(_("Nobody fits.")) if step.asked.key in {"together", *_OF_RECIPIENTS} else ""
        return " · ".join(self._numbers(step.asked, step.evidence))

    def _exemption(self, value: Exemption) -> str:
        owner, until = value.owner, value.until.isoformat()
        return self._ask.text(_("Exemption that %(owner)s answers for, until %(until)s:"), owner=owner, until=until)

    def _numbers(self, asked: Asked, evidence: Evidence) -> Iterator[str]:
        texts = self._ask.texts
        if asked.key == "exposure":
            yield texts("1 disclosure", "%(count)s disclosures", evidence.disclosures)
        if evidence.people:
            yield texts("1 person would learn addresses", "%(count)s people would learn addresses", evidence.people)
        if evidence.count:
            yield texts("1 recipient", "%(count)s recipients", evidence.count)
        if evidence.organizations:
            yield texts("1 outside organization", "%(count)s outside organizations", evidence.organizations)
        yield from self._details(evidence)

    def _details(self, evidence: Evidence) -> Iterator[str]:
        if evidence.roster:
            yield self._ask.text(_("on “%(roster)s”"), roster=evidence.roster)
        if evidence.resembles:
            yield self._ask.text(_("resembles %(domain)s"), domain=evidence.resembles)
        if words := (*evidence.words, *evidence.attachments):
            yield " / ".join(f"“{word}”" for word in words)
