"""`/v1/policies`: a whole set is published, or nothing changes."""

from pathlib import Path

from tests.api.mails import VOLUNTEERS, decide, mail
from tests.server import Server, running_server

QUIET = """\
id: quiet
title: {ja: 静か, en: Quiet}
rules:
  - id: nobody
    when: {recipients: {at_least: 100000}}
    action: warn
    message: {ja: "{count} 人", en: "{count} people"}
"""


def test_published_set_judges_the_next_message_and_is_journaled(server: Server) -> None:
    """A set takes effect at once, as a whole, and can be taken back."""
    before = server.admin.get("/v1/policies").json()
    answer = server.admin.put("/v1/policies", params={"note": "try"}, json={"quiet.yaml": QUIET})
    assert answer.status_code == 200, answer.text
    assert (answer.json()["note"], answer.json()["author"]) == ("try", "admin")
    decision = decide(server, mail(to=VOLUNTEERS))
    assert (decision["action"], decision["policy_revision"]) == ("allow", answer.json()["revision"])
    assert server.admin.put("/v1/policies", json=before["files"]).json()["revision"] == before["revision"]
    assert decide(server, mail(to=VOLUNTEERS))["action"] == "block"


def test_a_set_published_in_between_is_not_overwritten(server: Server) -> None:
    """Whoever names the set that theirs replaces (`If-Match`) is refused where another one is in force by now."""
    before = server.admin.get("/v1/policies")
    tag, files = before.headers["etag"], before.json()["files"]
    assert tag == f'"{before.json()["revision"]}"'
    first = server.admin.put("/v1/policies", headers={"If-Match": tag}, json={"quiet.yaml": QUIET})
    louder = {"quiet.yaml": QUIET.replace("100000", "50")}
    second = server.admin.put("/v1/policies", headers={"If-Match": tag}, json=louder)
    assert (second.status_code, second.json()["type"]) == (412, "policies-changed")
    assert server.admin.get("/v1/policies").headers["etag"] == first.headers["etag"]
    back = server.admin.put("/v1/policies", headers={"If-Match": first.headers["etag"]}, json=files)
    assert (back.status_code, back.headers["etag"]) == (200, tag)


def test_a_publication_may_be_sent_again(server: Server) -> None:
    """A client that never got the answer is not told that somebody else was faster."""
    before = server.admin.get("/v1/policies")
    for _ in range(2):
        answer = server.admin.put(
            "/v1/policies", headers={"If-Match": before.headers["etag"]}, json={"quiet.yaml": QUIET}
        )
        assert answer.status_code == 200
    server.admin.put("/v1/policies", headers={"If-Match": "*"}, json=before.json()["files"])


def test_broken_set_changes_nothing_and_names_every_mistake(server: Server) -> None:
    """The answer says file, line and column; the set in force stays."""
    before = server.admin.get("/v1/policies").json()
    answer = server.admin.put("/v1/policies", json={"quiet.yaml": QUIET.replace("action: warn", "action: wran")})
    problem = answer.json()
    assert (answer.status_code, problem["type"], problem["field"]) == (422, "policy-invalid", "quiet.yaml")
    assert problem["detail"].startswith("quiet.yaml:6:")
    assert problem["errors"][0]["line"] == 6
    assert server.admin.get("/v1/policies").json() == before


def test_body_that_is_no_set_of_files_is_refused(server: Server) -> None:
    """A set is a mapping from file names to texts."""
    bodies: tuple[object, ...] = ([], {"quiet.yaml": 7}, "text")
    for body in bodies:
        answer = server.admin.put("/v1/policies", json=body)
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"


def test_with_four_eyes_nothing_is_published_by_token(tmp_path: Path) -> None:
    """The shared token is nobody's own, so nobody could be somebody else."""
    with running_server(tmp_path, four_eyes=True) as strict:
        answer = strict.admin.put("/v1/policies", json={"quiet.yaml": QUIET})
        assert (answer.status_code, answer.json()["type"]) == (403, "four-eyes")
        assert "in the console" in answer.json()["detail"]
        assert strict.admin.get("/v1/policies").json()["number"] == 1
