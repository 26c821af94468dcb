"""The form of the journal's search: what can't be meant is said, and Enter does what the field is for."""

import pytest
from tests.server import Visitor


@pytest.mark.parametrize("field", ["recipient", "sender"])
def test_half_an_address_is_said_to_be_one(auditor: Visitor, field: str) -> None:
    """“Nothing matches” would be read as: nobody wrote to them. What was typed stays out of the page and its link."""
    answer = auditor.post("/journal", {field: "taro@volunteer"})
    assert "no whole e-mail address" in answer.text
    assert "taro" not in f"{answer.url}{answer.text}"
    assert "no whole e-mail address" not in auditor.post("/journal", {field: "taro@volunteer.example"}).text


def test_days_the_wrong_way_round_are_said_to_be_so(auditor: Visitor) -> None:
    """At the last day, with both as they were."""
    answer = auditor.get("/journal?since=2026-12-01&until=2026-11-01&lang=ja")
    assert answer.status_code == 422
    assert "終了日が開始日より前になっています。" in answer.text
    assert 'name="until" type="date" value="2026-11-01" aria-invalid="true"' in answer.text
    assert auditor.get("/journal?since=2026-11-01&until=2026-11-01").status_code == 200


def test_enter_in_the_name_of_a_search_keeps_it(auditor: Visitor) -> None:
    """Enter presses the first button of a form, which is “Search”; the name was lost with it."""
    answer = auditor.post("/journal", {"action": "block", "name": "blocked ones", "searches": "0"})
    assert "The search is kept." in answer.text
    assert ">blocked ones</a>" in answer.text
