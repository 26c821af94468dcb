"""Roster files as people have them: encodings, separators, headers, columns and cells."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.rosters.files import addresses, file_of, read, rejections

from atesaki.judgement.errors import AtesakiError
from atesaki.rosters.encoding import ENCODINGS
from atesaki.rosters.errors import NoAddressColumn, RosterFileUnreadable
from atesaki.rosters.layout import suggested_layout
from atesaki.rosters.roster import Member
from atesaki.rosters.table import SAMPLE_ROWS

JAPANESE = "氏名,メールアドレス,備考\r\n山田 太郎,taro@x.jp,児童館\r\n齋藤 花子,hanako@y.com,ソフトボール\r\n"


@pytest.mark.parametrize(
    "encoding",
    ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp932", "shift_jis", "euc_jp", "iso2022_jp"],
)
def test_every_usual_encoding_is_recognized(encoding: str) -> None:
    """Names and addresses come out alike, whatever program saved the file."""
    assert read(JAPANESE.encode(encoding)) == [
        Member("taro@x.jp", "taro@x.jp", "山田 太郎"),
        Member("hanako@y.com", "hanako@y.com", "齋藤 花子"),
    ]


def test_half_width_kana_of_windows_are_not_taken_for_kanji() -> None:
    """A name such as ﾔﾏﾀﾞ also reads as EUC-JP, but as kanji that nobody writes."""
    file = "ﾔﾏﾀﾞ,a@x.jp\nｻﾄｳｻﾄｳ,b@x.jp\n".encode("cp932")
    assert [row.name for row in read(file) if isinstance(row, Member)] == ["ﾔﾏﾀﾞ", "ｻﾄｳｻﾄｳ"]


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_usual_separator_and_line_end_is_recognized(delimiter: str, line_end: str) -> None:
    """Commas, tabs, semicolons and bars separate cells; LF, CR LF and CR end lines."""
    lines = [["名前", "e-mail", ""], ["A", "a@x.jp", ""], ["B", "bad", ""], ["C", "c@x.jp", ""]]
    file = line_end.join(delimiter.join(line) for line in lines)
    assert addresses(file) == ["a@x.jp", "c@x.jp"]
    assert rejections(file) == [(3, "no_at")]


def test_excel_hint_names_the_separator() -> None:
    """A first line `sep=;` is Excel's and nobody's address."""
    assert read("sep=;\r\nname;mail\r\nA;a@x.jp\r\n") == [Member("a@x.jp", "a@x.jp", "A")]


@pytest.mark.parametrize(
    "header", ["メールアドレス", "ﾒｰﾙｱﾄﾞﾚｽ", "email", "E-Mail", "アドレス", "Mail address (home)", "ご連絡先"]
)
def test_header_words_are_not_members(header: str) -> None:
    """A header is neither imported nor rejected, however the column is called."""
    file = f"番号,{header},氏名\n1,a@x.jp,山田\n"
    assert read(file) == [Member("a@x.jp", "a@x.jp", "山田")]


@pytest.mark.parametrize(
    ("header", "name"),
    [("学校名,保護者氏名", "山田"), ("団体名,代表者名", "山田"), ("組,園児名", "山田"), ("学校名,備考", None)],
)
def test_names_are_of_people(header: str, name: str | None) -> None:
    """Whose name a column holds may stand in its header; the name of a school is nobody's."""
    assert read(f"{header},メール\n北小学校,山田,a@x.jp\n") == [Member("a@x.jp", "a@x.jp", name)]


def test_file_without_header_loses_no_row() -> None:
    """The first row counts where it holds an address; the name is the column of words."""
    assert read("1,山田,a@x.jp\n2,鈴木,b@x.jp\n") == [
        Member("a@x.jp", "a@x.jp", "山田"),
        Member("b@x.jp", "b@x.jp", "鈴木"),
    ]


def test_bad_first_row_without_header_is_reported() -> None:
    """A first row that is no header we know is not skipped in silence."""
    assert rejections("not an address\na@x.jp\n") == [(1, "no_at")]


def test_title_above_the_header_is_skipped() -> None:
    """Sheets often begin with a title and a date."""
    assert read("2026年度 ボランティア名簿\n4月1日現在\n\n氏名,連絡先メール\n山田,a@x.jp\n") == [
        Member("a@x.jp", "a@x.jp", "山田")
    ]


def test_postal_addresses_are_not_mistaken_for_mail_addresses() -> None:
    """What stands in a column decides, not the word “address” above it."""
    assert addresses("Address,Contact\n1 Main Street,a@x.jp\n2 Main Street,b@x.jp\n") == ["a@x.jp", "b@x.jp"]


def test_consent_column_named_after_mail_is_ignored() -> None:
    """「メール配信」with ○ and × holds no addresses."""
    assert read("メール配信,連絡先\n○,a@x.jp\n×,b@x.jp\n") == [Member("a@x.jp", "a@x.jp"), Member("b@x.jp", "b@x.jp")]


