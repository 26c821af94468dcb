"""Put a decision into plain Japanese or English, within the limits of the mail clients."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from atesaki.judgement import phrases
from atesaki.judgement.builtin import MESSAGES, POLICY
from atesaki.judgement.decision import ALLOW, SECOND_CHECK

if TYPE_CHECKING:
    from atesaki.judgement.decision import Decision, Evidence, Finding, Remedy
    from atesaki.judgement.message import ItemKind
    from atesaki.judgement.policy_set import PolicySet

Locale = Literal["ja", "en"]

DIALOG_LIMIT = 500
"""Most characters of a dialog text in Outlook (Office.SmartAlertsEventCompletedOptions.errorMessage)."""

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_MARKDOWN = re.compile(r"([\\*_\[\]<>`#])")
_HALF_ESCAPED = re.compile(r"(?<!\\)((?:\\\\)*)\\…$")
_EXAMPLES = 2
_APART = "\n\n"


class Dialog(Struct, frozen=True):
    """The text of the client's dialog, plain and in Outlook's Markdown subset, at most 500 characters each."""

    text: str
    markdown: str


_Value = Callable[["Evidence", Locale, "ItemKind"], str]


def _numbers(name: str) -> _Value:
    return lambda evidence, _locale, _item: f"{getattr(evidence, name):,}"


def _listed(name: str, most: int = 5) -> _Value:
    return lambda evidence, locale, _item: phrases.listed(getattr(evidence, name), locale, most)


def _examples(evidence: Evidence, locale: Locale, _item: ItemKind) -> str:
    # What is not shown need not be looked at: there may be thousands.
    shown = [address or phrases.no_address(locale) for address in evidence.recipients[:_EXAMPLES]]
    return phrases.listed([*shown, *evidence.recipients[_EXAMPLES:]], locale, _EXAMPLES)


_VALUES: dict[str, _Value] = {
    **{name: _numbers(name) for name in ("count", "organizations", "people", "each", "disclosures")},
    "roster": lambda evidence, _locale, _item: evidence.roster or "",
    "domain": lambda evidence, _locale, _item: evidence.domain or "",
    "resembles": lambda evidence, _locale, _item: evidence.resembles or "",
    "words": _listed("words"),
    "attachments": _listed("attachments"),
    "examples": _examples,
    "fields": lambda evidence, locale, item: phrases.fields(evidence.fields, locale, item),
    "error": lambda evidence, locale, _item: phrases.source(evidence.error or "", locale),
}

PLACEHOLDERS: frozenset[str] = frozenset(_VALUES)
"""The names that a message template may hold between braces."""


def reason(finding: Finding, policy_set: PolicySet, locale: Locale, item: ItemKind = "message") -> str:
    """Return the sentence of a finding about what is sent, its placeholders filled from the evidence."""
    if finding.policy == POLICY:
        text = MESSAGES[finding.rule]
    else:
        text = policy_set.index[finding.policy, finding.rule].message
    return _PLACEHOLDER.sub(
        lambda found: _value(found, finding.evidence, locale, item), getattr(text.about(item), locale)
    )


def _value(found: re.Match[str], evidence: Evidence, locale: Locale, item: ItemKind) -> str:
    value = _VALUES.get(found[1])
    return value(evidence, locale, item) if value else found[0]


class Words:
    """A decision in words; each sentence is made once, however many texts it stands in.

    `check` says how a second check stands, where somebody was asked for one before.
    """

    def __init__(self, decision: Decision, policy_set: PolicySet, locale: Locale, check: str | None = None) -> None:
        self._decision = decision
        self._policy_set = policy_set
        self._locale = locale
        self._check = check
        self._reasons: dict[int, str] = {}
        self.told = told(decision)

    def reason(self, finding: Finding) -> str:
        """Return the sentence of one of the decision's findings."""
        text = self._reasons.get(id(finding))
        if text is None:
            text = self._reasons[id(finding)] = reason(finding, self._policy_set, self._locale, self._decision.item)
        return text

    def headline(self) -> str:
        """Return the first sentence: what would happen if the message were sent as it is."""
        decision, locale = self._decision, self._locale
        if decision.action is ALLOW:
            return phrases.nothing_found(locale, decision.item)
        if _about_exposure(decision):
            exact = decision.people * decision.each == decision.exposure.disclosures
            return phrases.would_learn(decision.people, decision.each, locale, exact=exact)
        return self.reason(decision.findings[0])

    def dialog(self) -> Dialog:
        """Return what the client's own dialog says: the numbers and the fix first, then as many reasons as fit."""
        if self._decision.action is ALLOW:
            return _nothing_to_ask(self._locale, self._decision.item)
        first = self.headline()
        lead = [first, *self._ways_on()]
        reasons = dict.fromkeys(self.reason(finding) for finding in self.told)
        rest = [text for text in reasons if text != first]
        plain = _fitted([phrases.shortened(first, _room(lead, "\n")), *lead[1:]], rest, "\n", self._locale)
        lead, rest = [_escaped(text) for text in lead], [_escaped(text) for text in rest]
        bold = f"**{_bolded(lead[0], _room(lead, _APART))}**"
        return Dialog(plain, _fitted([bold, *lead[1:]], rest, _APART, self._locale))

    def _ways_on(self) -> list[str]:
        """Return what the sender can do: the fix, and whom to ask where another person has to check the message."""
        fixed = fix(self._decision, self._locale)
        asks = phrases.second_check(self._locale) if self._decision.release is SECOND_CHECK else None
        return [text for text in (fixed, self._check or asks) if text]


