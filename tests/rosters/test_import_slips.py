"""Slips in roster files that must not cost a person without a word: quotes, headers, dashes."""

import gc
import time

import pytest
from tests.rosters.files import addresses, file_of, read, rejections

from atesaki.rosters.import_csv import read_members
from atesaki.rosters.roster import Member


@pytest.mark.parametrize(
    ("file", "kept", "line"),
    [
        ('"A,a@x.jp\nB",b@x.jp\n', ["b@x.jp"], 1),
        ('name,mail\n"A,a@x.jp\nB,b@x.jp\nC",c@x.jp\nD,d@x.jp\n', ["c@x.jp", "d@x.jp"], 2),
        ('name,mail\nA,a@x.jp\n"C,c＠x.jp\nD","d@x.jp"\n', ["a@x.jp", "d@x.jp"], 3),
        ('name,mail,note\nA,a@x.jp,"hello\nB,b@x.jp,"x"\nC,c@x.jp,y\n', ["a@x.jp", "c@x.jp"], 2),
        ('name,mail\r"A,a@x.jp\rB,b@x.jp\rC,c@x.jp"\rD,d@x.jp\r', ["d@x.jp"], 2),
    ],
)
def test_people_whom_a_broken_quote_takes_in_are_told(file: str, kept: list[str], line: int) -> None:
    """Whoever disappears into the cell of somebody else, because a quotation mark is missing, is in the report."""
    assert addresses(file) == kept
    assert rejections(file) == [(line, "swallowed")]


def test_people_whom_a_broken_quote_takes_into_the_header_are_told() -> None:
    """The header is no row of the report, but what it swallowed is."""
    file = '"name,mail\nA,a@x.jp\nB",b@x.jp\nC,c@x.jp\n'
    assert addresses(file) == ["b@x.jp", "c@x.jp"]
    assert rejections(file) == [(1, "swallowed")]


def test_a_note_of_several_lines_is_nobody_lost() -> None:
    """Line breaks in cells are common; only addresses in them are worth a word."""
    assert rejections('name,mail,note\nA,a@x.jp,"one\ntwo"\nB,b@x.jp,\n') == []


@pytest.mark.parametrize("first", ["山田,taro@gmail", "山田,taro.gmail.com", "山田,taro@@hotmail.com"])
def test_a_mistyped_first_row_is_no_header(first: str) -> None:
    """`gmail` holds the word mail, but the first person of a list without a header is no heading."""
    assert rejections(f"{first}\n佐藤,b@x.jp\n")[0][0] == 1


def test_a_header_may_give_an_example() -> None:
    """Forms head their column with one."""
    file = "氏名,メールアドレス（例:taro@example.com）\nA,a@x.jp\n"
    assert read(file) == [Member("a@x.jp", "a@x.jp", "A")]


def test_an_address_book_in_another_format_loses_nobody_in_silence() -> None:
    """A vCard is no table, but each of its lines is in the report: EMAIL is no header of the first person."""
    card = "BEGIN:VCARD\nEMAIL;TYPE=INTERNET:{}@x.jp\nEND:VCARD\n"
    assert {line for line, _ in rejections(card.format("a") + card.format("b"))} == {1, 2, 3, 4, 5, 6}


@pytest.mark.parametrize("cell", ["a@x.jp（旧：b@x.jp）", "a@x.jp (b@x)"])
def test_what_stands_in_parentheses_is_not_lost_in_silence(cell: str) -> None:
    """RFC 5322 calls it a comment; people write a second address there, which is told where it can't be read."""
    file = f"mail\n{cell}\n"
    assert addresses(file) == ["a@x.jp"]
    assert rejections(file) == [(2, "unreadable")]


def test_contacts_of_outlook_reject_nobody() -> None:
    """Its column of shown names holds the address once more, in parentheses."""
    file = "名,姓,電子メール アドレス,電子メールの種類,電子メール表示名\n太郎,山田,a@x.jp,SMTP,山田 太郎 (a@x.jp)\n"
    assert set(addresses(file)) == {"a@x.jp"}
    assert rejections(file) == []


@pytest.mark.parametrize("dash", ["－", "‐", "‑", "−", "–", "—"])
def test_full_width_dashes_are_hyphens(dash: str) -> None:
    """Programs write the full-width hyphen in several ways, EUC-JP as a minus; the mailbox is one."""
    assert read(f"mail\nta{dash}ro@ex{dash}ample.jp\n") == [Member("ta-ro@ex-ample.jp", "ta-ro@ex-ample.jp")]


def test_an_error_of_the_store_is_not_hidden_by_the_file_s() -> None:
    """Where the disk is full the file is closed before its rows are read to their end."""
    file = file_of("mail\na@x.jp\nb@x.jp\n")
    rows = read_members(file)
    assert isinstance(next(rows), Member)
    file.close()
    del rows
    gc.collect()


def test_long_first_row_holds_nobody_up() -> None:
    """A file that is no table, such as a page of the web on one line, is told from one in no time."""
    started = time.process_time()
    read(f"{'x' * 100_000}\ntaro@hall.example\n")
    assert time.process_time() - started < 5
