"""How a second check stands, as senders and checkers are told, and what a sender says when asking."""

import datetime as dt
from typing import Annotated, Final, Literal, NamedTuple

from msgspec import Meta, Struct

from atesaki.identity.verifier import Assurance

MAX_TEXT: Final = 500
"""Longest note and comment, in characters."""

GRANTED_FOR: Final = dt.timedelta(days=1)
"""How long a message may be sent after it was checked: its sender may have gone home meanwhile."""

NOT_ASKED: Final = "Nobody asked for a second check of this message."

State = Literal["waiting", "granted", "declined", "expired", "used", "withdrawn"]
Note = Annotated[str, Meta(max_length=MAX_TEXT, pattern="^[^\\x00]*$")]


class SecondCheckRequest(Struct, frozen=True, forbid_unknown_fields=True):
    """What the sender tells whoever checks the message."""

    note: Note | None = None


class SecondCheck(Struct, frozen=True):
    """How a second check stands.

    `decision_id` is the decision that it was asked for. Until `expires_at` it can be answered while it is `waiting`,
    and the message be sent once it is `granted`; it was `withdrawn` then. `by` answered it.
    """

    decision_id: str
    state: State
    asked_at: dt.datetime
    expires_at: dt.datetime
    by: str | None = None
    comment: str | None = None


class Asked(NamedTuple):
    """A check in a list; sender and subject are empty once their personal data is deleted.

    `assurance` says how sure it is that the sender wrote the message. `newer` is the decision of a later check that may
    be about a newer version of a message that waits. `revision` is that of the rules that held it.
    """

    decision_id: str
    state: State
    asked_at: dt.datetime
    expires_at: dt.datetime
    sender: str
    people: int
    subject: str | None
    assurance: Assurance
    newer: str | None = None
    revision: str = ""


class Declined(NamedTuple):
    """A check that was declined before, of the same message, or of what may be an earlier version of it."""

    decision_id: str
    same: bool


class Request(NamedTuple):
    """All that was said about one check; `record_id` is the record of the decision.

    `declined` is the newest check before one that waits to which somebody said no.
    """

    asked: Asked
    note: str | None
    by: str | None
    comment: str | None
    record_id: str
    declined: Declined | None = None
