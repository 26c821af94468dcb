"""Senders verified by Microsoft Entra over HTTP: what a token changes, and that its absence stops nobody."""

import json
import time
from collections.abc import Iterator

import pytest
from tests.api.mails import Json, decide, mail, personal, records
from tests.fakes.entra import CLIENT, PERSON, TENANT, FakeEntra
from tests.server import Server, running_server

STRANGERS = ["one@first.example", "two@second.example", "three@third.example"]
COLLEAGUE = "66666666-2222-4333-8444-555555555555"
SETTINGS = {"entra_tenants": TENANT, "entra_audiences": CLIENT, "internal_domains": ("hall.example",)}


@pytest.fixture(scope="module")
def entra() -> FakeEntra:
    """The tenant whose tokens the server takes."""
    return FakeEntra()


@pytest.fixture(scope="module")
def server(entra: FakeEntra, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server of the hall that verifies its staff."""
    with running_server(tmp_path_factory.mktemp("store"), fetch=entra.fetch, **SETTINGS) as started:
        yield started


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _held(subject: str, sender: str = "staff@hall.example") -> Json:
    """Return a mail to three strangers, which warns and wants an acknowledgement."""
    return mail(to=STRANGERS, subject=subject, sender={"address": sender})


def _release(server: Server, decision_id: str, token: str | None) -> int:
    headers = _bearer(token) if token else None
    answer = server.client.post(
        f"/v1/decisions/{decision_id}/release", json={"kind": "acknowledge", "shown_ms": 5_300}, headers=headers
    )
    status: int = answer.status_code
    return status


def test_sender_with_a_valid_token_is_verified_and_recorded(server: Server, entra: FakeEntra) -> None:
    """The answer says so, the record too, and who it was stands on its personal side."""
    answer = decide(server, _held("verified"), _bearer(entra.token()))
    [record] = records(server, answer["decision_id"])
    kept = personal(server, record["record_id"])
    assert (answer["assurance"], record["body"]["assurance"]) == ("verified", "verified")
    assert kept["identity"] == {
        "provider": "entra",
        "subject": f"{TENANT}/{PERSON}",
        "address": "staff@hall.example",
    }


def test_sender_of_a_shared_mailbox_is_recorded_with_both_addresses(server: Server, entra: FakeEntra) -> None:
    """Who pressed Send and in whose name are two facts."""
    answer = decide(server, _held("shared", sender="office@hall.example"), _bearer(entra.token()))
    [record] = records(server, answer["decision_id"])
    kept = personal(server, record["record_id"])
    assert answer["assurance"] == "verified"
    assert kept["sender"]["address"] == "office@hall.example"
    assert kept["identity"]["address"] == "staff@hall.example"


BAD_TOKENS: dict[str, Json] = {
    "expired": {"exp": int(time.time()) - 3_600},
    "of another audience": {"aud": "00000003-0000-0000-c000-000000000000"},
    "of another tenant": {"tid": COLLEAGUE},
    "an ID token": {"scp": None},
    "huge": {"groups": ["g" * 20_000]},
}


@pytest.mark.parametrize("changes", BAD_TOKENS.values(), ids=BAD_TOKENS)
def test_sender_with_a_bad_token_is_answered_all_the_same(server: Server, entra: FakeEntra, changes: Json) -> None:
    """No token is ever a precondition for a decision: the sender is then only claimed."""
    answer = decide(server, _held("claimed"), _bearer(entra.token(**changes)))
    [record] = records(server, answer["decision_id"])
    assert (answer["action"], answer["assurance"]) == ("warn", "claimed")
    assert record["body"]["assurance"] == "claimed"


def test_reason_of_a_refusal_is_counted_and_the_token_is_kept_nowhere(server: Server, entra: FakeEntra) -> None:
    """IT sees what is wrong with the set-up; nobody can take a token from our records."""
    token = entra.token(scp="User.Read")
    answer = decide(server, _held("kept nowhere"), _bearer(token))
    [record] = records(server, answer["decision_id"])
    metrics = server.admin.get("/metrics").text
    assert 'atesaki_identity_tokens_total{issuer="login.microsoftonline.com",result="scope"}' in metrics
    texts = [metrics, json.dumps(record), json.dumps(personal(server, record["record_id"]))]
    assert [text for text in texts if token[:40] in text or token[-40:] in text] == []


def test_release_lets_the_verified_sender_send_once(server: Server, entra: FakeEntra) -> None:
    """A token that was renewed meanwhile is the same person's."""
    first = decide(server, _held("mine"), _bearer(entra.token()))
    assert _release(server, first["decision_id"], entra.token(iat=int(time.time()) - 1)) == 200
    sent = decide(server, _held("mine"), _bearer(entra.token(iat=int(time.time()) - 2)))
    assert (sent["action"], sent["released_by"]["decision_id"]) == ("allow", first["decision_id"])


@pytest.mark.parametrize(
    ("person", "sender"),
    [(COLLEAGUE, "staff@hall.example"), (None, "staff@hall.example"), (PERSON, "office@hall.example")],
    ids=["a colleague", "nobody verified", "another From"],
)
def test_release_belongs_to_the_person_and_the_from_address(
    server: Server, entra: FakeEntra, person: str | None, sender: str
) -> None:
    """What one person accepted in one name is accepted for nobody else and in no other name."""
    subject = f"for {person} as {sender}"
    first = decide(server, _held(subject), _bearer(entra.token()))
    assert _release(server, first["decision_id"], entra.token()) == 200
    headers = _bearer(entra.token(oid=person)) if person else None
    assert decide(server, _held(subject, sender), headers)["action"] == "warn"


@pytest.mark.parametrize("person", [COLLEAGUE, None])
def test_only_the_verified_sender_can_release(server: Server, entra: FakeEntra, person: str | None) -> None:
    """Neither a colleague nor somebody without a token takes the responsibility."""
    first = decide(server, _held(f"released by {person}"), _bearer(entra.token()))
    assert _release(server, first["decision_id"], entra.token(oid=person) if person else None) == 403


def test_decisions_don_t_wait_for_a_key_server_that_is_down(tmp_path_factory: pytest.TempPathFactory) -> None:
    """The server starts, answers at once, and verifies nobody until the keys can be had."""
    down = FakeEntra()
    down.down = True
    with running_server(tmp_path_factory.mktemp("store"), fetch=down.fetch, **SETTINGS) as server:
        started = time.monotonic()
        answer = decide(server, _held("down"), _bearer(down.token()))
        waited = time.monotonic() - started
        metrics = server.admin.get("/metrics").text
    assert answer["assurance"] == "claimed"
    assert waited < 2
    assert 'result="keys_unavailable"' in metrics
