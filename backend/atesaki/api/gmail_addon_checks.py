"""The second check of a draft, as the cards of the Gmail add-on ask for it and show it."""

import asyncio

from atesaki.api.second_checks import TakesSecondChecks
from atesaki.judgement.decision import Release
from atesaki.sending.answer import DecisionAnswer
from atesaki.sending.errors import DecisionNotFound, NotTheSender, SecondCheckAnswered, SecondCheckNotAsked
from atesaki.sending.request import Caller
from atesaki.sending.second_check_state import SecondCheck, SecondCheckRequest

_ENDED = {"declined", "expired"}


class DraftChecks:
    """Asks for second checks and looks at them without holding up the event loop."""

    def __init__(self, checks: TakesSecondChecks) -> None:
        self._checks = checks

    async def ask(self, decision_id: str, note: str, caller: Caller) -> SecondCheck:
        """Ask for a check; raises as `SecondChecks.ask` does."""
        return await asyncio.to_thread(self._checks.ask, decision_id, SecondCheckRequest(note or None), caller)

    async def withdraw(self, decision_id: str | None, caller: Caller) -> bool:
        """Take the question back; false where it was answered first, or nobody asked."""
        try:
            await asyncio.to_thread(self._checks.withdraw, decision_id or "", caller)
        except (SecondCheckAnswered, SecondCheckNotAsked, DecisionNotFound, NotTheSender):
            return False
        return True

    async def of(self, answer: DecisionAnswer, shown: str | None, caller: Caller) -> SecondCheck | None:
        """Return the open check of what was just judged, else how the one of the decision `shown` before has ended.

        `None` where there is neither, or the answer asks for none.
        """
        if answer.release is not Release.SECOND_CHECK:
            return None
        check = await self._state(answer.decision_id, caller)
        if check is not None or shown is None:
            return check
        earlier = await self._state(shown, caller)
        return earlier if earlier is not None and earlier.state in _ENDED else None

    async def _state(self, decision_id: str, caller: Caller) -> SecondCheck | None:
        try:
            return await asyncio.to_thread(self._checks.state, decision_id, caller)
        except (SecondCheckNotAsked, DecisionNotFound, NotTheSender):
            return None
