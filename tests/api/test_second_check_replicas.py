"""Two replicas that are asked or answer about the same mail in one moment record and say one thing."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from tests.api.mails import SECOND_CHECK_OUTSIDE, decide, mail, records
from tests.console.checks.asking import standing
from tests.postgres import Cluster
from tests.server import Server, running_server

ROUNDS = 5
"""As often as it takes for both to meet."""

SAID = {"granted": ("anna@hall.example", "Go."), "declined": ("ben@hall.example", "Wait.")}
"""Who says it, and with which comment."""


@pytest.fixture(scope="module")
def replicas(postgres: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, Server]]:
    """Two servers on one database, whose mails to outsiders are checked by a second person."""
    settings: dict[str, Any] = {"database_url": postgres.store(), "internal_domains": ("hall.example",)}
    with running_server(tmp_path_factory.mktemp("one"), **settings) as one:
        one.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
        with running_server(tmp_path_factory.mktemp("two"), **settings) as two:
            yield one, two


def at_once(*calls: Callable[[], int]) -> list[int]:
    """Return what each answers, all called in one moment."""
    with ThreadPoolExecutor(len(calls)) as threads:
        return [each.result() for each in [threads.submit(call) for call in calls]]


def held(server: Server, subject: str) -> str:
    """Return the decision on a mail to an outsider."""
    decision_id: str = decide(server, mail(to=["one@first.example"], subject=subject))["decision_id"]
    return decision_id


def kinds(server: Server, decision_id: str) -> list[str]:
    """Return what was recorded of a decision after it."""
    return [record["kind"] for record in records(server, decision_id)][1:]


def ask(server: Server, decision_id: str) -> int:
    """Ask for a second check and return the status."""
    return server.client.post(f"/v1/decisions/{decision_id}/second_check", json={}).status_code


def answer(server: Server, decision_id: str, said: str) -> int:
    """Answer it in the console and return the status."""
    email, comment = SAID[said]
    with server.visitor("checker", email=email) as visitor:
        return visitor.post(f"/checks/{decision_id}", {"answer": said, "comment": comment}).status_code


def withdraw(server: Server, decision_id: str) -> int:
    """Withdraw the request and return the status."""
    return server.client.post(f"/v1/decisions/{decision_id}/second_check/withdrawal", json={}).status_code


def test_a_question_that_comes_twice_is_one(replicas: tuple[Server, Server]) -> None:
    """A retry that another replica gets finds the check that the first one keeps, and fails nobody."""
    for number in range(ROUNDS):
        decision_id = held(replicas[0], f"Question {number}")
        assert at_once(*(partial(ask, each, decision_id) for each in replicas)) == [200, 200]
        assert kinds(replicas[0], decision_id) == ["second_check.requested"]


def test_of_two_answers_one_is_recorded_and_read(replicas: tuple[Server, Server]) -> None:
    """The sender never reads “may be sent” with the words of whoever said “not yet”."""
    one, two = replicas
    for number in range(ROUNDS):
        decision_id = held(one, f"Answer {number}")
        ask(one, decision_id)
        answers = at_once(partial(answer, one, decision_id, "granted"), partial(answer, two, decision_id, "declined"))
        assert sorted(answers) == [200, 409]
        told = standing(one, decision_id)
        assert kinds(one, decision_id) == ["second_check.requested", f"second_check.{told['state']}"]
        assert (told["by"], told["comment"]) == SAID[told["state"]]


def test_of_an_answer_and_a_withdrawal_one_counts(replicas: tuple[Server, Server]) -> None:
    """Nobody reads “may be sent” of what they withdrew, and the checker is told that nobody waits any more."""
    one, two = replicas
    for number in range(ROUNDS):
        decision_id = held(one, f"Withdrawal {number}")
        ask(one, decision_id)
        answers = at_once(partial(withdraw, one, decision_id), partial(answer, two, decision_id, "granted"))
        assert sorted(answers) == [200, 409]
        end = "withdrawn" if answers[0] == 200 else "granted"
        assert kinds(two, decision_id) == ["second_check.requested", f"second_check.{end}"]
        sent = decide(two, mail(to=["one@first.example"], subject=f"Withdrawal {number}"))
        assert sent["action"] == ("block" if end == "withdrawn" else "allow")


def test_a_request_that_both_replicas_withdraw_is_withdrawn_once(replicas: tuple[Server, Server]) -> None:
    """A retry that another replica gets finds it done."""
    for number in range(ROUNDS):
        decision_id = held(replicas[0], f"Twice {number}")
        ask(replicas[0], decision_id)
        assert at_once(*(partial(withdraw, each, decision_id) for each in replicas)) == [200, 200]
        assert kinds(replicas[0], decision_id) == ["second_check.requested", "second_check.withdrawn"]
