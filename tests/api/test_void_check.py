"""A check that a colleague granted before a rule said that nobody can let the mail go: the sender is told so."""

import itertools
from collections.abc import Iterator

import pytest
from tests.api.mails import SECOND_CHECK_OUTSIDE, Json, answer_check, decide, mail, records
from tests.server import Server, running_server
from tests.waiting import wait_until

FRIENDS = ("one@first.example", "two@second.example")
NEVER = {
    "checked.yaml": SECOND_CHECK_OUTSIDE["checked.yaml"].replace("release: second_check", "release: never"),
}
TEXT = (
    SECOND_CHECK_OUTSIDE["checked.yaml"]
    + """
  - id: secret
    when: {body: {contains: [secret]}}
    action: block
    release: never
    message: {ja: "秘密です。", en: "That is secret."}
"""
)

_numbers = itertools.count()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A hall whose mails to outsiders are checked by a second person."""
    with running_server(tmp_path_factory.mktemp("void"), internal_domains=("hall.example",)) as started:
        yield started


@pytest.fixture(autouse=True)
def _rules(server: Server) -> None:
    """Each test begins with mails that a second person may let go."""
    server.admin.put("/v1/policies", json={"checked.yaml": TEXT}).raise_for_status()


def written() -> Json:
    """Return a mail of a sender of its own."""
    sender = {"address": f"s{next(_numbers)}@hall.example"}
    return mail(FRIENDS, sender=sender, subject="Minutes", body_text="As agreed.")


def granted(server: Server, message: Json) -> str:
    """Have a mail held and checked, and return the decision."""
    decision_id: str = decide(server, message)["decision_id"]
    server.client.post(f"/v1/decisions/{decision_id}/second_check", json={}).raise_for_status()
    answer_check(server, decision_id, "granted")
    return decision_id


def told(server: Server, message: Json, locale: str = "en") -> str:
    """Press Send until what nobody can let go tells of its check, and return that; the dialog says it, too."""

    def pressed() -> Json:
        answer = decide(server, message, locale=locale)
        assert (answer["action"], answer["release"]) == ("block", "never")
        return answer if answer["findings"][-1]["rule"] == "earlier_second_check" else {}

    answer = wait_until(pressed, seconds=5)
    reason: str = answer["findings"][-1]["reason"]
    assert reason in answer["dialog"]["text"]
    return reason


def test_a_rule_that_says_never_by_now_ends_a_granted_check(server: Server) -> None:
    """Their colleague said yes: who is held all the same learns in one sentence that it is over, and why."""
    message = written()
    first = granted(server, message)
    server.admin.put("/v1/policies", json=NEVER).raise_for_status()
    assert "no longer counts: the rules have changed since, and nobody can let it go" in told(server, message)
    assert "その後、ルールが変わったので無効です。だれが確認しても" in told(server, message, "ja")
    (record,) = records(server, decide(server, message)["decision_id"])
    assert record["body"]["earlier_check"] == {"decision_id": first, "state": "other_reasons"}


def test_what_was_changed_is_told_where_nobody_can_let_it_go(server: Server) -> None:
    """Put back it goes by the check that there is, so nobody is told to ask again."""
    message = written()
    granted(server, message)
    changed = {**message, "body_text": "A secret.", "cc": [{"address": "three@third.example"}]}
    assert told(server, changed).endswith("it had other recipients then: put that back.")
    assert told(server, changed, "ja").endswith("宛先が変わっています。元に戻してください。")
    assert decide(server, message)["action"] == "allow"


def test_a_text_that_was_changed_is_no_change_of_rules(server: Server) -> None:
    """The text is not kept; what is known is that it is held for another reason."""
    message = written()
    granted(server, message)
    changed = {**message, "body_text": "A secret."}
    assert "it is held for other reasons now, and nobody can let it go" in told(server, changed)
    assert "止める理由が変わったので無効です" in told(server, changed, "ja")


def test_a_check_that_was_used_or_is_another_senders_is_not_told(server: Server) -> None:
    """What nobody can let go is just that for everybody else, and for another mail."""
    message, others = written(), written()
    granted(server, message)
    assert decide(server, message)["action"] == "allow"
    granted(server, others)
    server.admin.put("/v1/policies", json=NEVER).raise_for_status()
    assert told(server, others)
    for each in (message, {**others, "subject": "Budget", "to": [{"address": "else@fourth.example"}]}):
        answer = decide(server, each)
        assert (answer["release"], len(answer["findings"])) == ("never", 1)


def test_an_auditor_reads_that_it_was_told(server: Server) -> None:
    """Nobody could ask for a check, so it was told beside the reasons and not instead of asking."""
    message = written()
    granted(server, message)
    server.admin.put("/v1/policies", json=NEVER).raise_for_status()
    told(server, message)
    again = decide(server, message)["decision_id"]
    with server.visitor("auditor") as auditor:
        page = auditor.get(f"/journal/decisions/{again}").text
    assert "It also told of the second check before: granted, but held for other reasons by now." in page
