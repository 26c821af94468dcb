"""The members of a roster in the console: whoever looks or takes the list home is recorded."""

import pytest
from tests.console.rosters.pages import hidden, journaled, page_of, put
from tests.server import Server, Visitor


def test_members_are_searched_paged_and_the_look_is_recorded(server: Server, owner: Visitor, roster: str) -> None:
    """Page by page without an address in any URL."""
    put(server, roster, "name,email\n" + "".join(f"N{at:03},m{at:03}@a.example\n" for at in range(150)))
    first = owner.get(page_of(roster, "/members"))
    assert "m099@a.example" in first.text
    assert "m100@a.example" not in first.text
    second = owner.post(page_of(roster, "/members"), hidden(first))
    assert "m149@a.example" in second.text
    assert "Next page" not in second.text
    found = owner.post(page_of(roster, "/members"), {"search": "n123"})
    assert ("m123@a.example" in found.text, "m122@a.example" in found.text) == (True, False)
    assert "matches" in owner.post(page_of(roster, "/members"), {"search": "100%_"}).text
    looked = [each["body"] for each in journaled(server, roster) if each["kind"] == "personal_data.viewed"]
    assert [each["members"] for each in looked if each["what"] == "roster_members"] == [100, 50, 1]


@pytest.mark.parametrize("search", ["山田　太郎", " 山田  太郎", "ｔａｒｏ＠", "ﾔﾏﾀﾞ"])
def test_members_are_found_as_a_japanese_keyboard_writes_them(
    server: Server, owner: Visitor, roster: str, search: str
) -> None:
    """Full-width letters and blanks find what is kept without them; nobody is taken for missing."""
    put(server, roster, "name,email\n山田 太郎 ﾔﾏﾀﾞ,taro@a.example\n")
    assert "taro@a.example" in owner.post(page_of(roster, "/members"), {"search": search}).text


def test_a_download_of_members_is_recorded(server: Server, owner: Visitor, roster: str) -> None:
    """Who took the list is in the journal before they have it."""
    sheet = owner.post(page_of(roster, "/export"))
    assert sheet.headers["content-type"].startswith("text/csv")
    assert "ann@a.example" in sheet.text
    assert journaled(server, roster)[-1]["kind"] == "personal_data.viewed"
