"""Explains one recorded decision: what was reported, what its sender was told and why, and what happened next."""

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple, Protocol

import msgspec

from atesaki.journal.columns import FIELDS
from atesaki.journal.errors import RecordUnreadable
from atesaki.journal.read import UNREADABLE, Proof, Reader
from atesaki.journal.record import Record
from atesaki.judgement import explain
from atesaki.judgement.builtin import POLICY, REMEDIES
from atesaki.judgement.decision import Decision, Evidence, Finding, Remedy, RemedyKind
from atesaki.judgement.explain import Dialog, Locale
from atesaki.judgement.policy import Rule
from atesaki.judgement.policy_set import PolicySet
from atesaki.judgement.remedies import kinds_offered
from atesaki.policies.load import LoadedSet
from atesaki.sending.answer import dialog_of, findings_in_words
from atesaki.sending.record import KIND, DecisionBody, RecordedFinding
from atesaki.sending.release import KIND as RELEASED
from atesaki.sending.second_check_records import DECLINED, GRANTED, REQUESTED

MASKED = "…"
"""Stands for a word of the message that is shown only to those who say what for."""

_WORDS = {RELEASED: "justification", REQUESTED: "note", GRANTED: "comment", DECLINED: "comment"}
"""Where, in the personal part of a record, stands what somebody wrote."""

_MASKED_EVIDENCE = {"words": (MASKED,), "attachments": (MASKED,), "domain": MASKED, "resembles": MASKED}


class FindsSets(Protocol):
    """Knows every policy set that was ever published."""

    def loaded(self, revision: str, /) -> LoadedSet | None:
        """Return the set of a revision, `None` where it was never published here; blocks."""


class ExplainedFinding(NamedTuple):
    """One rule that matched: its numbers, its sentence and its text in exactly that revision."""

    finding: RecordedFinding
    rule: Rule | None
    reason: str | None
    recipients: tuple[str, ...]


class Step(NamedTuple):
    """What happened next: a release, an outcome, a second check; `words` are what somebody wrote about it."""

    at: dt.datetime
    kind: str
    body: Mapping[str, Any]
    record_id: str
    words: str | None = None
    by: str | None = None


class Explained(NamedTuple):
    """All that the journal knows of one decision; `personal` only where it was asked for and still exists.

    `genuine` says whether that is what was recorded.
    """

    record: Record
    body: DecisionBody
    findings: tuple[ExplainedFinding, ...]
    dialog: Dialog | None
    steps: tuple[Step, ...]
    proof: Proof | None
    personal: Mapping[str, Any] | None
    policies: LoadedSet | None
    genuine: bool


class Explainer:
    """Explains decisions; every method blocks."""

    def __init__(self, reader: Reader, sets: FindsSets) -> None:
        self._reader = reader
        self._sets = sets

    def explain(self, decision_id: str, locale: Locale, *, personal: bool = False) -> Explained | None:
        """Return the decision in words of the language, `None` where there is none of this id.

        With `personal`, record `personal_data.viewed` first.
        """
        records = self._reader.of_subject(decision_id)
        record = next((each for each in records if each.kind == KIND), None)
        if record is None:
            return None
        body = _body_of(record)
        kept = self._reader.personal_of(record.record_id)
        told = kept if personal else None
        loaded = self._sets.loaded(body.policy_revision)
        decision = _as_told(body, kept, told, loaded.policy_set if loaded else None)
        return Explained(
            record=record,
            body=body,
            findings=tuple(_findings(body, decision, told, loaded, locale)),
            dialog=dialog_of(decision, loaded.policy_set, locale) if loaded else None,
            steps=tuple(self._step(each, personal=personal) for each in records if each is not record),
            proof=self._reader.proof_of(record),
            personal=told,
            policies=loaded,
            genuine=not personal or all(map(self._reader.is_genuine, records)),
        )

    def _step(self, record: Record, *, personal: bool) -> Step:
        about = _WORDS.get(record.kind)
        said = (self._reader.personal_of(record.record_id) or {}) if personal and about else {}
        words, by = said.get(about or ""), said.get("by")
        return Step(record.recorded_at, record.kind, record.body, record.record_id, words, by)


def _body_of(record: Record) -> DecisionBody:
    try:
        return msgspec.convert(record.body, DecisionBody, strict=False)
    except msgspec.ValidationError:
        raise RecordUnreadable(UNREADABLE) from None


