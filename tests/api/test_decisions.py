"""`POST /v1/decisions` over HTTP: what is answered, what is recorded, and what is refused."""

import json
from typing import Any

import pytest
from tests.api.mails import SENDER, VOLUNTEERS, decide, mail, personal, records
from tests.server import Server


@pytest.mark.parametrize(("locale", "said"), [("ja", "26 人"), ("en", "26 people would each learn 25 addresses")])
def test_founding_incident_is_blocked_and_recorded_before_it_is_answered(
    server: Server, locale: str, said: str
) -> None:
    """26 volunteers in To are stopped with the one fix for exactly them, and the journal holds it at once."""
    answer = decide(server, mail(to=VOLUNTEERS), locale=locale)
    [record] = records(server, answer["decision_id"])
    assert answer["action"] == "block"
    assert answer["exposure"] == {"visible": 26, "organizations": 26, "disclosures": 650}
    assert {"kind": "move_to_bcc", "recipients": VOLUNTEERS} in answer["remedies"]
    assert said in answer["headline"]
    assert (record["kind"], record["body"]["action"]) == ("decision.recorded", "block")
    assert record["body"]["recipients"] == {"to": {"external": 26}}


def test_same_mail_with_everybody_in_bcc_is_allowed_and_recorded(server: Server) -> None:
    """The fix that is offered is the one that passes."""
    answer = decide(server, mail(to=[SENDER], bcc=VOLUNTEERS))
    [record] = records(server, answer["decision_id"])
    assert (answer["action"], answer["release"], answer["findings"]) == ("allow", None, [])
    assert record["body"]["recipients"] == {"to": {"internal": 1}, "bcc": {"external": 26}}


def test_record_holds_no_address_name_or_word_of_the_message(server: Server) -> None:
    """Whoever reads the journal without a purpose learns numbers, never people."""
    message = mail(to=VOLUNTEERS, subject="秘密の件名", body_text="秘密の本文", attachments=[{"name": "秘密.pdf"}])
    message["to"][0]["name"] = "山田 太郎"
    answer = decide(server, message)
    [record] = records(server, answer["decision_id"])
    text = json.dumps(record, ensure_ascii=False)
    assert "@" not in text
    assert "秘密" not in text
    assert "山田" not in text


def test_personal_side_names_people_but_never_keeps_the_body(server: Server) -> None:
    """An incident can be worked on later; the text of the mail stays with the sender."""
    answer = decide(server, mail(to=VOLUNTEERS, subject="件名", body_text="本文の秘密"))
    [record] = records(server, answer["decision_id"])
    kept = personal(server, record["record_id"])
    assert kept["sender"]["address"] == SENDER
    assert [each["address"] for each in kept["to"]] == VOLUNTEERS
    assert kept["subject"] == "件名"
    assert kept["evidence"]["strangers_visible.many_strangers"] == list(range(26))
    assert "本文の秘密" not in json.dumps(kept, ensure_ascii=False)


def test_simulated_findings_are_recorded_and_not_answered(server: Server) -> None:
    """A rule that is being tried out disturbs nobody and leaves its trace."""
    answer = decide(server, mail(to=["new-person@partner.example"]))
    [record] = records(server, answer["decision_id"])
    simulated = [each for each in record["body"]["findings"] if each["mode"] == "simulate"]
    assert "first_time" in " ".join(f"{each['policy']}.{each['rule']}" for each in simulated)
    assert all(finding["mode"] == "enforce" for finding in answer["findings"])


@pytest.mark.parametrize("text", ["half-typed", "/o=Corp/ou=Exchange/cn=Recipients/cn=taro", "a@@b.example", ""])
def test_unreadable_recipient_is_judged_and_at_least_warns(server: Server, text: str) -> None:
    """What a client can't resolve must not let the mail go unchecked, nor fail the request."""
    answer = decide(server, mail(to=["one@partner.example", text]))
    assert answer["action"] in {"warn", "block"}


def test_language_tag_decides_the_language_and_an_unknown_one_gives_the_setting(server: Server) -> None:
    """`en-GB` is English; French speakers get the language of the house."""
    english, unknown = (decide(server, mail(to=VOLUNTEERS), locale=tag)["headline"] for tag in ("en-GB", "fr"))
    assert "26 people" in english
    assert "アドレス" in unknown


