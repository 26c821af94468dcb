"""What is written down of a decision: counts and ids for everybody, people and words apart."""

import datetime as dt
import time
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from atesaki.identity.verifier import Assurance, Identity
from atesaki.judgement.decision import Action, Decision, Evidence, Exposure, Finding, Mode, Release
from atesaki.judgement.message import ItemKind, Message, ReadField, Recipient, Sender, ThreadKind
from atesaki.judgement.people import BCC, CC, INTERNAL, PARTNER, TO, People
from atesaki.sending.answer import ReleasedBy
from atesaki.sending.case import Case
from atesaki.sending.request import Client

KIND = "decision.recorded"

_FIELDS = {"to": TO, "cc": CC, "bcc": BCC}


class RecordedFinding(Struct, frozen=True, omit_defaults=True):
    """A rule that matched, enforced or simulated, in numbers."""

    policy: str
    rule: str
    action: Action
    release: Release
    mode: Mode
    count: int = 0
    organizations: int = 0
    disclosures: int = 0
    roster: str | None = None
    error: str | None = None


class DecisionBody(Struct, frozen=True):
    """The body of `decision.recorded`: no address, no name, no word of the message.

    `recipients` counts them by field and audience; `degraded` says that a fact was missing; `latency_us` is the time
    in microseconds from the request to the record.
    """

    decision_id: str
    action: Action
    release: Release | None
    findings: tuple[RecordedFinding, ...]
    exposure: Exposure
    people: int
    each: int
    recipients: Mapping[str, Mapping[str, int]]
    policy_revision: str
    client: Client
    locale: str
    assurance: Assurance
    item: ItemKind
    thread: ThreadKind
    attachments: int
    truncated: tuple[ReadField, ...]
    stale: tuple[str, ...]
    degraded: bool
    released_by: ReleasedBy | None
    expires_at: dt.datetime
    latency_us: int


class DecisionPersonal(Struct, frozen=True):
    """The personal side of `decision.recorded`; the body of the message is never kept.

    `evidence` gives, for each finding, the places of its recipients in To, Cc and Bcc counted through,
    since writing the addresses again would double the size of the record.
    """

    sender: Sender
    sender_key: str
    identity: Identity | None
    to: tuple[Recipient, ...]
    cc: tuple[Recipient, ...]
    bcc: tuple[Recipient, ...]
    subject: str | None
    attachments: tuple[str, ...]
    evidence: Mapping[str, list[int]]
    words: Mapping[str, tuple[str, ...]]
    fingerprint: str | None


def body_of(case: Case, decision: Decision, released_by: ReleasedBy | None, locale: str) -> DecisionBody:
    """Return what is recorded of a decision for everybody who may read the journal."""
    message, stale = case.message, case.facts.stale
    return DecisionBody(
        decision_id=case.decision_id,
        action=decision.action,
        release=decision.release,
        findings=tuple([recorded(finding) for finding in decision.findings]),
        exposure=decision.exposure,
        people=decision.people,
        each=decision.each,
        recipients=counts(case.people),
        policy_revision=decision.policy_revision,
        client=case.request.client,
        locale=locale,
        assurance=case.assurance,
        item=message.item,
        thread=message.thread.kind,
        attachments=len(message.attachments),
        truncated=message.truncated,
        stale=stale,
        degraded=bool(stale),
        released_by=released_by,
        expires_at=case.expires_at,
        latency_us=(time.perf_counter_ns() - case.started) // 1_000,
    )


def recorded(finding: Finding) -> RecordedFinding:
    """Return a finding in numbers."""
    evidence = finding.evidence
    return RecordedFinding(
        policy=finding.policy,
        rule=finding.rule,
        action=finding.action,
        release=finding.release,
        mode=finding.mode,
        count=evidence.count,
        organizations=evidence.organizations,
        disclosures=evidence.disclosures,
        roster=evidence.roster,
        error=evidence.error,
    )


def counts(people: People) -> dict[str, dict[str, int]]:
    """Count the people by field and audience; empty fields are left out."""
    internal, partner = people.by_trait(INTERNAL), people.by_trait(PARTNER)
    audiences = {"internal": internal, "partner": partner, "external": people.everyone & ~internal & ~partner}
    fields = {name: people.by_place(place) for name, place in _FIELDS.items()}
    return {
        name: {audience: (mask & members).bit_count() for audience, members in audiences.items() if mask & members}
        for name, mask in fields.items()
        if mask
    }


def personal_of(
    message: Message, decision: Decision, sender_key: str, *, identity: Identity | None, fingerprint: str | None
) -> DecisionPersonal:
    """Return what may be kept of the people and words of a message until it expires."""
    return DecisionPersonal(
        sender=message.sender,
        sender_key=sender_key,
        identity=identity,
        to=message.to,
        cc=message.cc,
        bcc=message.bcc,
        subject=message.subject,
        attachments=tuple(attachment.name for attachment in message.attachments),
        evidence=_places(message, decision),
        words={_name(each): _words(each.evidence) for each in decision.findings if _words(each.evidence)},
        fingerprint=fingerprint,
    )


def _name(finding: Finding) -> str:
    return f"{finding.policy}.{finding.rule}"


def _words(evidence: Evidence) -> tuple[Any, ...]:
    domains = tuple(domain for domain in (evidence.domain, evidence.resembles) if domain)
    return evidence.words + evidence.attachments + domains


def _places(message: Message, decision: Decision) -> dict[str, list[int]]:
    if not decision.findings:
        return {}
    everyone = message.to + message.cc + message.bcc
    place = {recipient.address: number for number, recipient in enumerate(everyone)}
    # Several findings are mostly about the same people.
    lists = {finding.evidence.recipients for finding in decision.findings}
    places = {texts: [place[text] for text in texts if text in place] for texts in lists if texts}
    return {
        _name(finding): places[finding.evidence.recipients]
        for finding in decision.findings
        if finding.evidence.recipients
    }
