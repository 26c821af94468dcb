"""Pasted recipient lists become recipients, and none gets lost."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atesaki.judgement.address import mailbox_key
from atesaki.judgement.address_list import parse_address_list


def pairs(text: str) -> list[tuple[str, str | None]]:
    """Return addresses and names of a pasted list."""
    return [(recipient.address, recipient.name) for recipient in parse_address_list(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '山田 太郎 <a@x.jp>; b@y.com, "C, D" <c@z.org>',
            [("a@x.jp", "山田 太郎"), ("b@y.com", None), ("c@z.org", "C, D")],
        ),
        ("Team: a@x.jp, b@y.jp; c@z.jp", [("a@x.jp", None), ("b@y.jp", None), ("c@z.jp", None)]),
        ('"Team, A": a@x.jp, b@y.jp; c@z.jp', [("a@x.jp", None), ("b@y.jp", None), ("c@z.jp", None)]),
        ('"営業部; 全員":"C, D" <c@z.org>, b@y.jp;', [("c@z.org", "C, D"), ("b@y.jp", None)]),
        ('"A:B" <a@x.jp>', [("a@x.jp", "A:B")]),
        ("undisclosed-recipients:;", []),
        ("To: a@x.jp\r\nCc: b@y.jp", [("a@x.jp", None), ("b@y.jp", None)]),
        ("宛先：a@x.jp", [("a@x.jp", None)]),
        (
            "Yamada, Taro <a@x.jp>; Suzuki, Hanako <b@x.jp>",
            [("a@x.jp", "Yamada, Taro"), ("b@x.jp", "Suzuki, Hanako")],
        ),
        ("田中, 鈴木, 佐藤 <a@x.jp>", [("田中", None), ("a@x.jp", "鈴木, 佐藤")]),
        ("b@x.jp, 佐藤 <a@x.jp>", [("b@x.jp", None), ("a@x.jp", "佐藤")]),
        ("a@x.jp、b@x.jp；c@x.jp，d@x.jp", [("a@x.jp", None), ("b@x.jp", None), ("c@x.jp", None), ("d@x.jp", None)]),
        ("ａ＠ｘ．ｊｐ　ｂ＠ｙ．ｊｐ", [("a@x.jp", None), ("b@y.jp", None)]),
        ("山田 太郎\ta@x.jp\n鈴木\tb@x.jp", [("a@x.jp", "山田 太郎"), ("b@x.jp", "鈴木")]),
        ("a@x.jp\t山田", [("a@x.jp", "山田")]),
        ("a@x.jp b@y.jp", [("a@x.jp", None), ("b@y.jp", None)]),
        ("Taro <a@x.jp> Hanako <b@y.jp>", [("a@x.jp", "Taro"), ("b@y.jp", "Hanako")]),
        ('5" <a@x.jp>; 6" <b@y.jp>', [("a@x.jp", '5"'), ("b@y.jp", '6"')]),
        ('"Taro <a@x.jp>; "Hanako" <b@y.jp>', [("a@x.jp", '"Taro'), ("b@y.jp", "Hanako")]),
        ('a@x.jp (Taro Yamada), "john doe"@x.jp', [("a@x.jp", "Taro Yamada"), ('"john doe"@x.jp', None)]),
        ("Taro <a@x.jp> (office)", [("a@x.jp", "Taro")]),
        ('"A"\n <a@x.jp>', [("a@x.jp", "A")]),
        ("tanaka; b@x.jp", [("tanaka", None), ("b@x.jp", None)]),
        ("Yamada </O=EX/CN=a>; b@x.jp", [("/O=EX/CN=a", "Yamada"), ("b@x.jp", None)]),
        ("a@[IPv6:2001:db8::1], mailto:b@x.jp", [("a@[IPv6:2001:db8::1]", None), ("b@x.jp", None)]),
        ("ceo@corp.example <x@evil.example>", [("x@evil.example", "ceo@corp.example")]),
        ("a@x.jp b@y.jp <b@y.jp>", [("a@x.jp", None), ("b@y.jp", "b@y.jp")]),
        ('"山田、鈴木" <a@x.jp>', [("a@x.jp", "山田、鈴木")]),
        ("a@x.jp\x00\x07, ", [("a@x.jp", None)]),
        ('"a@x.jp\nb@x.jp"\tc@x.jp', [("a@x.jp", None), ("b@x.jp", None), ("c@x.jp", None)]),
        ("a@@x.jp b@x.jp", [("a@@x.jp", None), ("b@x.jp", None)]),
        ("", []),
    ],
)
def test_a_paste_becomes_recipients(text: str, expected: list[tuple[str, str | None]]) -> None:
    """Separators, groups, quotes and spreadsheet rows are read as a person would read them."""
    assert pairs(text) == expected


NAMES = st.sampled_from(
    ["", "山田 太郎", '"C, D"', "Yamada, Taro", '5"', "O'Brien", "(営業)", '"ceo@corp.example"', "<開発>"]
)
LOCALS = st.from_regex(r"[a-z0-9]{1,8}([._+'-][a-z0-9]{1,3})?", fullmatch=True)
MEMBERS = st.lists(
    st.tuples(NAMES, LOCALS, st.sampled_from(["x.jp", "例え.jp", "Sub.Example.com"])), min_size=1, max_size=8
)
SEPARATORS = st.sampled_from([", ", "; ", "\n", "、", "；", "\r\n", " ; \n", ";"])


@given(MEMBERS, SEPARATORS)
def test_the_list_loses_no_address(members: list[tuple[str, str, str]], separator: str) -> None:
    """However names and separators are mixed, every address is among the recipients, in order."""
    written = [f"{name} <{local}@{domain}>" if name else f"{local}@{domain}" for name, local, domain in members]
    expected = [mailbox_key(f"{local}@{domain}") for _, local, domain in members]
    assert [mailbox_key(recipient.address) for recipient in parse_address_list(separator.join(written))] == expected


@given(st.text("ab@.,;:<>()\"'\\ \n\t、山/[]", max_size=60).map(lambda text: f"{text}\nz@last.example"))
def test_no_rubbish_swallows_the_line_behind_it(text: str) -> None:
    """Whatever stands in one line, the address on the next one is found."""
    assert parse_address_list(text)[-1].address == "z@last.example"


@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_no_list_raises(text: str) -> None:
    """Any text is a list, and no recipient of it is empty or holds a control character that the API refuses."""
    for recipient in parse_address_list(text):
        assert recipient.address or recipient.name
        assert not any(char < " " or char == "\x7f" for char in recipient.address + (recipient.name or ""))


@pytest.mark.parametrize("unit", ['"', "<", "(", "(\\", '"\\ ', '<"', "a:", '"a ', "a@b.jp "])
def test_hostile_repeats_stay_cheap(unit: str) -> None:
    """A hundred thousand characters are read before the test's own time limit."""
    assert parse_address_list(unit * (100_000 // len(unit))) is not None


@pytest.mark.parametrize("mark", ["<", '"', "("])
def test_time_grows_with_a_text_of_open_marks_and_not_with_its_square(mark: str) -> None:
    """Anybody may send half a million to the public page; that took six seconds."""
    begun = time.process_time()
    assert len(parse_address_list(mark * 500_000)) == 1
    assert time.process_time() - begun < 3
