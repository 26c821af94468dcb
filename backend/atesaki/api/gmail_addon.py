"""`/gmail/addon/…`: what Gmail calls when somebody opens the add-on or presses one of its buttons.

Gmail shows what a card says only with status 200, and for any other an error card of its own.
So whoever is not Google gets a problem, and a person whose draft could not be checked reads that on a card.
"""

import asyncio
import datetime as dt
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Annotated, Any, NamedTuple, Protocol

import msgspec
import structlog
from fastapi import APIRouter, Depends, Header, Response

from atesaki.api.body import JsonBody
from atesaki.api.gmail_addon_checks import DraftChecks
from atesaki.api.metrics import Metrics
from atesaki.api.second_checks import TakesSecondChecks, check_url
from atesaki.api.sending import TakesOutcomes, TakesReleases
from atesaki.clients.gmail import ACTION, COMPOSE, HOME, LOGO, moved, noticed, pushed, scopes_wanted, updated, writable
from atesaki.clients.gmail_cards import check_card, home_card, movable, nobody_card, unchecked_card
from atesaki.clients.gmail_event import Event, message_of, request_of
from atesaki.clients.gmail_widgets import Frame
from atesaki.clients.outlook import read_built
from atesaki.identity.errors import RateLimited
from atesaki.identity.jwks import KeysUnavailable
from atesaki.identity.verifier import Identity
from atesaki.journal import JournalUnavailable
from atesaki.judgement.decision import Action, Release
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.explain import Locale
from atesaki.judgement.message import Message
from atesaki.sending.answer import DecisionAnswer, OwnReleaseKind
from atesaki.sending.check import Judged
from atesaki.sending.errors import DecisionExpired, DecisionNotFound, NotTheSender, ReleaseNotAllowed
from atesaki.sending.outcome import OutcomeRequest
from atesaki.sending.release import MAX_JUSTIFICATION, ReleaseRequest
from atesaki.sending.request import Caller, DecisionRequest, language_of
from atesaki.sending.second_check_state import MAX_TEXT

KEY = "gmail-addon"
"""Stands as the caller's key: Google's own token takes the place of the deployment key."""

BUDGET_SECONDS = 4.0
"""How long a person waits before the card says that nothing was checked."""

ICON = "icons/icon-128.png"

_NOT_CHECKED = (TimeoutError, KeysUnavailable, JournalUnavailable, RateLimited)
_OUT_OF_DATE = (DecisionNotFound, DecisionExpired, ReleaseNotAllowed, NotTheSender)
_log = structlog.get_logger(__name__)

Json = dict[str, Any]


class KnowsPeople(Protocol):
    """Verifies the tokens of a call; raises as `AddonTokens` does."""

    async def confirm_caller(self, token: str | None) -> None:
        """Make sure that Google calls for our add-on."""

    async def find_sender(self, token: str | None) -> Identity:
        """Return who pressed the button."""


class Checks(Protocol):
    """Judges and records one request, within the limits of its sender."""

    async def __call__(self, request: DecisionRequest, caller: Caller, *, about_people: bool) -> Judged:
        """Return what to answer, once it is recorded."""


class Look(NamedTuple):
    """A draft that a verified person wants to have looked at."""

    event: Event
    caller: Caller
    message: Message
    frame: Frame


