"""What is written down of a second check: lengths for everybody, words and people apart."""

from typing import Final

from atesaki.identity.person import Person
from atesaki.identity.verifier import Assurance
from atesaki.journal import Entry
from atesaki.sending.decisions import FoundPersonal
from atesaki.sending.request import Caller

REQUESTED: Final = "second_check.requested"
GRANTED: Final = "second_check.granted"
DECLINED: Final = "second_check.declined"
WITHDRAWN: Final = "second_check.withdrawn"


def requested(decision_id: str, note: str, caller: Caller, people: FoundPersonal) -> Entry:
    """Return the record of a sender who asks."""
    text = note.strip()
    body = {"decision_id": decision_id, "note_length": len(text), "assurance": _assurance(caller)}
    personal = {"sender": people.sender, "identity": caller.identity, "note": text or None}
    return Entry(REQUESTED, decision_id, body, personal)


def withdrawn(decision_id: str, caller: Caller, people: FoundPersonal) -> Entry:
    """Return the record of a sender who takes the question back."""
    body = {"decision_id": decision_id, "assurance": _assurance(caller)}
    return Entry(WITHDRAWN, decision_id, body, {"sender": people.sender, "identity": caller.identity})


def answer(kind: str, decision_id: str, person: Person, comment: str) -> Entry:
    """Return the record of a checker who grants or declines."""
    text = comment.strip()
    given = {"kind": "second_check"} if kind == GRANTED else {}
    body = {"decision_id": decision_id, **given, "comment_length": len(text)}
    return Entry(kind, decision_id, body, {"by": person.author, "by_key": person.key, "comment": text or None})


def _assurance(caller: Caller) -> Assurance:
    return "verified" if caller.identity else "claimed"
