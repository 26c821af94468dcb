"""What FastAPI and pydantic refuse is told in the words of all other refusals."""

import pytest
from tests.server import Server

ROSTER = {"name": "Invalid", "owner": "", "purpose": "", "handling": "open"}


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/v1/rosters"), ("PUT", "/v1/policies")])
def test_json_that_says_it_is_none_is_refused_by_its_type(server: Server, method: str, path: str, kind: str) -> None:
    """`curl -d` alone says that it sends a form; only the header is to be mended then, not the body."""
    headers = {"Content-Type": kind} if kind else {}
    answer = server.admin.request(method, path, content=b"{}", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (415, "content-type")
    assert answer.json()["field"] == "Content-Type"


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "application/merge-patch+json"])
def test_json_by_any_of_its_names_is_read(server: Server, kind: str) -> None:
    """RFC 6839 §3.1: what ends in `+json` is JSON too."""
    answer = server.admin.post("/v1/rosters", content=b"[]", headers={"Content-Type": kind})
    assert (answer.status_code, answer.json()["detail"]) == (422, "Expected object.")


def test_no_body_is_told_as_everywhere(server: Server) -> None:
    """Nothing is no JSON."""
    for path in ("/v1/rosters", "/v1/decisions"):
        client = server.client if path == "/v1/decisions" else server.admin
        answer = client.post(path, content=b"", headers={"Content-Type": "application/json"})
        assert (answer.status_code, answer.json()["detail"]) == (400, "The body is not JSON in UTF-8.")


BAD = {
    "a character": ({**ROSTER, "name": "a/b"}, "name", "This text holds a character that is not allowed here."),
    "missing": ({"name": "a"}, "owner", "This field is missing."),
    "unknown": ({**ROSTER, "members": []}, "members", "This field is unknown."),
    "somebody's": ({**ROSTER, "kei@hall.example": 1}, None, "This field is unknown."),
}


@pytest.mark.parametrize("name", BAD)
def test_mistake_is_told_by_a_sentence_and_its_field(server: Server, name: str) -> None:
    """No regular expression is a sentence, and no name that is perhaps an address is repeated."""
    body, field, sentence = BAD[name]
    problem = server.admin.post("/v1/rosters", json=body).json()
    assert (problem["status"], problem.get("field"), problem["detail"]) == (422, field, sentence)