class Addon:
    """Answers the calls; nothing is judged before both tokens are verified."""

    def __init__(  # noqa: PLR0913  # Each port is one need of the cards, handed in by the composition root.
        self,
        *,
        tokens: KnowsPeople,
        check: Checks,
        releases: TakesReleases,
        second_checks: TakesSecondChecks,
        outcomes: TakesOutcomes,
        metrics: Metrics,
        base_url: str,
        told: bool,
        locale: Locale,
        zone: Callable[[], dt.tzinfo],
        budget: float = BUDGET_SECONDS,
    ) -> None:
        self._budget = budget
        self._tokens = tokens
        self._check = check
        self._releases = releases
        self._second_checks = DraftChecks(second_checks)
        self._outcomes = outcomes
        self._metrics = metrics
        self._base_url = base_url
        self._told = told
        self._locale: Locale = locale
        self._zone = zone

    async def home(self, event: Event, token: str | None) -> Json:
        """Answer the opening of the add-on beside the inbox."""
        frame = self._frame(event)

        async def work() -> Json:
            await self._tokens.confirm_caller(token or event.authorization_event_object.system_id_token)
            return pushed(home_card(frame))

        return await self._in_time(work(), frame, pushed)

    async def compose(self, event: Event, token: str | None) -> Json:
        """Answer the opening of the add-on beside a draft: check it."""
        frame = self._frame(event)
        return await self._in_time(self._look(event, token, frame, pushed, self._first), frame, pushed)

    async def act(self, event: Event, token: str | None) -> Json:
        """Answer the press of a button."""
        frame = self._frame(event)
        return await self._in_time(self._look(event, token, frame, updated, self._pressed), frame, updated)

    def _frame(self, event: Event) -> Frame:
        locale = language_of(event.locale, self._locale)
        pages = partial(check_url, self._base_url)
        return Frame(f"{self._base_url}{ACTION}", pages, locale, self._zone(), self._told)

    async def _in_time(self, work: Awaitable[Json], frame: Frame, shown: Callable[[Json], Json]) -> Json:
        try:
            async with asyncio.timeout(self._budget):
                return await work
        except _NOT_CHECKED as error:
            kind = error.type if isinstance(error, AtesakiError) else "timeout"
            self._metrics.refused(kind)
            _log.warning("gmail_addon.not_checked", reason=kind)
            return shown(unchecked_card(frame, too_often=isinstance(error, RateLimited)))
        except AtesakiError as error:
            self._metrics.refused(error.type)
            raise

    async def _look(
        self,
        event: Event,
        token: str | None,
        frame: Frame,
        shown: Callable[[Json], Json],
        work: Callable[[Look], Awaitable[Json]],
    ) -> Json:
        authorization = event.authorization_event_object
        await self._tokens.confirm_caller(token or authorization.system_id_token)
        if event.lacks_scopes:
            return scopes_wanted()
        sender = await self._tokens.find_sender(authorization.user_id_token)
        message = message_of(event.gmail, sender.address or "")
        if message is None:
            return shown(nobody_card(frame))
        return await work(Look(event, Caller(KEY, sender), message, frame))

    async def _first(self, look: Look) -> Json:
        return pushed(await self._card(await self._judged(look), look))

    async def _pressed(self, look: Look) -> Json:
        match look.event.operation:
            case "move_to_bcc":
                return await self._move(look)
            case "acknowledge":
                return await self._accept(look, "acknowledge", None)
            case "justify":
                return await self._justify(look, look.event.reason)
            case "ask_second_check":
                return await self._ask(look, look.event.note)
            case "withdraw_second_check":
                return await self._withdraw(look)
            case "check_again":
                return await self._again(look)

    async def _judged(self, look: Look, *, accepted: bool = False) -> DecisionAnswer:
        started = time.perf_counter()
        request = request_of(look.event, look.message, accepted=accepted)
        answer = (await self._check(request, look.caller, about_people=True)).answer
        self._metrics.decided(answer.action, time.perf_counter() - started)
        return writable(answer, look.message)

    async def _again(self, look: Look) -> Json:
        answer = await self._judged(look)
        if answer.action is Action.ALLOW and look.event.decision_id is not None:
            await self._report_fixed(look.event.decision_id, look.caller)
        return updated(await self._card(answer, look))

    async def _report_fixed(self, decision_id: str, caller: Caller) -> None:
        try:
            await self._outcomes.report(decision_id, OutcomeRequest("fixed"), caller)
        except AtesakiError as error:
            # The check itself is recorded; what became of an earlier one must not hide its answer.
            _log.warning("gmail_addon.outcome_lost", reason=error.type)

    async def _move(self, look: Look) -> Json:
        """Move whom the draft as it stands now shows to strangers, not whom the card showed."""
        answer = await self._judged(look)
        remedy = movable(answer)
        if remedy is None:
            return await self._changed(answer, look)
        return moved(look.message, remedy, look.frame.locale)

    async def _justify(self, look: Look, reason: str) -> Json:
        words = look.frame.words
        if not reason:
            return noticed(words.reason_missing)
        if len(reason) > MAX_JUSTIFICATION:
            return noticed(words.reason_too_long.format(most=f"{MAX_JUSTIFICATION:,}"))
        return await self._accept(look, "justify", reason)

    async def _accept(self, look: Look, kind: OwnReleaseKind, reason: str | None) -> Json:
        """Record that the sender accepts what the card showed, then look whether the draft still is that one."""
        try:
            if look.event.decision_id is None:
                raise DecisionNotFound("The card named no decision.")
            release = ReleaseRequest(kind, reason)
            await asyncio.to_thread(self._releases.release, look.event.decision_id, release, look.caller)
        except _OUT_OF_DATE:
            return await self._changed(await self._judged(look), look)
        answer = await self._judged(look, accepted=True)
        return updated(check_card(answer, look.frame)) if answer.released_by else await self._changed(answer, look)

    async def _ask(self, look: Look, note: str) -> Json:
        """Ask for a check of the draft as it stands now, not as the card showed it."""
        if len(note) > MAX_TEXT:
            return noticed(look.frame.words.note_too_long.format(most=f"{MAX_TEXT:,}"))
        answer = await self._judged(look)
        if answer.release is not Release.SECOND_CHECK:
            return await self._changed(answer, look)
        asked = await self._second_checks.ask(answer.decision_id, note, look.caller)
        return updated(check_card(answer, look.frame, asked))

    async def _withdraw(self, look: Look) -> Json:
        """Take the question back, or show what was answered first."""
        done = await self._second_checks.withdraw(look.event.decision_id, look.caller)
        return updated(await self._card(await self._judged(look), look), look.frame.words.withdrawn if done else None)

    async def _changed(self, answer: DecisionAnswer, look: Look) -> Json:
        return updated(await self._card(answer, look), look.frame.words.changed)

    async def _card(self, answer: DecisionAnswer, look: Look) -> Json:
        asked = await self._second_checks.of(answer, look.event.decision_id, look.caller)
        return check_card(answer, look.frame, asked)


