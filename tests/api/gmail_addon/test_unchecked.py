"""The Gmail add-on where nothing can be checked: the card says so, since Gmail would show an error of its own."""

import asyncio
import datetime as dt
from pathlib import Path

import pytest
from tests.api.gmail_addon.gmail import BASE, ME, SETTINGS, Gmail, draft, state
from tests.api.mails import VOLUNTEERS
from tests.fakes.provider import FakeProvider
from tests.server import running_server

from atesaki.api.gmail_addon import Addon
from atesaki.api.metrics import Metrics
from atesaki.clients.gmail_event import Authorization, Draft, Event
from atesaki.identity.verifier import Identity
from atesaki.journal import JournalUnavailable
from atesaki.sending.check import Judged
from atesaki.sending.outcome import OutcomeRequest
from atesaki.sending.release import Released, ReleaseRequest
from atesaki.sending.request import Caller, DecisionRequest
from atesaki.sending.second_check_state import SecondCheck, SecondCheckRequest


def test_without_google_s_keys_the_card_says_that_nothing_was_checked(tmp_path: Path, provider: FakeProvider) -> None:
    """Gmail shows our words only with status 200; nothing is judged and nothing recorded."""
    provider.down = True
    with running_server(tmp_path, fetch=provider.fetch, **SETTINGS) as server:
        gmail = Gmail(server, provider)
        for name, path in (("home", "pushCard"), ("compose", "pushCard"), ("action", "updateCard")):
            answer = gmail.post(name, gmail.event(draft(VOLUNTEERS))).json()
            action = answer.get("action") or answer["renderActions"]["action"]
            assert state(action["navigations"][0][path]) == "This could not be checked"
        assert gmail.records() == []


class Broken:
    """A check that can't record, or that takes too long."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error

    async def __call__(self, request: DecisionRequest, caller: Caller, *, about_people: bool) -> Judged:
        """Raise, or wait for ever."""
        del request, caller, about_people
        if self._error is not None:
            raise self._error
        await asyncio.Event().wait()
        raise AssertionError


class Doorman:
    """Believes everybody."""

    async def confirm_caller(self, token: str | None) -> None:
        """Believe it."""

    async def find_sender(self, token: str | None) -> Identity:
        """Return the same person whatever the token."""
        del token
        return Identity("google", "108", ME)


class Nothing:
    """Records neither releases, nor second checks, nor outcomes."""

    def release(self, decision_id: str, request: ReleaseRequest, caller: Caller) -> Released:
        """Fail."""
        raise AssertionError(decision_id, request, caller)

    def ask(self, decision_id: str, request: SecondCheckRequest, caller: Caller) -> SecondCheck:
        """Fail."""
        raise AssertionError(decision_id, request, caller)

    def withdraw(self, decision_id: str, caller: Caller) -> SecondCheck:
        """Fail."""
        raise AssertionError(decision_id, caller)

    def state(self, decision_id: str, caller: Caller) -> SecondCheck:
        """Fail."""
        raise AssertionError(decision_id, caller)

    async def report(self, decision_id: str, request: OutcomeRequest, caller: Caller) -> None:
        """Fail."""
        raise AssertionError(decision_id, request, caller)


@pytest.mark.parametrize("check", [Broken(), Broken(JournalUnavailable("The journal can't be written."))])
def test_answer_that_can_not_be_recorded_in_time_is_none(check: Broken) -> None:
    """The card says that nothing was checked; Gmail would otherwise show an error of its own."""
    addon = Addon(
        tokens=Doorman(),
        check=check,
        releases=Nothing(),
        second_checks=Nothing(),
        outcomes=Nothing(),
        metrics=Metrics(),
        base_url=BASE,
        told=False,
        locale="ja",
        zone=lambda: dt.UTC,
        budget=0.05,
    )
    event = Event(
        authorization_event_object=Authorization(user_id_token="token"),
        gmail=Draft(to_recipients=tuple(VOLUNTEERS)),
    )
    answer = asyncio.run(addon.compose(event, None))
    assert state(answer["action"]["navigations"][0]["pushCard"]) == "確認できませんでした"
