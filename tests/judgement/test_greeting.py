"""The greeted person is read from the first lines and compared with the recipients."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atesaki.judgement.address import parse_address
from atesaki.judgement.greeting import greeted_name, mismatch


@pytest.mark.parametrize(
    ("body", "name"),
    [
        ("山田様\n\nお世話になっております。", "山田"),
        ("株式会社A 山田太郎様", "山田太郎"),
        ("株式会社A\n営業部 部長\n山田 太郎 様\n", "山田 太郎"),
        ("A社 市川様", "市川"),
        ("A社 主査 山田 太郎様", "山田 太郎"),
        ("\n".join([*["本文です。"] * 7, "山田様"]), "山田"),
        ("営業部 阿部様", "阿部"),
        ("山田さん、お疲れ様です。", "山田"),
        ("山田様へ", "山田"),
        ("鈴木部長\nお疲れ様です。", "鈴木"),
        ("鈴木部長様", "鈴木"),
        ("田中先生", "田中"),
        ("緒方様", "緒方"),
        ("皆川様", "皆川"),
        ("大神様", "大神"),
        ("山田　花子　様", "山田 花子"),
        ("Dear Mr. Smith,", "Smith"),
        ("Dear Prof. Dr. Müller,", "Müller"),
        ("Hi Hanako,\nthanks", "Hanako"),
        ("Hi, Hanako!", "Hanako"),
        ("Dear Mr. Smith.", "Smith"),
        ("Hello John Smith", "John Smith"),
        ("Good morning Jane -- ", "Jane"),
        ("Dear Yamada-san,", "Yamada"),
        ("Suzuki-sama,", "Suzuki"),
    ],
)
def test_the_greeted_person_is_read(body: str, name: str) -> None:
    """Company, department, post, title and honorific are no part of the name."""
    assert greeted_name(body) == name


@pytest.mark.parametrize(
    "body",
    [
        *(
            "各位",
            "関係者各位\n山田様",
            "皆様",
            "皆さん、こんにちは",
            "保護者の皆様",
            "ご担当者様",
            "経理ご担当者様",
            "お客様",
        ),
        *(
            "株式会社A 御中",
            "株式会社A様",
            "先生方",
            "会員様",
            "お疲れ様です。",
            "お疲れさま。",
            "村長様",
            "各学校長様",
            "各自治会長様",
            "町内会長様",
            "学校長 様",
            "第二課長 森 様",
            "太郎くんのお母さんへ",
            "学校長様",
            "奥様",
        ),
        *(
            "Dear all,",
            "Hi there,",
            "Dear Sir or Madam,",
            "To whom it may concern",
            "Dear volunteers,",
            "Dear Trustees,",
            "Dear Treasurer,",
            "Dear Principal,",
            "Dear Professor,",
            "Hello Mr President,",
            "Dear Board,",
            "Hi John and Mary,",
            "Hi J.,",
            "Dear PTA,",
            "Dear Headteacher,",
            "Hi Finance,",
            "Dear Grants Office,",
        ),
        *("Hello from Tokyo!", "Hi I hope you are well.", "いつもお世話になっております。\n山田です。", ""),
        *(
            "> 山田様",
            "了解です。\n-----Original Message-----\n山田様",
            "ok\nFrom: a@x.jp\n山田様",
            "On Monday Taro wrote:\n山田様",
        ),
        "\n".join([*["本文です。"] * 8, "山田様"]),
    ],
)
def test_nobody_in_particular_is_no_person(body: str) -> None:
    """Greetings to everybody, to an organization or in a quoted mail name no one."""
    assert greeted_name(body) is None


@pytest.mark.parametrize(
    ("body", "recipients", "name"),
    [
        ("山田様", [("鈴木 一郎", "ichiro@x.jp")], "山田"),
        ("山田様", [("鈴木 一郎", "a@x.jp"), ("佐藤", "b@x.jp")], "山田"),
        ("山田様", [("鈴木 一郎", "a@x.jp"), (None, "yamada@x.jp")], None),
        ("山田様", [("鈴木 一郎", "a@x.jp"), ("Taro Yamada", "b@x.jp")], None),
        ("総務課 山田様", [("緑町役場総務課", "a@x.jp")], None),
        ("山田様", [("株式会社ミドリ", "a@x.jp"), ("鈴木 一郎", "b@x.jp")], None),
        ("Dear Smith,", [("John Brown", "jb@x.jp")], "Smith"),
        ("Hi Ann,", [("Hannah Lee", "h@x.jp")], "Ann"),
        ("山田様", [("山田 太郎", "a@x.jp")], None),
        ("山田太郎様", [("山田", "a@x.jp")], None),
        ("山田様", [("鈴木", "a@x.jp"), ("山田(営業)", "b@x.jp")], None),
        ("髙橋様", [("高橋", "a@x.jp")], None),
        ("山田様", [("Taro Yamada", "a@x.jp")], None),
        ("山田様", [(None, "a@x.jp"), ("", "b@x.jp")], None),
        ("山田様", [("a@x.jp", "a@x.jp")], None),
        ("山田様", [], None),
        ("Dear SMITH,", [("ｊｏｈｎ ｓｍｉｔｈ", "a@x.jp")], None),
        ("Dear Smith,", [("John Brown", "j.smith@x.jp")], None),
        ("Dear Yamada,", [("鈴木", "a@x.jp")], None),
        ("Dear Smith,", [("john@x.jp", "john@x.jp")], None),
        ("Dear Ann,", [("Hannah Lee", "ann.lee@x.jp")], None),
        ("Dear Jo,", [("Mary Hill", "joker@x.jp")], "Jo"),
        ("各位", [("鈴木", "a@x.jp")], None),
        ("各務様", [("鈴木", "a@x.jp")], "各務"),
        ("さとう様", [("サトウ ハナコ", "a@x.jp")], None),
        ("鈴木様", [("緑町社会福祉協議会", "a@x.jp")], None),
        ("加藤様", [("広報", "a@x.jp")], None),
        ("Dear Kate,", [("Riverside Food Bank", "a@x.jp")], None),
        ("Dear Mr. Ohno,", [("Ken Oono", "a@x.jp")], None),
        ("Dear Mr. Ota,", [("Ken Ohta", "a@x.jp")], None),
        ("Dear Mr. Ōta,", [("佐藤 一", "k.oota@x.jp")], None),
        ("Dear Ms. Sato,", [("Mari Satoh", "a@x.jp")], None),
        ("Dear Mr. Nambu,", [("Ken Nanbu", "a@x.jp")], None),
        ("Dear Mr. Tsuda,", [("Ken Tuda", "a@x.jp")], None),
        ("Dear Ms. Yoshida,", [("Mari Yosida", "a@x.jp")], None),
        ("Dear Mr. Fujii,", [("Ken Hujii", "a@x.jp")], None),
        ("Dear Yuko,", [("Yuuko Hara", "a@x.jp")], None),
        ("Dear Dr Mueller,", [("Anna Müller", "a@x.jp")], None),
        ("Hi Jose,", [("José Díaz", "a@x.jp")], None),
        ("Dear Mr. Ono,", [("Ken Ito", "a@x.jp")], "Ono"),
        ("Dear Dr. Müller,", [("Anna Miller", "a@x.jp")], "Müller"),
    ],
)
def test_a_greeting_to_nobody_among_the_recipients_is_told(
    body: str, recipients: list[tuple[str | None, str]], name: str | None
) -> None:
    """It takes comparable names of all recipients to say so, and one who fits or can't be compared to be silent."""
    assert mismatch(body, [(shown, parse_address(text)) for shown, text in recipients]) == name


@given(st.text(max_size=300), st.lists(st.tuples(st.none() | st.text(max_size=30), st.text(max_size=30)), max_size=4))
def test_no_body_raises(body: str, recipients: list[tuple[str | None, str]]) -> None:
    """Any text is a body, and a finding always names the greeted person."""
    found = mismatch(body, [(name, parse_address(text)) for name, text in recipients])
    assert found is None or found == greeted_name(body)


@pytest.mark.parametrize("unit", ["山", "a ", "hi ", "様", "dear mr. ", "(", "-"])
def test_hostile_bodies_stay_cheap(unit: str) -> None:
    """A million characters are read before the test's own time limit."""
    assert greeted_name(unit * (1_000_000 // len(unit))) is None