def _as_told(
    body: DecisionBody,
    kept: Mapping[str, Any] | None,
    shown: Mapping[str, Any] | None,
    policies: PolicySet | None,
) -> Decision:
    """Build the decision with just the findings that the sender was told.

    Which those are depends on who they were about, so the people are looked at here, but not handed on.
    """
    whole = _decision(body, kept, policies)
    told = {(each.policy, each.rule) for each in explain.told(whole)}
    decision = _decision(body, shown, policies)
    findings = tuple(each for each in decision.findings if (each.policy, each.rule) in told)
    return msgspec.structs.replace(decision, findings=findings, remedies=whole.remedies)


def _decision(body: DecisionBody, personal: Mapping[str, Any] | None, policies: PolicySet | None) -> Decision:
    """Build the decision again from its record; what was not kept is not invented."""
    findings = tuple(_finding(each, body, personal, policies) for each in body.findings)
    return Decision(
        action=body.action,
        release=body.release,
        findings=findings,
        exposure=body.exposure,
        people=body.people,
        each=body.each,
        remedies=_remedies(body, findings),
        policy_revision=body.policy_revision,
        item=body.item,
    )


def _finding(
    recorded: RecordedFinding, body: DecisionBody, personal: Mapping[str, Any] | None, policies: PolicySet | None
) -> Finding:
    rule = policies.index.get((recorded.policy, recorded.rule)) if policies else None
    evidence = Evidence(
        recipients=_people(recorded, personal),
        count=recorded.count,
        organizations=recorded.organizations,
        disclosures=recorded.disclosures,
        people=body.people,
        each=body.each,
        roster=recorded.roster,
        error=recorded.error,
        fields=tuple(dict.fromkeys(body.truncated)),
        **_words(recorded, personal),
    )
    return Finding(
        policy=recorded.policy,
        rule=recorded.rule,
        action=recorded.action,
        release=recorded.release,
        mode=recorded.mode,
        severity=rule.severity if rule else "medium",
        evidence=evidence,
        remedies=rule.remedies if rule else REMEDIES.get(recorded.rule, ()) if recorded.policy == POLICY else (),
    )


def _words(recorded: RecordedFinding, personal: Mapping[str, Any] | None) -> dict[str, Any]:
    if personal is None:
        return dict(_MASKED_EVIDENCE)
    words = tuple(personal.get("words", {}).get(f"{recorded.policy}.{recorded.rule}", ()))
    domain, resembles = words[-2:] if len(words) > 1 else (*words, None, None)[:2]
    return {"words": words, "attachments": words, "domain": domain, "resembles": resembles}


def _people(recorded: RecordedFinding, personal: Mapping[str, Any] | None) -> tuple[str, ...]:
    if personal is None:
        return ()
    everyone = [each["address"] for field in FIELDS for each in personal.get(field, ())]
    places = personal.get("evidence", {}).get(f"{recorded.policy}.{recorded.rule}", ())
    return tuple(everyone[place] for place in places if place < len(everyone))


def _remedies(body: DecisionBody, findings: tuple[Finding, ...]) -> tuple[Remedy, ...]:
    """Return the first fix with as many recipients as it was offered for; whom it named is not in the record."""
    enforced = tuple(each for each in findings if each.mode == "enforce")
    counts = {
        kind: _moved(body) if kind == "move_to_bcc" else _meant(kind, enforced) for kind in kinds_offered(enforced)
    }
    return tuple(Remedy(kind, (MASKED,) * count) for kind, count in counts.items() if count)[:1]


def _moved(body: DecisionBody) -> int:
    """Count the visible recipients outside; a meeting has no Bcc field to move anybody to."""
    visible = (body.recipients.get(field, {}) for field in ("to", "cc") if body.item == "message")
    return sum(number for counts in visible for audience, number in counts.items() if audience != "internal")


def _meant(kind: RemedyKind, findings: tuple[Finding, ...]) -> int:
    """Count whom a fix is about; where nobody knows any more who they were, at least as many as one finding names."""
    evidence = [each.evidence for each in findings if kind in each.remedies]
    people = {text for each in evidence for text in each.recipients}
    return len(people) or max(each.count for each in evidence)


def _findings(
    body: DecisionBody,
    decision: Decision,
    personal: Mapping[str, Any] | None,
    loaded: LoadedSet | None,
    locale: Locale,
) -> list[ExplainedFinding]:
    said: dict[tuple[str, str], str] = {}
    if loaded:
        words = findings_in_words(decision, loaded.policy_set, locale)
        said = {(each.policy, each.rule): each.reason for each in words}
    index = loaded.policy_set.index if loaded else {}
    return [
        ExplainedFinding(
            finding=each,
            rule=index.get((each.policy, each.rule)),
            reason=said.get((each.policy, each.rule)),
            recipients=_people(each, personal),
        )
        for each in body.findings
    ]