@functools.cache
def _nothing_to_ask(locale: Locale, item: ItemKind) -> Dialog:
    text = phrases.nothing_found(locale, item)
    return Dialog(text, _escaped(text))


def headline(decision: Decision, policy_set: PolicySet, locale: Locale) -> str:
    """Return the first sentence: what would happen if the message were sent as it is."""
    return Words(decision, policy_set, locale).headline()


def _about_exposure(decision: Decision) -> bool:
    strictest = decision.findings[0]
    return decision.exposure.disclosures > 0 and "move_to_bcc" in strictest.remedies


def fix(decision: Decision, locale: Locale) -> str | None:
    """Return the sentence that tells the safest way on; `None` where no remedy is offered."""
    return _fix(decision.remedies[0], locale, decision.item) if decision.remedies else None


def _fix(remedy: Remedy, locale: Locale, item: ItemKind) -> str:
    return phrases.fix(remedy.kind, len(remedy.recipients), locale, item)


def dialog(decision: Decision, policy_set: PolicySet, locale: Locale) -> Dialog:
    """Return what the client's own dialog says: the numbers and the fix first, then as many reasons as fit."""
    return Words(decision, policy_set, locale).dialog()


def told(decision: Decision) -> tuple[Finding, ...]:
    """Return the enforced findings that the sender is told.

    Of several rules of one policy about the same people, only the strictest is: one threat is told once.
    """
    strictest: dict[tuple[str, tuple[str, ...]], Finding] = {}
    for place, finding in enumerate(decision.findings):
        if finding.mode == "enforce":
            people = finding.evidence.recipients or (str(place),)
            strictest.setdefault((finding.policy, people), finding)
    return tuple(strictest.values())


def _room(lead: Sequence[str], joint: str) -> int:
    """Return how long the first sentence may be, so that the fix behind it is never what is left out."""
    return DIALOG_LIMIT - sum(len(joint) + len(text) for text in lead[1:])


def _bolded(text: str, room: int) -> str:
    # What was cut from behind its backslash leaves one that would be read.
    return _HALF_ESCAPED.sub(r"\1…", phrases.shortened(text, room - len("****")))


def _escaped(text: str) -> str:
    # A function instead of a template, which the library would read anew each time.
    return _MARKDOWN.sub(_with_backslash, text)


def _with_backslash(found: re.Match[str]) -> str:
    return f"\\{found[0]}"


def _fitted(lead: Sequence[str], rest: Sequence[str], joint: str, locale: Locale) -> str:
    """Join the lead, which fits, and as many whole sentences as still do; say how many more there are."""
    for kept in range(len(rest), -1, -1):
        left_out = len(rest) - kept
        text = joint.join([*lead, *rest[:kept], *([phrases.more(left_out, locale)] if left_out else [])])
        if len(text) <= DIALOG_LIMIT:
            return text
    return joint.join(lead)
