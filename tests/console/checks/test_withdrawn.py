"""What a checker sees of a request that its sender withdrew, or made again for what may be a newer version."""

import re

import pytest
from tests.console.checks.asking import asked, has_form
from tests.server import Server, Visitor

OTHERS = [{"address": "ken@other.example"}]


def _withdraw(server: Server, decision: str) -> None:
    server.client.post(f"/v1/decisions/{decision}/second_check/withdrawal").raise_for_status()


def test_a_withdrawn_request_says_so_and_takes_no_answer(server: Server, checker: Visitor, subject: str) -> None:
    """It leaves what waits, its page says when it was withdrawn, and the people in it are no longer shown."""
    decision = asked(server, subject=subject)
    assert has_form(checker.get(f"/checks/{decision}").text)
    _withdraw(server, decision)
    waiting, earlier = checker.get("/checks").text.split('id="answered"')
    row = earlier.partition(decision)[2].partition("</tr>")[0]
    assert (decision in waiting, ">Withdrawn</span>" in row) == (False, True)
    page = checker.get(f"/checks/{decision}").text
    assert re.search(r"Its sender withdrew the request \([^()]*\b\d{4}\b[^()]*\), so nobody need answer\.", page)
    assert not has_form(page)
    assert "hana@gmail.com" not in page


@pytest.mark.parametrize("answer", ["granted", "declined"])
def test_an_answer_that_came_too_late_is_refused_with_its_words_kept(
    server: Server, checker: Visitor, subject: str, answer: str
) -> None:
    """The page was open while the sender withdrew the request: nothing is recorded, and the checker reads why."""
    decision = asked(server, subject=subject)
    _withdraw(server, decision)
    refused = checker.post(f"/checks/{decision}", {"answer": answer, "comment": "Move them to Bcc."})
    assert refused.status_code == 409
    assert "its sender has withdrawn it" in refused.text
    assert "What you wrote was not sent to anybody:" in refused.text
    assert "Move them to Bcc." in refused.text


def test_it_is_told_in_japanese(server: Server, subject: str) -> None:
    """In the list, on its page, and in the journal's account of the decision."""
    decision = asked(server, subject=subject)
    _withdraw(server, decision)
    with server.visitor("checker", "auditor", email="ben@hall.example", language="ja") as both:
        assert "取り消し</span>" in both.get("/checks").text.partition(decision)[2]
        assert "差出人が依頼を取り消しました（" in both.get(f"/checks/{decision}").text
        assert "差出人が確認の依頼を取り消しました" in both.get(f"/journal/decisions/{decision}").text


def test_what_may_be_an_old_version_leads_to_the_later_one(server: Server, checker: Visitor, subject: str) -> None:
    """In the list and on its page; both can still be answered, since it is a guess."""
    older = asked(server, subject=subject)
    assert "may be an old version" not in checker.get(f"/checks/{older}").text
    newer = asked(server, subject=subject, to=OTHERS)
    row = checker.get("/checks").text.partition(f"/checks/{older}")[2].partition("</th>")[0]
    assert re.search(rf'perhaps an old version, <a href="[^"]*/checks/{newer}">asked about again since</a>', row)
    page = checker.get(f"/checks/{older}").text
    assert "so this may be an old version. Ask them which one is to be sent." in page
    assert re.search(rf'<a href="[^"]*/checks/{newer}">The later one</a>', page)
    assert has_form(page)
    assert "may be an old version" not in checker.get(f"/checks/{newer}").text
