"""`Idempotency-Key`: a client that lost the answer gets it again, and the decision is recorded once."""

import concurrent.futures
import uuid
from pathlib import Path

from sqlalchemy import func, select
from tests.api.mails import VOLUNTEERS, decide, mail, records
from tests.server import Server, running_server

from atesaki.storage.engine import open_store
from atesaki.storage.tables import idempotency_keys
from atesaki.storage.tables import records as journal


def _key() -> dict[str, str]:
    return {"Idempotency-Key": str(uuid.uuid4())}


def test_same_key_and_body_get_the_same_answer_recorded_once(server: Server) -> None:
    """The retry is answered as the first try was."""
    key = _key()
    answers = [decide(server, mail(to=VOLUNTEERS), headers=key) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert len(records(server, answers[0]["decision_id"])) == 1


def test_same_key_with_another_body_is_refused(server: Server) -> None:
    """A key belongs to one request."""
    key = _key()
    decide(server, mail(to=VOLUNTEERS), headers=key)
    answer = server.client.post("/v1/decisions", json={"message": mail(to=VOLUNTEERS[:3])}, headers=key)
    assert (answer.status_code, answer.json()["type"]) == (422, "idempotency-key-reused")


def test_answer_outlives_a_restart(tmp_path: Path) -> None:
    """A server that is restarted between the tries answers the same."""
    key = _key()
    with running_server(tmp_path) as server:
        first = decide(server, mail(to=VOLUNTEERS), headers=key)
    with running_server(tmp_path) as server:
        assert decide(server, mail(to=VOLUNTEERS), headers=key) == first
        assert len(records(server, first["decision_id"])) == 1


def test_simultaneous_tries_are_recorded_once(tmp_path: Path) -> None:
    """Of many tries at once, one is judged; the others get its answer or are asked to wait."""
    key, body = _key(), {"message": mail(to=VOLUNTEERS)}
    with running_server(tmp_path) as server, concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: server.client.post("/v1/decisions", json=body, headers=key), range(16)))
    statuses = {answer.status_code for answer in answers}
    assert 200 in statuses
    assert statuses <= {200, 409}
    assert len({answer.json()["decision_id"] for answer in answers if answer.status_code == 200}) == 1
    store = open_store(tmp_path)
    with store.read() as connection:
        count = connection.scalar(
            select(func.count()).select_from(journal).where(journal.c.kind == "decision.recorded")
        )
    store.close()
    assert count == 1


def test_answer_that_was_never_recorded_is_never_given_again(tmp_path: Path) -> None:
    """A crash between keeping the answer and recording it leaves a message to be judged, not an unrecorded answer."""
    key = _key()
    with running_server(tmp_path) as server:
        first = decide(server, mail(to=VOLUNTEERS), headers=key)
        store = open_store(tmp_path)
        with store.write() as connection:
            connection.execute(idempotency_keys.update().values(decision_id=str(uuid.uuid4()), status=503))
        store.close()
        second = decide(server, mail(to=VOLUNTEERS), headers=key)
        assert second["decision_id"] != first["decision_id"]
        assert len(records(server, second["decision_id"])) == 1


def test_empty_or_endless_key_is_refused(server: Server) -> None:
    """A key is a short text."""
    for key in ("", "x" * 256):
        answer = server.client.post(
            "/v1/decisions", json={"message": mail(to=VOLUNTEERS)}, headers={"Idempotency-Key": key}
        )
        assert (answer.status_code, answer.json()["field"]) == (400, "Idempotency-Key")
