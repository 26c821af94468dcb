"""Records in the form of OCSF: Email Activity (4009) for what is about a message, the base event for the rest.

The same record always becomes the same event; `metadata.uid` is the id of the record, so that a receiver can tell
a repetition, and `metadata.correlation_uid` the decision that several records are about.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from atesaki import __version__
from atesaki.journal.columns import read_personal
from atesaki.journal.feed.delivery import Event
from atesaki.journal.record import Record, read_record
from atesaki.journal.stored import Stored
from atesaki.storage.engine import micros, moment

OCSF = "1.5.0"
WITHHELD = "withheld@atesaki.invalid"
"""Stands where OCSF requires an address and none is sent; the domain can never exist (RFC 2606)."""

_ALLOWED, _DENIED = 1, 2
_INFORMATIONAL, _LOW, _MEDIUM, _HIGH = 1, 2, 3, 4
_UNKNOWN, _OUTBOUND, _INTERNAL = 0, 2, 3
_CAPTIONS = {
    1: "Allowed",
    2: "Blocked",
    6: "Dropped",
    8: "Approved",
    11: "Corrected",
    23: "Challenge",
}
# (action_id, disposition_id, severity_id) by what was decided or became of it.
_DECIDED = {"allow": (_ALLOWED, 1, _INFORMATIONAL), "warn": (_DENIED, 23, _MEDIUM), "block": (_DENIED, 2, _HIGH)}
_BECAME = {
    "sent": (_ALLOWED, 1, _INFORMATIONAL),
    "sent_anyway": (_ALLOWED, 8, _MEDIUM),
    "fixed": (_ALLOWED, 11, _INFORMATIONAL),
    "cancelled": (_DENIED, 6, _INFORMATIONAL),
}
_RELEASED = (_ALLOWED, 8, _LOW)
_LET_GO = {"decision.released", "second_check.granted"}
_MESSAGES = {"decision.recorded", "outcome.reported", *_LET_GO}


def event_of(stored: Stored) -> Event:
    """Turn a record, with its personal data where that was read, into an event.

    A record that can't be read, because somebody changed it, becomes an alert: the feed goes on.
    """
    try:
        record = read_record(stored.body)
        people = read_personal(stored.blob) if stored.blob is not None else {}
        made = _email_activity(record, people) if record.kind in _MESSAGES else _base_event(record, people)
    except (msgspec.MsgspecError, UnicodeDecodeError, ArithmeticError, AttributeError, LookupError, TypeError):
        # What a body holds is known only where we wrote it.
        record, made = _unreadable(stored)
    return Event(record, msgspec.json.encode(made), stored.blob is not None)


def _unreadable(stored: Stored) -> tuple[Record, dict[str, Any]]:
    record = Record(
        stored.stream, stored.position, stored.record_id, stored.kind, stored.subject, moment(stored.recorded_at), {}
    )
    made = {**_base_event(record, {}), "severity_id": _HIGH, "message": "the record can't be read; verify the journal"}
    return record, made


def _email_activity(record: Record, people: Mapping[str, Any]) -> dict[str, Any]:
    action, disposition, severity = _verdict(record)
    direction = _direction(record.body.get("recipients") or {})
    return {
        **_common(record, severity, class_uid=4009, activity=(1, "Send")),
        "category_name": "Network Activity",
        "class_name": "Email Activity",
        "type_name": "Email Activity: Send",
        "direction_id": direction,
        "direction": {_UNKNOWN: "Unknown", _OUTBOUND: "Outbound", _INTERNAL: "Internal"}[direction],
        "action_id": action,
        "action": "Allowed" if action == _ALLOWED else "Denied",
        "disposition_id": disposition,
        "disposition": _CAPTIONS[disposition],
        "is_alert": action == _DENIED and record.kind == "decision.recorded",
        "policy": _policy(record.body),
        "email": _email(record, people),
        "message": _message(record),
        "unmapped": {**record.body, **({"bcc": _addresses(people, "bcc")} if people.get("bcc") else {})},
    }


def _base_event(record: Record, people: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_common(record, _INFORMATIONAL, class_uid=0, activity=(99, record.kind)),
        "category_name": "Uncategorized",
        "class_name": "Base Event",
        "type_name": "Base Event: Other",
        "message": f"{record.kind} {record.subject}",
        "unmapped": {"subject": record.subject, **record.body, **({"personal": people} if people else {})},
    }


def _common(record: Record, severity: int, *, class_uid: int, activity: tuple[int, str]) -> dict[str, Any]:
    return {
        "class_uid": class_uid,
        "category_uid": class_uid // 1000,
        "activity_id": activity[0],
        "activity_name": activity[1],
        "type_uid": class_uid * 100 + activity[0],
        "time": micros(record.recorded_at) // 1000,
        "severity_id": severity,
        "status_id": 1,
        "metadata": _metadata(record),
    }


def _metadata(record: Record) -> dict[str, Any]:
    about_message = record.kind in _MESSAGES
    return {
        "version": OCSF,
        "product": {"name": "Atesaki", "vendor_name": "Atesaki", "version": __version__},
        "profiles": ["security_control"] if about_message else [],
        "uid": record.record_id,
        "correlation_uid": record.subject,
        "event_code": record.kind,
        "log_name": record.stream,
        "sequence": record.position,
    }


def _verdict(record: Record) -> tuple[int, int, int]:
    if record.kind in _LET_GO:
        return _RELEASED
    if record.kind == "outcome.reported":
        return _BECAME.get(str(record.body.get("outcome")), _BECAME["sent"])
    if record.body.get("released_by"):
        return _RELEASED
    # What can't be read is shown as what was stopped, so that somebody looks at it.
    return _DECIDED.get(str(record.body.get("action")), _DECIDED["block"])


def _direction(recipients: Mapping[str, Mapping[str, int]]) -> int:
    audiences = {audience for counts in recipients.values() for audience in counts}
    if not audiences:
        return _UNKNOWN
    return _INTERNAL if audiences == {"internal"} else _OUTBOUND


def _policy(body: Mapping[str, Any]) -> dict[str, Any]:
    enforced = [each for each in body.get("findings") or () if each.get("mode", "enforce") == "enforce"]
    strict = max(enforced, key=lambda each: _rank(each.get("action")), default=None)
    named = {"name": f"{strict['policy']}.{strict['rule']}", "uid": strict["policy"]} if strict else {"name": "none"}
    return {**named, "version": str(body.get("policy_revision") or ""), "is_applied": strict is not None}


def _rank(action: object) -> int:
    return list(_DECIDED).index(str(action)) if str(action) in _DECIDED else len(_DECIDED)


def _email(record: Record, people: Mapping[str, Any]) -> dict[str, Any]:
    email: dict[str, Any] = {"uid": record.subject, "from": WITHHELD, "to": [WITHHELD]}
    if people.get("sender"):
        email["from"] = people["sender"].get("address") or WITHHELD
    email |= {field: _addresses(people, field) for field in ("to", "cc") if people.get(field)}
    return email | ({"subject": people["subject"]} if people.get("subject") else {})


def _addresses(people: Mapping[str, Any], field: str) -> list[str]:
    return [str(each.get("address", "")) for each in people.get(field) or ()]


def _message(record: Record) -> str:
    if record.kind in _LET_GO:
        return f"released: {record.body.get('kind')}"
    if record.kind == "outcome.reported":
        return f"outcome: {record.body.get('outcome')}"
    rules = [f"{each.get('policy')}.{each.get('rule')}" for each in record.body.get("findings") or ()]
    return f"{record.body.get('action')}: {', '.join(rules) or 'no rule matched'}"
