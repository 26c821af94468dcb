"""Two admins on the page of the organization: nobody's change is replaced unseen, and nothing typed is lost."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.console.forms import sent, values_of
from tests.server import Server, Visitor

from atesaki.storage.documents import Document
from atesaki.storage.engine import open_store

PAGE = "/organization"


@pytest.fixture
def ben(server: Server) -> Iterator[Visitor]:
    """Another admin."""
    with server.visitor("admin", email="ben@hall.example") as visitor:
        yield visitor


def test_an_older_page_shows_both_and_loses_nothing(anna: Visitor, ben: Visitor) -> None:
    """Who changed it, when, what is in force beside what was typed; saving again replaces it."""
    old = ben.get(PAGE)
    sent(anna, anna.get(PAGE), PAGE, partner_domains="a.example\nb.example", start="09:00", days=["1", "6"])
    refused = sent(ben, old, PAGE, partner_domains="mine.example", holidays="2027-01-01", days=["1"])
    assert refused.status_code == 409
    assert re.search(r"anna@hall\.example changed this on \w+ \d+, 2\d{3}", refused.text)
    typed = values_of(refused, PAGE)
    assert [typed[name] for name in ("partner_domains", "holidays", "days")] == [
        ["mine.example"],
        ["2027-01-01"],
        ["1"],
    ]
    for name, value in (
        ("partner_domains", ": a.example, b.example"),
        ("holidays", ": nothing"),
        ("office_hours", ": 09:00–17:30"),
        ("days", ": Monday, Saturday"),
    ):
        assert f'id="{name}-now">In force now{value}<' in refused.text
    assert 'id="internal_domains-now"' not in refused.text
    assert values_of(anna.get(PAGE), PAGE)["partner_domains"] == ["a.example\r\nb.example"]
    assert sent(ben, refused, PAGE).status_code == 200
    assert values_of(anna.get(PAGE), PAGE)["partner_domains"] == ["mine.example"]


def test_of_two_who_save_at_once_one_is_accepted_and_recorded(server: Server, anna: Visitor, ben: Visitor) -> None:
    """The other one is told, and the journal holds no change that was refused."""
    pages = [(visitor, visitor.get(PAGE)) for visitor in (anna, ben)]
    recorded = len(_told(server))
    with ThreadPoolExecutor(2) as threads:
        begun = [
            threads.submit(sent, visitor, page, PAGE, partner_domains=f"p{number}.example")
            for number, (visitor, page) in enumerate(pages)
        ]
        answers = [each.result().status_code for each in begun]
    assert sorted(answers) == [200, 409]
    accepted = [f"p{answers.index(200)}.example"]
    assert values_of(anna.get(PAGE), PAGE)["partner_domains"] == accepted
    assert len(_told(server)) == recorded + 1
    assert _told(server)[0]["body"]["after"]["partner_domains"] == accepted


def _told(server: Server) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = server.admin.get("/v1/journal", params={"kind": "organization.changed"}).json()[
        "records"
    ]
    return found


def _written_elsewhere(server: Server, revision: int) -> None:
    """Replace the organization in the store as another process would."""
    store = open_store(server.store_address)
    body = '{"internal_domains":["hall.example"],"partner_domains":["theirs.example"]}'
    try:
        with store.write() as connection:
            Document(store, "organization").replace(connection, body, seen=revision - 1, at=0)
    finally:
        store.close()


def test_what_another_replica_saved_is_not_replaced_before_it_is_noticed(server: Server, ben: Visitor) -> None:
    """The state that a process remembers may be two seconds old; the page asks the store."""
    old = ben.get(PAGE)
    revision = int(values_of(old, PAGE)["revision"][0])
    _written_elsewhere(server, revision + 1)
    refused = sent(ben, old, PAGE, partner_domains="mine.example")
    assert refused.status_code == 409
    assert "Somebody else changed this in the meantime" in refused.text
    assert 'id="partner_domains-now">In force now: theirs.example<' in refused.text
    _written_elsewhere(server, revision + 2)
    assert values_of(ben.get(PAGE), PAGE)["revision"] == [str(revision + 2)]


def test_a_mistake_does_not_make_the_page_newer(anna: Visitor, ben: Visitor) -> None:
    """Else whoever mends it would replace what somebody else has set meanwhile, unseen."""
    old = ben.get(PAGE)
    sent(anna, anna.get(PAGE), PAGE, partner_domains="theirs.example", holidays="2027-05-05")
    wrong = sent(ben, old, PAGE, holidays="tomorrow")
    assert wrong.status_code == 422
    assert sent(ben, wrong, PAGE, holidays="").status_code == 409
    assert sent(ben, old, PAGE, time_zone="Tokyo").status_code == 422


def test_a_domain_that_is_none_is_said_in_japanese(server: Server) -> None:
    """Two domains on one line with nothing but a space between."""
    with server.visitor("admin", language="ja") as visitor:
        answer = sent(visitor, visitor.get(PAGE), PAGE, internal_domains="a.example b.example")
    assert answer.status_code == 422
    assert "「a.example b.example」は使えません。ドメインは example.co.jp のように" in answer.text
    assert "A domain looks like" not in answer.text


def test_the_conflict_is_said_in_japanese(server: Server, anna: Visitor) -> None:
    """Also where the form has no revision at all."""
    sent(anna, anna.get(PAGE), PAGE, partner_domains="again.example")
    with server.visitor("admin", language="ja") as visitor:
        answer = visitor.post(PAGE, {"time_zone": "Asia/Tokyo", "start": "08:30", "end": "17:30"})
    assert answer.status_code == 409
    assert "に変更しました。" in answer.text


def test_what_an_input_method_or_a_spreadsheet_writes_is_understood(anna: Visitor, server: Server) -> None:
    """Wide letters, Japanese commas, days with slashes or in words, and 8:30."""
    typed = {
        "partner_domains": "ａ.example、b.example\r\nc.example",
        "holidays": "2027/1/1\r\n２０２７年１月１１日、2027-02-11",
        "start": "8:30",
        "end": "１７：１５",
    }
    sent(anna, anna.get(PAGE), PAGE, **typed)
    now = server.admin.get("/v1/organization").json()["organization"]
    assert now["partner_domains"] == ["a.example", "b.example", "c.example"]
    assert now["holidays"] == ["2027-01-01", "2027-01-11", "2027-02-11"]
    assert (now["office_hours"]["start"], now["office_hours"]["end"]) == ("08:30", "17:15")


def test_a_list_of_holidays_is_pasted_with_their_names(anna: Visitor, server: Server) -> None:
    """As the Cabinet Office of Japan publishes it, or with days of the week."""
    typed = "2027/1/1,元日\r\n2027/3/21\t春分の日\r\n2027年5月3日（月） 憲法記念日\r\n\r\n2027-12-29、2027-12-30\r\n"
    sent(anna, anna.get(PAGE), PAGE, holidays=typed)
    now = server.admin.get("/v1/organization").json()["organization"]
    assert now["holidays"] == ["2027-01-01", "2027-03-21", "2027-05-03", "2027-12-29", "2027-12-30"]


@pytest.mark.parametrize("day", ["2027/2/30", "tomorrow", "1/1", "元日", "2027-1-1-1", "20270101"])
def test_what_is_no_day_is_refused(anna: Visitor, day: str) -> None:
    """At its field, and quoted."""
    refused = sent(anna, anna.get(PAGE), PAGE, holidays=day)
    assert (refused.status_code, f"“{day}” is no day" in refused.text) == (422, True)
    refused = sent(anna, anna.get(PAGE), PAGE, holidays=f"2027-01-01\r\n{day}\r\n2027-01-02")
    assert (refused.status_code, f"“{day}” is no day" in refused.text) == (422, True)


@pytest.mark.parametrize(
    ("domains", "said"),
    [
        ("hall.example\nhttps://town.example/", "“https://town.example/” can't be used: A domain looks like"),
        ("hall.example\nhall.example\nGmail.com", "“Gmail.com” can't be used: gmail.com can&#39;t be an internal"),
        ("gmail.com", ">gmail.com can't be an internal domain"),
        ("<b>", "“&lt;b&gt;” can't be used: A domain looks like"),
    ],
)
def test_of_many_domains_the_one_that_is_wrong_is_named(anna: Visitor, domains: str, said: str) -> None:
    """Where the sentence does not name it already."""
    refused = sent(anna, anna.get(PAGE), PAGE, internal_domains=domains)
    assert (refused.status_code, said in refused.text) == (422, True)
