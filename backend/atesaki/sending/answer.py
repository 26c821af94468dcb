"""The answer of `POST /v1/decisions`: a decision in words, with what the client may do next."""

import datetime as dt
from collections.abc import Callable
from functools import partial
from typing import Final, Literal, NamedTuple

import structlog
from msgspec import Struct

from atesaki.identity.verifier import Assurance
from atesaki.judgement import explain
from atesaki.judgement.builtin import MESSAGES, POLICY
from atesaki.judgement.decision import (
    Action,
    Decision,
    Evidence,
    Exposure,
    Mode,
    Release,
    Remedy,
    RemedyKind,
    Severity,
)
from atesaki.judgement.explain import Dialog, Locale
from atesaki.judgement.policy_set import PolicySet
from atesaki.sending.case import Case

EARLIER_CHECK: Final = "earlier_second_check"
"""The rule under which an answer tells that an earlier second check is over; it judges nothing."""

_log = structlog.get_logger(__name__)

OwnReleaseKind = Literal["acknowledge", "justify"]
"""How a sender lets their own message go."""

ReleaseKind = Literal[OwnReleaseKind, "second_check"]


class ReleasedBy(Struct, frozen=True):
    """The release that let this message go: of which decision, and of which kind."""

    decision_id: str
    kind: ReleaseKind


CheckEnd = Literal["waiting", "declined", "unanswered", "ran_out", "used", "changed", "other_reasons"]
"""What became of a second check: of an unanswered one, and of one that was granted, but not for this any more."""


class EarlierCheck(Struct, frozen=True):
    """The second check of a message that was asked for before: for which decision, and what became of it."""

    decision_id: str
    state: CheckEnd

    @property
    def over(self) -> bool:
        """Whether it lets nothing go any more."""
        return self.state not in {"waiting", "declined"}


class Earlier(NamedTuple):
    """An earlier second check, and the sentence that says how it stands and what to do."""

    check: EarlierCheck
    sentence: str


class AnsweredFinding(Struct, frozen=True):
    """One rule that matched, with its reason as a sentence for the sender."""

    policy: str
    rule: str
    action: Action
    release: Release
    mode: Mode
    severity: Severity
    reason: str
    evidence: Evidence
    remedies: tuple[RemedyKind, ...]


class DecisionAnswer(Struct, frozen=True):
    """What the client is answered, after it was recorded.

    `headline` says in one sentence what would happen; until `expires_at` the decision can be released.
    """

    decision_id: str
    action: Action
    release: Release | None
    assurance: Assurance
    findings: tuple[AnsweredFinding, ...]
    exposure: Exposure
    remedies: tuple[Remedy, ...]
    headline: str
    dialog: Dialog
    policy_revision: str
    released_by: ReleasedBy | None
    expires_at: dt.datetime


def answer_of(
    case: Case, decision: Decision, released_by: ReleasedBy | None, locale: Locale, earlier: Earlier | None = None
) -> DecisionAnswer:
    """Put a decision into words; a sentence that can't be made is replaced, never the decision.

    `earlier` is how a second check of the message stands that was asked for before.
    """
    words = explain.Words(decision, case.policy_set, locale, earlier.sentence if earlier else None)
    return DecisionAnswer(
        decision_id=case.decision_id,
        action=decision.action,
        release=decision.release,
        assurance=case.assurance,
        findings=(*_findings(words, locale), *_over(decision, earlier)),
        exposure=decision.exposure,
        remedies=decision.remedies,
        headline=_said(words.headline, locale),
        dialog=_dialog(words, locale),
        policy_revision=decision.policy_revision,
        released_by=released_by,
        expires_at=case.expires_at,
    )


def findings_in_words(decision: Decision, policy_set: PolicySet, locale: Locale) -> tuple[AnsweredFinding, ...]:
    """Return the findings that the sender is told, with their reasons.

    What is only simulated is nobody's business at Send, and one threat is told once; the record holds all of them.
    """
    return _findings(explain.Words(decision, policy_set, locale), locale)


def dialog_of(decision: Decision, policy_set: PolicySet, locale: Locale) -> Dialog:
    """Return the text of the client's dialog."""
    return _dialog(explain.Words(decision, policy_set, locale), locale)


def _findings(words: explain.Words, locale: Locale) -> tuple[AnsweredFinding, ...]:
    return tuple(
        [
            AnsweredFinding(
                policy=finding.policy,
                rule=finding.rule,
                action=finding.action,
                release=finding.release,
                mode=finding.mode,
                severity=finding.severity,
                reason=_said(partial(words.reason, finding), locale),
                evidence=finding.evidence,
                remedies=finding.remedies,
            )
            for finding in words.told
        ]
    )


def _over(decision: Decision, earlier: Earlier | None) -> tuple[AnsweredFinding, ...]:
    """Return what tells every client that an earlier check is over: a reason why the message is still held."""
    if earlier is None or not earlier.check.over or decision.release is None:
        return ()
    finding = AnsweredFinding(
        policy=POLICY,
        rule=EARLIER_CHECK,
        action=decision.action,
        release=decision.release,
        mode="enforce",
        severity="low",
        reason=earlier.sentence,
        evidence=Evidence(),
        remedies=(),
    )
    return (finding,)


def _dialog(words: explain.Words, locale: Locale) -> Dialog:
    try:
        return words.dialog()
    except Exception as error:  # noqa: BLE001  # The decision stands, whatever happens to its words.
        plain = _instead(error, locale)
        return Dialog(plain, plain)


def _said(make: Callable[[], str], locale: Locale) -> str:
    try:
        return make()
    except Exception as error:  # noqa: BLE001  # The decision stands, whatever happens to its words.
        return _instead(error, locale)


def _instead(error: Exception, locale: Locale) -> str:
    _log.error("explanation.failed", error=type(error).__name__)
    text: str = getattr(MESSAGES["judgement_error"], locale)
    return text