BAD_BODIES: dict[str, tuple[bytes, int, str | None]] = {
    "nothing": (b"", 400, None),
    "no JSON": (b"{", 400, None),
    "bad UTF-8": (
        b'{"message":{"sender":{"address":"\xff@hall.example"},"to":[],"cc":[],"bcc":[]}}',
        422,
        "message.sender.address",
    ),
    "lone surrogate": (
        b'{"message":{"sender":{"address":"\\ud800"},"to":[],"cc":[],"bcc":[]}}',
        422,
        "message.sender.address",
    ),
    "bare NUL": (
        b'{"message":{"to":[{"address":"a@b.jp"},{"address":"c@d.jp","name":"\x00"}]}}',
        422,
        "message.to[1].name",
    ),
    "deep nesting": (b"[" * 100_000, 422, None),
    "deep nesting inside": (b'{"message":' * 20_000, 422, "message.message"),
    "a list": (b"[]", 422, None),
    "no message": (b"{}", 422, "message"),
    "unknown field": (b'{"message":{"sender":{"address":"a@b.jp"},"to":[],"cc":[],"bcc":[],"x":1}}', 422, "message.x"),
    "wrong type": (
        b'{"message":{"sender":{"address":"a@b.jp"},"to":[{"address":"b@c.jp"},{"address":7}],"cc":[],"bcc":[]}}',
        422,
        "message.to[1].address",
    ),
    "NUL in an address": (
        b'{"message":{"sender":{"address":"a@b.jp"},"to":[{"address":"b\\u0000@c.jp"}],"cc":[],"bcc":[]}}',
        422,
        "message.to[0].address",
    ),
    "line break after an address": (
        b'{"message":{"sender":{"address":"a@b.jp"},"to":[{"address":"b@c.jp\\n"}],"cc":[],"bcc":[]}}',
        422,
        "message.to[0].address",
    ),
    "control character in a subject": (
        b'{"message":{"sender":{"address":"a@b.jp"},"to":[],"cc":[],"bcc":[],"subject":"a\\r\\nBcc: x@y.jp"}}',
        422,
        "message.subject",
    ),
    "address of 10,000 characters": (
        b'{"message":{"sender":{"address":"a@b.jp"},"to":[{"address":"%b@c.jp"}],"cc":[],"bcc":[]}}' % (b"x" * 10_000),
        422,
        "message.to[0].address",
    ),
    "sender that is no address": (
        b'{"message":{"sender":{"address":"half-typed"},"to":[],"cc":[],"bcc":[]}}',
        422,
        "message.sender.address",
    ),
    "10,001 recipients": (
        b'{"message":{"sender":{"address":"a@b.jp"},"to":[%b],"cc":[],"bcc":[]}}'
        % b",".join([b'{"address":"a@c.jp"}'] * 10_001),
        422,
        "message.to",
    ),
    "huge number": (
        b'{"message":{"sender":{"address":"a@b.jp"},"to":[],"cc":[],"bcc":[],"attachments":[{"name":"a","size":1e999}]}}',
        422,
        "message.attachments[0].size",
    ),
    "unknown client": (
        b'{"message":{"sender":{"address":"a@b.jp"},"to":[],"cc":[],"bcc":[]},"client":{"app":"thunderbird"}}',
        422,
        "client.app",
    ),
    "address in a field name": (
        b'{"message":{"sender":{"address":"a@b.jp"},"to":[],"cc":[],"bcc":[],"who@example.jp":1}}',
        422,
        "message",
    ),
}


@pytest.mark.parametrize("name", BAD_BODIES)
def test_bad_body_is_refused_with_the_path_of_its_field(server: Server, name: str) -> None:
    """Whatever a client sends, the answer names the place and never breaks, nor repeats an address."""
    body, status, field = BAD_BODIES[name]
    answer = server.client.post("/v1/decisions", content=body)
    problem: dict[str, Any] = answer.json()
    assert (answer.status_code, problem.get("field")) == (status, field)
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["detail"].endswith(".")
    assert "@" not in answer.text


def test_body_over_the_limit_is_refused_by_its_announced_length(server: Server) -> None:
    """A megabyte is enough for 10,000 recipients."""
    answer = server.client.post("/v1/decisions", content=b" " * 1_048_577)
    assert (answer.status_code, answer.json()["type"]) == (413, "content-too-large")


def test_body_over_the_limit_is_refused_without_an_announced_length(server: Server) -> None:
    """Chunked encoding opens no back door."""
    answer = server.client.post("/v1/decisions", content=(b" " * 65_536 for _ in range(17)))
    assert (answer.status_code, answer.json()["type"]) == (413, "content-too-large")


@pytest.mark.parametrize("headers", [{}, {"Atesaki-Key": ""}, {"Atesaki-Key": "wrong"}, {"Atesaki-Key": "\xff"}])
def test_without_a_valid_key_nothing_is_judged(server: Server, headers: dict[str, str]) -> None:
    """The key keeps the world out, and the answer says which header is missing."""
    raw = [(name.encode(), value.encode("latin-1")) for name, value in headers.items()]
    answer = server.anonymous.post("/v1/decisions", json={"message": mail(to=VOLUNTEERS)}, headers=raw)
    assert (answer.status_code, answer.json()["type"]) == (401, "deployment-key-required")
    assert answer.headers["www-authenticate"] == "Atesaki-Key"


def test_a_token_nobody_can_verify_leaves_the_sender_claimed(server: Server) -> None:
    """An identity token is never a precondition for a decision."""
    answer = decide(server, mail(to=VOLUNTEERS), headers={"Authorization": "Bearer nonsense"})
    assert answer["assurance"] == "claimed"


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/v1/decisions", 405), ("GET", "/nowhere", 404)])
def test_wrong_method_and_wrong_address_are_problems_too(server: Server, method: str, path: str, status: int) -> None:
    """Every error has one shape."""
    answer = server.client.request(method, path)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert answer.json()["status"] == status


def test_every_answer_carries_the_security_headers(server: Server) -> None:
    """Hot path or not, browsers are told to be careful."""
    hot = server.client.post("/v1/decisions", json={"message": mail(to=VOLUNTEERS)})
    cold = server.client.get("/healthz")
    for answer in (hot, cold):
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert hot.headers["cache-control"] == "no-store"
