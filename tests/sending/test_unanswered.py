"""A press of Send whose answer never arrived: asked again under its key it goes by the same release, and only once."""

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Iterator

import pytest
from sqlalchemy import func, select, update
from tests.judgement.drafts import message
from tests.sending.index.past import CALLER, CROWD, Past

from atesaki.journal import JournalUnavailable
from atesaki.sending.answer import DecisionAnswer
from atesaki.sending.check import Judged
from atesaki.sending.decisions import StoredDecisions
from atesaki.sending.errors import IdempotencyKeyInUse, IdempotencyKeyReused
from atesaki.sending.idempotency import Retries
from atesaki.sending.release import ReleaseRequest
from atesaki.sending.request import Client, DecisionRequest, DegradedReport
from atesaki.storage.engine import Store
from atesaki.storage.tables import idempotency_keys

SEND, LOOK = Client(app="outlook"), Client(app="outlook", moment="compose")
TEXT = "To all of you:\nthe hall opens at ten."


class Desk:
    """A sender whose message to a crowd is held until they give a reason."""

    def __init__(self, past: Past) -> None:
        self.past = past
        self.retries = Retries(past.store, past.check, StoredDecisions(past.store), past.releases, past.clock)

    def press(self, key: str, client: Client = SEND, text: str = TEXT) -> DecisionAnswer:
        """Press Send, or look, under this key."""
        request = DecisionRequest(message(to=CROWD[:4], body_text=text), client)
        return asyncio.run(self.retries.once(key, request, CALLER))

    def accept(self, held: DecisionAnswer) -> None:
        """Give the reason."""
        assert held.release is not None
        self.past.releases.release(held.decision_id, ReleaseRequest("justify", "They know each other."), CALLER)

    def rows(self) -> int:
        """Count the answers that are kept."""
        with self.past.store.read() as connection:
            return connection.scalar(select(func.count()).select_from(idempotency_keys)) or 0


@pytest.fixture
def desk(store: Store) -> Iterator[Desk]:
    """A desk at which nothing was sent yet."""
    past = Past(store)
    yield Desk(past)
    past.close()


def test_the_answer_that_did_not_arrive_is_given_again_and_the_release_counts_once(desk: Desk) -> None:
    """Also where Outlook breaks the lines differently and tells of its failure; under another key it is held."""
    desk.accept(desk.press("first"))
    lost = desk.press("press")
    assert lost.released_by is not None
    failed = DegradedReport(desk.past.now, "timeout", "held", 4)
    again = desk.press("press", Client(app="outlook", degraded=(failed,)), TEXT.replace("\n", "\r\n "))
    assert again == lost
    assert desk.press("next").action == "warn"


def test_a_changed_text_is_no_second_press_of_the_same(desk: Desk) -> None:
    """Nobody has accepted the new text, so its old key is refused, and a new one holds it."""
    desk.accept(desk.press("first"))
    desk.press("press")
    with pytest.raises(IdempotencyKeyReused):
        desk.press("press", text="Another text.")
    assert desk.press("next", text="Another text.").action == "warn"


def test_what_did_not_leave_is_let_go_anew_and_not_by_the_old_answer_as_well(desk: Desk) -> None:
    """After `cancelled` the release is free again: one press uses it, under whichever key."""
    desk.accept(desk.press("first"))
    lost = desk.press("press")
    desk.past.reported(lost.decision_id, "cancelled")
    assert desk.press("next").released_by is not None
    assert desk.press("press").action == "warn"


def test_a_release_used_by_what_was_never_recorded_is_free_again(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The store failed between using the release and recording the decision: the next press goes, once."""
    desk.accept(desk.press("first"))

    async def fails(_judged: Judged) -> None:
        raise JournalUnavailable("The record could not be stored.")

    with monkeypatch.context() as broken:
        broken.setattr(desk.past.check, "record", fails)
        with pytest.raises(JournalUnavailable):
            desk.press("press")
    assert desk.press("press").released_by is not None
    assert desk.press("next").action == "warn"


def test_two_tries_at_once_lose_no_release(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The one that used it is too late to be kept, the other was held: the next press goes, once."""
    desk.accept(desk.press("first"))
    judge: Callable[..., Awaitable[Judged]] = desk.past.check.judge
    other = desk.retries.once("press", DecisionRequest(message(to=CROWD[:4], body_text=TEXT), SEND), CALLER)

    async def overtaken(*given: object) -> Judged:
        judged = await judge(*given)
        monkeypatch.undo()
        assert (await other).action == "warn"
        return judged

    monkeypatch.setattr(desk.past.check, "judge", overtaken)
    with pytest.raises(IdempotencyKeyInUse):
        desk.press("press")
    assert desk.press("press").released_by is not None
    assert desk.press("next").action == "warn"


def test_an_answer_that_held_gives_way_to_a_release_that_came_since(desk: Desk) -> None:
    """Whoever accepts a message, or has it checked, after a press that got no answer is not held by the old answer."""
    held = desk.press("press")
    assert desk.press("press") == held
    desk.accept(held)
    assert desk.press("press").released_by is not None


def test_a_look_is_told_what_became_of_the_press_and_uses_up_nothing(desk: Desk) -> None:
    """Under a key that no press has it is judged as ever, and the press that follows still goes."""
    desk.accept(desk.press("first"))
    rows = desk.rows()
    assert desk.press("press", LOOK).action == "warn"
    assert desk.rows() == rows, "a look is kept under no key"
    lost = desk.press("press")
    assert lost.released_by is not None
    assert desk.press("press", LOOK) == lost


def test_after_a_quarter_of_an_hour_a_key_is_forgotten(desk: Desk) -> None:
    """An old answer lets nothing go: the message is judged and recorded anew, and that answer is kept in turn."""
    first = desk.press("press")
    desk.past.now += dt.timedelta(minutes=15) - dt.timedelta(microseconds=1)
    assert desk.press("press") == first
    desk.past.now += dt.timedelta(microseconds=1)
    anew = desk.press("press")
    assert anew.decision_id != first.decision_id
    assert desk.press("press") == anew


def test_a_first_try_without_a_record_is_waited_for_ten_seconds(desk: Desk) -> None:
    """Then it is taken for dead, and the message is judged anew."""
    desk.press("press")
    with desk.past.store.write() as connection:
        connection.execute(update(idempotency_keys).values(decision_id="under way"))
    desk.past.now += dt.timedelta(seconds=10) - dt.timedelta(microseconds=1)
    with pytest.raises(IdempotencyKeyInUse):
        desk.press("press")
    desk.past.now += dt.timedelta(microseconds=1)
    assert desk.press("press").action == "warn"
