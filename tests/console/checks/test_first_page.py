"""The first page and the list tell whoever may answer what waits for a second check, however many do."""

import re

from sqlalchemy import event
from sqlalchemy.engine import Engine
from tests.api.mails import SENDER
from tests.console.checks.asking import asked
from tests.server import Server, Visitor


def _waiting(visitor: Visitor) -> int:
    page = visitor.get("/").text
    assert SENDER not in page
    found = re.search(r'href="/console/checks">(?:(A)|(\d+)) mails? waits? for a second check\.', page)
    return 0 if found is None else int(found[2] or 1)


def test_who_may_answer_reads_how_many_wait(server: Server, checker: Visitor, subject: str) -> None:
    """Admins, and checkers with another role; what is answered is no longer counted. No address stands there."""
    with server.visitor("admin") as admin, server.visitor("checker", "auditor") as both:
        before = _waiting(admin)
        decision = asked(server, subject=subject)
        assert _waiting(admin) == _waiting(both) == before + 1
        checker.post(f"/checks/{decision}", {"answer": "granted"})
        assert _waiting(admin) == before


def test_it_is_told_in_japanese_and_to_nobody_else(server: Server, subject: str) -> None:
    """Whoever only audits can't answer, and needn't know."""
    asked(server, subject=subject)
    with server.visitor("admin", language="ja") as admin:
        assert re.search(r"二人目の確認を待っているメールが \d+ 件あります。", admin.get("/").text)
    with server.visitor("auditor", "roster_owner") as other:
        assert _waiting(other) == 0


def test_a_long_list_asks_the_store_no_more_often_than_a_short_one(
    server: Server, checker: Visitor, subject: str
) -> None:
    """Where 500 mails wait, each would make whoever opens the list wait longer."""

    def asks(path: str) -> int:
        asked_for: list[object] = []
        count = lambda *statement: asked_for.append(statement)  # noqa: E731  # To be removed again.
        event.listen(Engine, "before_cursor_execute", count)
        try:
            shown = checker.get(path).text
        finally:
            event.remove(Engine, "before_cursor_execute", count)
        assert subject in shown
        return len(asked_for)

    asked(server, subject=f"{subject} a")
    few = asks("/checks")
    for letter in "bcd":
        asked(server, subject=f"{subject} {letter}")
    assert asks("/checks") <= few + 1, "the server's own upkeep may ask something meanwhile"
