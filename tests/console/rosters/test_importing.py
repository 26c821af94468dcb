"""Importing a file in the console: nothing is imported that was not shown."""

import pytest
from tests.console.rosters.pages import CSV, addresses, here, hidden, journaled, page_of, put, uploaded
from tests.server import Server, Visitor

from atesaki.rosters.table import SAMPLE_ROWS


def test_a_changed_mapping_is_what_is_imported(server: Server, owner: Visitor, roster: str) -> None:
    """One column taken instead of two: the preview shows it, and the import does exactly that."""
    answer = uploaded(owner, roster, CSV.encode("cp932"))
    fields = {**hidden(answer), "c2": ""}
    answer = owner.client.get(f"/console{here(answer)}", params=fields)
    assert "Import 2 members" in answer.text
    assert "holds e-mail addresses too" in answer.text
    owner.post(here(answer), {**hidden(answer), "sure": "1"})
    assert addresses(server, roster) == ["hana@a.example", "taro@a.example"]


def test_a_table_of_tabs_is_imported_as_shown(server: Server, owner: Visitor, roster: str) -> None:
    """The separator goes through the form like any other character; UTF-16 is what Excel calls Unicode text."""
    text = "名前\tメール\nAnn\tann@a.example\nBob\tbob@a.example\nCy\tcy@a.example\n"
    answer = uploaded(owner, roster, text.encode("utf-16"))
    again = owner.client.get(f"/console{here(answer)}", params=hidden(answer))
    assert owner.post(here(again), hidden(again)).status_code == 200
    assert addresses(server, roster) == ["ann@a.example", "bob@a.example", "cy@a.example"]


def test_rejected_rows_can_be_taken_home(owner: Visitor, roster: str) -> None:
    """Line, reason in the page's language, and the row itself, safe for a spreadsheet."""
    answer = uploaded(owner, roster, b"name,email\n=1+1,bad@\nA,a@a.example\n")
    sheet = owner.client.get(f"/console{here(answer)}/rejected", params={**hidden(answer), "lang": "ja"})
    assert sheet.content.startswith(b"\xef\xbb\xbf")
    line = sheet.text.splitlines()[1]
    assert line.startswith("2,")
    assert "'=1+1" in line
    assert "読み取れません" in line
    assert "attachment" in sheet.headers["content-disposition"]


def test_many_leaving_must_be_confirmed(server: Server, owner: Visitor, roster: str) -> None:
    """The wrong file doesn't unprotect people by one click."""
    answer = uploaded(owner, roster, b"email\nnew@a.example\n")
    assert "More than half" in answer.text
    assert owner.post(here(answer), hidden(answer)).status_code == 409
    assert addresses(server, roster) == ["ann@a.example", "bob@a.example"]
    assert owner.post(here(answer), {**hidden(answer), "sure": "1"}).status_code == 200
    assert addresses(server, roster) == ["new@a.example"]


def test_a_roster_that_changed_since_is_compared_again(server: Server, owner: Visitor, roster: str) -> None:
    """What was shown is no longer true, so it is shown anew and not imported."""
    answer = uploaded(owner, roster, b"email\nann@a.example\nbob@a.example\nnew@a.example\n")
    put(server, roster, "email\nother@a.example\n")
    again = owner.post(here(answer), {**hidden(answer), "sure": "1"})
    assert again.status_code == 409
    assert "other@a.example" in again.text
    assert addresses(server, roster) == ["other@a.example"]
    assert owner.post(here(answer), {**hidden(again), "sure": "1"}).status_code == 200


def test_all_changes_can_be_taken_home_and_that_is_recorded(server: Server, owner: Visitor, roster: str) -> None:
    """They hold members in force."""
    answer = uploaded(owner, roster, b"name,email\nAnna,ann@a.example\nCy,cy@a.example\n")
    sheet = owner.post(f"{here(answer)}/changes", hidden(answer))
    rows = [line.split(",")[:2] for line in sheet.text.splitlines()[1:]]
    assert rows == [["Joins", "cy@a.example"], ["Leaves", ""], ["Changes", "ann@a.example"]]
    looked = [each for each in journaled(server, roster) if each["kind"] == "personal_data.viewed"]
    assert looked[-1]["body"]["what"] == "roster_comparison"


def test_an_upload_belongs_to_its_person(server: Server, owner: Visitor, admin: Visitor, roster: str) -> None:
    """Even an admin doesn't open another's file by its address; after the import it is gone."""
    answer = uploaded(owner, roster, b"email\nann@a.example\nbob@a.example\n")
    assert admin.get(here(answer)).status_code == 410
    owner.post(here(answer), hidden(answer))
    assert owner.get(here(answer)).status_code == 410
    assert server.client.get(f"/console{here(answer)}").status_code != 200


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"PK\x03\x04rest", "workbook"),
        (b"an image, perhaps\x00", "not a text file"),
        (b'email\n"a@a.example\n', "never closed"),
    ],
)
def test_an_unreadable_file_is_said_at_once(owner: Visitor, roster: str, data: bytes, sentence: str) -> None:
    """In one sentence at the field, and nothing of it is kept."""
    answer = uploaded(owner, roster, data)
    assert answer.status_code == 422
    assert sentence in answer.text


def test_a_fault_far_below_asks_for_another_file(owner: Visitor, roster: str) -> None:
    """A quote that is never closed behind the first rows is no dead end: the form for a file says it."""
    first = b"name,email\n" + b"A,a@a.example\n" * SAMPLE_ROWS
    answer = uploaded(owner, roster, first + b'"B,b@a.example\nC,c@a.example\n')
    assert answer.status_code == 422
    assert f"The quotation mark opened in line {SAMPLE_ROWS + 2} is never closed." in answer.text
    assert 'type="file"' in answer.text


def test_a_file_above_the_limit_is_said_on_the_page(owner: Visitor, roster: str) -> None:
    """Nobody is shown an error for programs because their file is large."""
    answer = uploaded(owner, roster, b"a@a.example\n" * 3_000_000)
    assert answer.status_code == 422
    assert "The file is larger than 33 MB." in answer.text
    assert 'type="file"' in answer.text


def test_no_file_is_no_import(owner: Visitor, roster: str) -> None:
    """The form asks for one."""
    answer = owner.post(page_of(roster, "/import"), files={"file": ("", b"", "text/csv")})
    assert "Choose a file first." in answer.text


def test_a_wrong_encoding_is_said_and_the_guess_is_shown(owner: Visitor, roster: str) -> None:
    """Whoever overrides the encoding wrongly gets a sentence with the line, not a broken page."""
    answer = uploaded(owner, roster, CSV.encode("cp932"))
    wrong = owner.client.get(f"/console{here(answer)}", params={"encoding": "utf-8-sig", "delimiter": ","})
    assert "Line 1 is not readable text in this encoding." in wrong.text
    assert "山田" in wrong.text


def test_a_file_without_addresses_shows_its_columns(owner: Visitor, roster: str) -> None:
    """A person can say which column it is."""
    answer = uploaded(owner, roster, b"a,b\n1,2\n")
    assert answer.status_code == 200
    assert "Column 2" in answer.text
    assert "Nobody in this file could be read" in answer.text
    assert owner.post(here(answer), {**hidden(answer), "encoding": "utf-8-sig"}).status_code in {409, 200}
