"""The page of one second check: what another person decides on, and their answer."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import ClassVar, Final, Literal, NamedTuple

from starlette.responses import Response

from atesaki.console.checks import words
from atesaki.console.checks.mail import Mail, mail_of
from atesaki.console.checks.ports import Ports
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.navigation import AUDITORS
from atesaki.console.shell.render import page, redirect
from atesaki.console.shell.text import mark as _
from atesaki.judgement.errors import AtesakiError
from atesaki.sending.errors import OwnMessage, RequestInvalid, SecondCheckAnswered, SecondCheckNotAsked
from atesaki.sending.explained import Explained
from atesaki.sending.rules_since import Since
from atesaki.sending.second_check_records import DECLINED, GRANTED
from atesaki.sending.second_check_state import Asked, Request

PURPOSE: Final = "Second check"
"""What a checker looks at personal data for, as the journal says it."""

_SAID: Final = {
    "granted": _("Your answer is recorded: it may be sent. Tell the sender to press Send again."),
    "declined": _("Your answer is recorded: not yet. The sender reads your comment."),
    "taken_back": _("Your answer is recorded: it is held back. Its sender reads your comment when they press Send."),
}

_STANDS: Final = {"taken_back": "declined"}
"""How a check stands after an answer that is not called so."""

Obstacle = Literal["closed", "erased", "altered", "nameless", "own"] | Since
"""Why somebody can't answer: it doesn't wait any more; erased; not what was recorded; no address to compare; own.

Or the rules have changed since, so that no answer would let it go.
"""

_OF_NOBODY: Final = frozenset[Obstacle | None]({"erased", "altered", "forbidden", "otherwise"})
"""What keeps everybody from answering."""


class NotToBeChecked(AtesakiError):
    """Nobody could know what they let go: the mail is not there any more, or not as it was recorded."""

    status: ClassVar[int] = 409
    type: ClassVar[str] = "not-to-be-checked"


class Found(NamedTuple):
    """One check as it stands for the visitor; `mail` only while it waits, since nobody else needs to read it."""

    request: Request
    told: Explained
    mail: Mail | None
    obstacle: Obstacle | None


class Refused(NamedTuple):
    """An answer that was not taken: at which field, why in the visitor's language, and the comment as it was typed."""

    field: str = ""
    sentence: str = ""
    comment: str = ""


class Routes:
    """The page and its form."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def show(self, ask: Ask) -> Response:
        """Show what there is to decide, or what became of it."""
        return self._page(ask)

    def answer(self, ask: Ask) -> Response:
        """Take the answer; what can't be taken is shown again with its comment."""
        answer, comment = ask.value("answer"), ask.value("comment").replace("\r\n", "\n")
        try:
            self._take(ask, answer, comment)
        except (RequestInvalid, SecondCheckAnswered, OwnMessage, NotToBeChecked) as error:
            if not (isinstance(error, SecondCheckAnswered) and self._said_before(ask, answer, comment)):
                return self._page(ask, Refused(error.field or "", ask.sentence(error), comment), error.status)
        return redirect(ask, f"/checks/{ask.path('decision_id')}", said=ask.text(_SAID[answer]))

    def _said_before(self, ask: Ask, answer: str, comment: str) -> bool:
        """Tell whether that is what this person has said: a form that came twice was taken the first time."""
        standing = self._ports.checks.request(ask.path("decision_id"))
        said = (standing.asked.state, standing.by, standing.comment or "")
        return said == (_STANDS.get(answer, answer), ask.person.author, comment.strip())

    def _take(self, ask: Ask, answer: str, comment: str) -> None:
        if self._found(ask).obstacle in _OF_NOBODY:
            raise NotToBeChecked("It can't be checked any more, so your answer was not recorded.")
        match answer:
            case "granted":
                self._ports.checks.grant(ask.path("decision_id"), ask.person, comment)
            case "declined":
                self._ports.checks.decline(ask.path("decision_id"), ask.person, comment)
            case "taken_back":
                self._ports.checks.take_back(ask.path("decision_id"), ask.person, comment)
            case _:
                raise RequestInvalid("Press one of the two buttons.", field="answer")

    def _page(self, ask: Ask, refused: Refused | None = None, status: int = HTTPStatus.OK) -> Response:
        found = self._found(ask)
        if found.request.asked.sender:
            self._ports.record_look(found.request.record_id, purpose=PURPOSE, by=ask.person.author)
        return page(
            ask,
            "checks/check.html",
            status=status,
            asked=found.request.asked,
            request=found.request,
            mail=found.mail,
            sent_at=self._sent_since(found.request.asked),
            obstacle=found.obstacle,
            may_take_back=self._may_take_back(ask, found.request.asked),
            body=found.told.body,
            answered_at=_answered_at(found),
            refused=refused or Refused(),
            may_audit=ask.person.may(AUDITORS),
            words=words,
        )

    def _found(self, ask: Ask) -> Found:
        decision_id = ask.path("decision_id")
        request = self._ports.checks.request(decision_id)
        waits = request.asked.state == "waiting"
        told = self._ports.explain.explain(decision_id, ask.locale, personal=waits)
        if told is None:
            raise SecondCheckNotAsked("Nobody asked for a second check of this message.")
        mail = mail_of(told, self._ports.organization()) if waits else None
        return Found(request, told, mail, self._obstacle(ask, request, told, mail))

    def _sent_since(self, asked: Asked) -> dt.datetime | None:
        return self._ports.sent_since([asked]).get(asked.decision_id) if asked.state == "waiting" else None

    def _may_take_back(self, ask: Ask, asked: Asked) -> bool:
        return (
            asked.state == "granted"
            and bool(asked.sender)
            and not self._ports.checks.own(asked.decision_id, ask.person)
        )

    def _obstacle(self, ask: Ask, request: Request, told: Explained, mail: Mail | None) -> Obstacle | None:
        if request.asked.state != "waiting":
            return "closed"
        if mail is None:
            return "erased"
        if not told.genuine:
            return "altered"
        if since := self._ports.rules_since(told):
            return since
        if not self._ports.checks.own(request.asked.decision_id, ask.person):
            return None
        return "own" if ask.person.email else "nameless"


def _answered_at(found: Found) -> dt.datetime | None:
    # What was held back after a yes has both.
    kind = DECLINED if found.request.asked.state == "declined" else GRANTED
    return next((step.at for step in found.told.steps if step.kind == kind), None)
