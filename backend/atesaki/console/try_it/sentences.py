"""Conditions, and what was found, as plain sentences in the visitor's language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from atesaki.console.shell.text import mark as _
from atesaki.console.try_it.vocabulary import RECIPIENT_KEYS, SPOKEN
from atesaki.console.try_it.voice import Voice, quoted
from atesaki.judgement.decision import Evidence
from atesaki.policies.trace import Asked, Step

_HEADS: Final = {
    "when": _("The rule applies when:"),
    "unless": _("The rule makes an exception when:"),
    "all": _("All of these hold:"),
    "any": _("At least one of these holds:"),
    "not": _("This does not hold:"),
    "recipients": _("There are enough recipients of this kind:"),
}
_YES: Final = {
    "visible": _("In To or Cc, where all recipients see them"),
    "free_mail": _("At a free mail provider or a mobile carrier"),
    "first_time": _("This sender has never mailed them before"),
    "look_alike": _("The domain resembles one that is known"),
    "added_to_thread": _("They were not in the earlier mails"),
    "same_organization": _("All of them belong to one organization"),
    "in_roster": _("They are on a roster"),
    "greeting_mismatch": _("The greeting names somebody who is not among the recipients"),
    "truncated": _("The mail program did not hand over everything"),
}
_NO: Final = {
    "visible": _("In Bcc, where nobody sees them"),
    "free_mail": _("Not at a free mail provider or a mobile carrier"),
    "first_time": _("This sender has mailed them before"),
    "look_alike": _("The domain does not resemble one that is known"),
    "added_to_thread": _("They were in the earlier mails"),
    "same_organization": _("They belong to any organization"),
    "in_roster": _("They are on no roster"),
    "greeting_mismatch": _("The greeting fits the recipients"),
    "truncated": _("The mail program handed over everything"),
}
_UNKNOWN: Final = {
    "The sender's earlier recipients are unknown.": _("Whom the sender has mailed before is not known."),
    "The sender's groups are unknown.": _("The sender's groups are not known; you can name them below."),
}


class Speaker(Voice):
    """Puts steps of a trace into words for one visitor."""

    def condition(self, step: Step) -> str:
        """Say what a step asks."""
        key, value = step.asked.key, step.asked.value
        if key in _HEADS:
            return self._ask.text(_HEADS[key])
        if isinstance(value, bool):
            return self._ask.text((_YES if value else _NO)[key])
        return " ".join(SPOKEN[key](self, value))

    def found(self, step: Step) -> str:
        """Say what was found: numbers, a roster, words; empty where there is nothing to say."""
        if step.holds is None:
            return self._ask.text(_UNKNOWN.get(step.because, _("A fact that it needs is not known.")))
        if step.asked.key == "exemption" and not step.holds and step.because:
            return self._ask.text(_("It is over."))
        if step.evidence is None:
            return self._ask.text(_("Nobody fits.")) if step.asked.key in RECIPIENT_KEYS else ""
        return " · ".join(self._numbers(step.asked, step.evidence))

    def _numbers(self, asked: Asked, evidence: Evidence) -> Iterator[str]:
        if asked.key == "exposure":
            yield self.texts("1 disclosure", "%(count)s disclosures", evidence.disclosures)
        if evidence.people:
            yield self.texts(
                "1 person would learn addresses", "%(count)s people would learn addresses", evidence.people
            )
        if evidence.count:
            yield self.texts("1 recipient", "%(count)s recipients", evidence.count)
        if evidence.organizations:
            yield self.texts("1 outside organization", "%(count)s outside organizations", evidence.organizations)
        yield from self._details(evidence)

    def _details(self, evidence: Evidence) -> Iterator[str]:
        if evidence.roster:
            yield self.say(_("on “%(roster)s”"), roster=evidence.roster)
        if evidence.resembles:
            yield self.say(_("resembles %(domain)s"), domain=evidence.resembles)
        for values in (evidence.words, evidence.attachments):
            if values:
                yield quoted(values)