def test_two_address_columns_are_both_read() -> None:
    """Parents often give two addresses; both must be protected."""
    assert addresses("氏名,メール1,メール2\n山田,a@x.jp,b@x.jp\n鈴木,c@x.jp,\n") == ["a@x.jp", "b@x.jp", "c@x.jp"]


@pytest.mark.parametrize("header", ["氏名,メール1,メール2\n", ""])
def test_a_second_address_far_below_is_not_lost(header: str) -> None:
    """A column that is named after addresses, or not at all, is read although the first rows leave it empty."""
    rows = "".join(f"n,a{at}@x.jp,\n" for at in range(SAMPLE_ROWS))
    assert addresses(f"{header}{rows}z,z1@x.jp,z2@x.jp\n")[-2:] == ["z1@x.jp", "z2@x.jp"]


def test_a_column_of_slips_is_reported() -> None:
    """A column named after addresses is not passed over because none of its first cells can be read."""
    assert rejections("氏名,父メール,母メール\n太郎,a@@x.jp,b@x.jp\n") == [(2, "unreadable")]


def test_first_and_last_name_are_joined() -> None:
    """Address books export names in two columns."""
    assert read("姓,名,メール\n山田,太郎,a@x.jp\n")[0] == Member("a@x.jp", "a@x.jp", "山田 太郎")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("ｔａｒｏ＠ｘ．ｊｐ", ["taro@x.jp"]),
        ("山田 太郎 <taro@x.jp>", ["taro@x.jp"]),
        ("山田 太郎 ＜taro@x.jp＞", ["taro@x.jp"]),
        ('"Yamada, Taro" <taro@x.jp>', ["taro@x.jp"]),
        ('"""Yamada, Taro"" <taro@x.jp>"', ["taro@x.jp"]),
        ('"a@x.jp, b@x.jp;c@x.jp、d@x.jp\ne@x.jp"', ["a@x.jp", "b@x.jp", "c@x.jp", "d@x.jp", "e@x.jp"]),
        ("a@x.jp b@x.jp", ["a@x.jp", "b@x.jp"]),
        ("a@x.jp ::: b@x.jp", ["a@x.jp", "b@x.jp"]),
        ("mailto:a@x.jp", ["a@x.jp"]),
        ("  a@x.jp\u3000", ["a@x.jp"]),
        ("a@日本語.jp", ["a@xn--wgv71a119e.jp"]),
        ("'-a@x.jp", ["-a@x.jp"]),
        ("a@x.jp / b@x.jp", ["a@x.jp", "b@x.jp"]),
        ("a@x.jp／b@x.jp・c@x.jp", ["a@x.jp", "b@x.jp", "c@x.jp"]),
        ("a/b@x.jp c@x.jp", ["a/b@x.jp", "c@x.jp"]),
        ("・a@x.jp", ["a@x.jp"]),
        ("①a@x.jp、② b@x.jp", ["a@x.jp", "b@x.jp"]),
        ("山田　花子 a@x.jp 様", ["a@x.jp"]),
        ("a@x.jp または b@x.jp", ["a@x.jp", "b@x.jp"]),
        ("山田 太郎（a@x.jp）", ["a@x.jp"]),
        ('"Yamada, Taro (a@x.jp)"', ["a@x.jp"]),
        ('"""Yamada (a@x.jp)"" <a@x.jp>"', ["a@x.jp"]),
        ("a@x.jp (b@x.jp)", ["a@x.jp", "b@x.jp"]),
        ("携帯(a@x.jp) PC(b@x.jp)", ["a@x.jp", "b@x.jp"]),
        ("a@x.jp (父)、b@x.jp（母）", ["a@x.jp", "b@x.jp"]),
        ("用户@例子.公司", ["用户@xn--fsqu00a.xn--55qx5d"]),
        ("josé@x.es", ["josé@x.es"]),
    ],
)
def test_cells_are_read_as_people_write_them(cell: str, expected: list[str]) -> None:
    """Full-width letters, display names and several addresses in one cell are all understood."""
    assert addresses(f"email\n{cell}\n") == expected


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("yama da@x.jp", "unreadable"),
        ("a@x", "unreadable"),
        ("a@@x.jp", "unreadable"),
        ("なし", "no_at"),
        ('"@"', "unreadable"),
        ("鈴木suzuki@x.jp", "unreadable"),
        ("suzuki@x.jp様", "unreadable"),
        ("a@x.jp/sales/b@x.jp", "unreadable"),
    ],
)
def test_slips_are_rejected_and_not_guessed(cell: str, reason: str) -> None:
    """`yama da@x.jp` must not enroll the stranger `da@x.jp`, nor a name that sticks to an address be part of it."""
    file = f"name,email\nA,a@x.jp\nB,{cell}\n"
    assert addresses(file) == ["a@x.jp"]
    assert rejections(file) == [(3, reason)]


