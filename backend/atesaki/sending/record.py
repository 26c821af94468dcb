"""What is written down of a decision: counts and ids for everybody, people and words apart."""

import datetime as dt
import time
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, Raw, Struct, UnsetType

from atesaki.identity.verifier import Assurance, Identity
from atesaki.journal.columns import in_columns, in_ranges
from atesaki.judgement.decision import Action, Decision, Evidence, Exposure, Finding, Mode, Release
from atesaki.judgement.message import ItemKind, Message, ReadField, Sender, ThreadKind
from atesaki.judgement.people import BCC, CC, TO, People
from atesaki.sending.answer import EarlierCheck, ReleasedBy
from atesaki.sending.case import Case
from atesaki.sending.request import Client

KIND = "decision.recorded"

_ENCODER = msgspec.json.Encoder()
_BACKSLASH, _DEL = b"\\\x7f"
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

    `recipients` counts them by field and audience, `lists` those whose members a directory told, which stand nowhere;
    `degraded` says that a fact was missing; `latency_us` is the time in microseconds from the request to the record.
    `earlier_check` stands only where the sender was told what became of one.
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
    lists: int = 0
    earlier_check: EarlierCheck | UnsetType = UNSET


class DecisionPersonal(Struct, frozen=True):
    """The personal side of `decision.recorded`; the body of the message is never kept.

    The recipients stand in columns, and `evidence` gives, for each finding, the places of its own in To, Cc and Bcc
    counted through: addresses that are written again would double the size of the record.
    """

    sender: Sender
    sender_key: str
    identity: Identity | None
    to: Raw
    cc: Raw
    bcc: Raw
    subject: str | None
    attachments: tuple[str, ...]
    evidence: Mapping[str, str]
    words: Mapping[str, tuple[str, ...]]
    fingerprint: str | None


class WrittenRecipients(NamedTuple):
    """The recipients as they are recorded: a message may have thousands, so they are written once.

    `plain` says that they and every other text of the message hold no control character.
    """

    to: Raw
    cc: Raw
    bcc: Raw
    plain: bool


def write_recipients(message: Message) -> WrittenRecipients:
    """Write the recipients down as JSON."""
    to, cc, bcc = map(_ENCODER.encode, in_columns(message))
    rest = _ENCODER.encode((message.sender, message.subject, message.attachments, message.thread.recipients))
    # JSON escapes a control character by a backslash (RFC 8259 §7), all but DEL. Bytes are looked for by their numbers:
    # asked for other bytes, Python first makes an exception that says they are no number.
    plain = "\0" not in (message.body_text or "")
    for written in (to, cc, bcc, rest):
        plain = plain and _BACKSLASH not in written and _DEL not in written
    return WrittenRecipients(Raw(to), Raw(cc), Raw(bcc), plain)


def body_of(
    case: Case,
    decision: Decision,
    released_by: ReleasedBy | None,
    locale: str,
    earlier: EarlierCheck | UnsetType = UNSET,
) -> DecisionBody:
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
        lists=len(case.facts.expansions),
        earlier_check=earlier,
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
    audiences = (("internal", people.internal), ("partner", people.partner), ("external", people.external))
    some = [(audience, members) for audience, members in audiences if members]
    return {
        name: {audience: (mask & members).bit_count() for audience, members in some if mask & members}
        for name, place in _FIELDS.items()
        if (mask := people.by_place(place))
    }


def personal_of(  # noqa: PLR0913  # Each is kept as it is.
    people: People,
    decision: Decision,
    sender_key: str,
    *,
    identity: Identity | None,
    fingerprint: str | None,
    written: WrittenRecipients | None = None,
) -> DecisionPersonal:
    """Return what may be kept of the people and words of a message until it expires."""
    message = people.message
    written = written or write_recipients(message)
    return DecisionPersonal(
        sender=message.sender,
        sender_key=sender_key,
        identity=identity,
        to=written.to,
        cc=written.cc,
        bcc=written.bcc,
        subject=message.subject,
        attachments=tuple([attachment.name for attachment in message.attachments]),
        evidence=_places(people, decision),
        words={_name(each): words for each in decision.findings if (words := _words(each.evidence))},
        fingerprint=fingerprint,
    )


def _name(finding: Finding) -> str:
    return f"{finding.policy}.{finding.rule}"


def _words(evidence: Evidence) -> tuple[Any, ...]:
    domains = tuple(domain for domain in (evidence.domain, evidence.resembles) if domain)
    return evidence.words + evidence.attachments + domains


def _places(people: People, decision: Decision) -> dict[str, str]:
    # Several findings are mostly about the same people, whose texts are then the same object.
    lists = {id(texts): texts for finding in decision.findings if (texts := finding.evidence.recipients)}
    size = len(people.message.recipients)
    places = {key: in_ranges(people.places(texts), size) for key, texts in lists.items()}
    return {
        _name(finding): places[id(finding.evidence.recipients)]
        for finding in decision.findings
        if finding.evidence.recipients
    }
