"""The console's first page tells whoever may answer how many mails wait for a second check."""

import re

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


def test_a_question_of_ones_own_is_not_counted(server: Server, subject: str) -> None:
    """An admin who sends mail, too, may not answer it; nor may anybody whose account has no address."""
    with server.visitor("admin", email=SENDER) as own, server.visitor("admin") as other:
        before = (_waiting(own), _waiting(other))
        asked(server, subject=subject)
        assert (_waiting(own), _waiting(other)) == (before[0], before[1] + 1)


def test_it_is_told_in_japanese_and_to_nobody_else(server: Server, subject: str) -> None:
    """Whoever only audits can't answer, and needn't know."""
    asked(server, subject=subject)
    with server.visitor("admin", language="ja") as admin:
        assert re.search(r"二人目の確認を待っているメールが \d+ 件あります。", admin.get("/").text)
    with server.visitor("auditor", "roster_owner") as other:
        assert _waiting(other) == 0