_Body = Annotated[Event, Depends(JsonBody(Event))]
_Authorization = Annotated[str | None, Header(max_length=20_000)]


def gmail_addon_router(addon: Addon) -> APIRouter:
    """Return the routes of the add-on."""
    router = APIRouter(include_in_schema=False)

    @router.post(HOME)
    async def home(event: _Body, authorization: _Authorization = None) -> Response:
        """Gmail opens the add-on beside the inbox."""
        return _answer(await addon.home(event, _bearer(authorization)))

    @router.post(COMPOSE)
    async def compose(event: _Body, authorization: _Authorization = None) -> Response:
        """Gmail opens the add-on beside a draft."""
        return _answer(await addon.compose(event, _bearer(authorization)))

    @router.post(ACTION)
    async def action(event: _Body, authorization: _Authorization = None) -> Response:
        """Somebody pressed a button of a card."""
        return _answer(await addon.act(event, _bearer(authorization)))

    @router.get(LOGO)
    def logo() -> Response:
        """Return the picture that Google shows, for which it brings no token."""
        return Response(read_built(ICON), media_type="image/png", headers={"Cache-Control": "max-age=86400"})

    return router


def _bearer(authorization: str | None) -> str | None:
    scheme, _, token = (authorization or "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


def _answer(card: Json) -> Response:
    return Response(msgspec.json.encode(card), media_type="application/json", headers={"Cache-Control": "no-store"})
