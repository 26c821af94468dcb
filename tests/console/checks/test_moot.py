"""What a checker sees of a request that may be over: its mail went without it, or the rules have changed since."""

import re
from collections.abc import Iterator

import pytest
from tests.api.mails import SECOND_CHECK_OUTSIDE, SENDER
from tests.console.checks.asking import asked, has_form, held
from tests.server import Server, Visitor, running_server
from tests.waiting import wait_until

COLLEAGUE = [{"address": "mori@hall.example"}]
NEVER = {"checked.yaml": SECOND_CHECK_OUTSIDE["checked.yaml"].replace("release: second_check", "release: never")}


def _row(visitor: Visitor, decision: str) -> str:
    return visitor.get("/checks").text.partition(f"/checks/{decision}")[2].partition("</th>")[0]


def _sent(server: Server, subject: str, sender: str = SENDER) -> None:
    answer = held(server, to=COLLEAGUE, subject=subject, sender={"address": sender})
    assert answer["action"] == "allow"


def test_a_mail_that_went_without_its_check_is_told(server: Server, checker: Visitor, subject: str) -> None:
    """Its sender took the outsiders out and closed the draft; it can be answered, since that is a guess."""
    decision = asked(server, subject=subject)
    assert "perhaps sent already" not in _row(checker, decision)
    _sent(server, subject)
    assert re.search(r"perhaps sent already, on [^<]*\d{4}", wait_until(lambda: _told(checker, decision)))
    page = checker.get(f"/checks/{decision}").text
    assert "a mail of the same sender with the same subject was let through" in page
    assert has_form(page)
    with server.visitor("checker", email="ben@hall.example", language="ja") as ben:
        assert "に送信済みかもしれません" in _row(ben, decision)
        assert "件名が同じメールが送信されたようです" in ben.get(f"/checks/{decision}").text
    checker.post(f"/checks/{decision}", {"answer": "declined", "comment": "It went already."}).raise_for_status()
    assert "was let through" not in checker.get(f"/checks/{decision}").text


def _told(visitor: Visitor, decision: str) -> str:
    row = _row(visitor, decision)
    return row if "perhaps sent already" in row else ""


def test_another_mail_says_nothing_of_it(server: Server, checker: Visitor, subject: str) -> None:
    """Nor does one that went before, one of another sender, a look while composing, or one that was held."""
    _sent(server, subject)
    decision = asked(server, subject=subject)
    _sent(server, f"{subject} else")
    _sent(server, subject, "else@hall.example")
    body = {"sender": {"address": SENDER}, "to": COLLEAGUE, "cc": [], "bcc": [], "subject": subject}
    look = {"message": body, "client": {"app": "outlook", "moment": "compose"}}
    assert server.client.post("/v1/decisions", json=look).json()["action"] == "allow"
    held(server, subject=subject)
    last = asked(server, subject=f"{subject} last")
    _sent(server, f"{subject} last")
    wait_until(lambda: _told(checker, last))
    assert "perhaps sent already" not in _row(checker, decision)


@pytest.fixture(scope="module")
def changing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server whose rules change."""
    with running_server(tmp_path_factory.mktemp("moot"), internal_domains=("hall.example",)) as started:
        started.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
        yield started


def _waiting(visitor: Visitor) -> int:
    found = re.search(r'href="/console/checks">(?:(A)|(\d+)) mails? waits? for a second check\.', visitor.get("/").text)
    return 0 if found is None else int(found[2] or 1)


def test_what_no_answer_lets_go_is_marked_and_not_counted(changing: Server, subject: str) -> None:
    """The first page calls nobody to a page without buttons; what came under the rules in force counts."""
    older = [asked(changing, subject=f"{subject}{number}") for number in range(2)]
    with changing.visitor("admin", "auditor", email="ben@hall.example") as ben:
        assert _waiting(ben) == 2
        changing.admin.put("/v1/policies", json=NEVER).raise_for_status()
        assert _waiting(ben) == 0
        assert all("can't be answered: the rules have changed since" in _row(ben, each) for each in older)
        changing.admin.put("/v1/policies", json=SECOND_CHECK_OUTSIDE).raise_for_status()
        newer = asked(changing, subject=f"{subject} newer")
        assert _waiting(ben) == 3
        assert not any("rules have changed" in _row(ben, each) for each in (*older, newer))
        looks = ben.get(f"/journal/decisions/{older[0]}").text
    assert "Second check" not in looks.partition("Who looked")[2], "the program judged it, and nobody looked"