def test_words_beside_an_address_are_its_name() -> None:
    """A list that was typed in a text editor has no columns."""
    assert read("山田　花子 様 a@x.jp\nb@x.jp 鈴木\n") == [
        Member("a@x.jp", "a@x.jp", "山田 花子 様"),
        Member("b@x.jp", "b@x.jp", "鈴木"),
    ]


def test_good_part_of_a_cell_is_kept_and_the_bad_one_reported() -> None:
    """One slip beside a good address loses neither."""
    file = 'email\na@x.jp\n"b@x.jp, c@@x.jp"\n'
    assert addresses(file) == ["a@x.jp", "b@x.jp"]
    assert rejections(file) == [(3, "unreadable")]


def test_line_numbers_are_those_of_the_file() -> None:
    """Blank lines and quoted line breaks count, so that people find the row in their editor."""
    file = 'name,note,email\r\nA,"two\r\nlines",a@x.jp\r\n\r\n,,\r\nB,,bad\r\nC,"x\r\ny",\r\n'
    assert rejections(file) == [(6, "no_at"), (7, "empty")]


def test_rows_longer_than_the_sample_lose_nobody() -> None:
    """A pasted list may have more addresses in a later line than in all before."""
    file = "a@x.jp;b@x.jp\n" * 600 + "c@x.jp;d@x.jp;e@x.jp\n"
    assert addresses(file)[-3:] == ["c@x.jp", "d@x.jp", "e@x.jp"]


def test_unclosed_quote_is_refused_with_its_line() -> None:
    """It would swallow everybody behind it without a word."""
    with pytest.raises(RosterFileUnreadable, match="line 3"):
        read('email\na@x.jp\n"b@x.jp\nc@x.jp\n')


def test_quote_closed_hundreds_of_lines_later_is_refused() -> None:
    """Two stray quotes hide all rows between them just as well."""
    with pytest.raises(RosterFileUnreadable, match="line 2"):
        read('email\n"a@x.jp\n' + "b@x.jp\n" * 200 + 'c@x.jp"\n')


@pytest.mark.parametrize("file", ["", "\n\n", "a,b\n1,2\n", "ただの文章です。"])
def test_file_without_addresses_is_refused(file: str) -> None:
    """Such a file is not the roster that somebody meant."""
    with pytest.raises(NoAddressColumn):
        read(file)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"name,mail\nok,a@x.jp\nJos\xe9,b@x.jp\n", "Line 3"),
        (b"mail\na@x.jp\nb\xff@x.jp\n", "Line 3"),
        (b"PK\x03\x04rest of a workbook", "workbook"),
        (b"\xd0\xcf\x11\xe0old workbook", "workbook"),
        (b"mail\na@x.jp\nand a zero byte \x00 here\n", "not a text file"),
        (b"\xef\xbb\xbfmail\na@x.jp\n\xff\n", "Line 3"),
        (b'mail\n"' + b"a" * 200_000 + b'"\n', "too long"),
    ],
)
def test_undecodable_file_is_refused_with_the_reason(data: bytes, words: str) -> None:
    """A byte that can't be read is never replaced in silence."""
    with pytest.raises(RosterFileUnreadable, match=words):
        read(data)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_a_cut_off_file_is_refused_with_its_last_line(encoding: str) -> None:
    """In UTF-16 不 and 上 hold the bytes of line ends, which are none."""
    text = "氏名\tメール\r\n" + "上不\ta@x.jp\r\n" * 5 + "z\tz@x.jp"
    with pytest.raises(RosterFileUnreadable, match=r"^Line 7 "):
        read(text.encode(encoding) + b"\x41")


def test_control_characters_leave_names() -> None:
    """A terminal or PostgreSQL would choke on them."""
    assert read("name,email\n\x1b[31mred\x07,a@x.jp\n") == [Member("a@x.jp", "a@x.jp", "[31mred")]


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_with_a_sentence(data: bytes) -> None:
    """No file makes the reader fail in another way."""
    assert outcome(data) in {"read", "refused"}


@given(st.binary(max_size=40), st.sampled_from(ENCODINGS))
def test_any_chosen_encoding_is_taken_or_refused_with_a_sentence(data: bytes, encoding: str) -> None:
    """UTF-16 chosen for a file without its mark is a mistake like any other."""
    with contextlib.suppress(RosterFileUnreadable):
        assert suggested_layout(file_of(data), encoding).encoding == encoding


@given(st.lists(st.text("a@x.jp,;\t\"'\n\r <>名＠|", max_size=12), max_size=8))
def test_any_odd_cells_are_read_or_refused_with_a_sentence(cells: list[str]) -> None:
    """Mixed separators and quotes never break the reader."""
    assert outcome("mail\na@x.jp\n" + "\n".join(cells)) in {"read", "refused"}


def outcome(data: str | bytes) -> str:
    """Whether a file was read, or refused with one whole sentence."""
    try:
        read(data)
    except AtesakiError as error:
        return "refused" if error.detail.endswith(".") else error.detail
    return "read"
