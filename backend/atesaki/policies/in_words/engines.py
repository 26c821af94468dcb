"""What the YAML reader (libyaml) and RE2 say of a text that they can't read, in Japanese."""

from typing import Final

_WHERE: Final = {
    "parsing a block collection": "「-」の並び",
    "parsing a block mapping": "「キー: 値」の並び",
    "parsing a block node": "値",
    "parsing a flow mapping": "{ } の中",
    "parsing a flow node": "値",
    "parsing a flow sequence": "[ ] の中",
    "parsing a node": "値",
    "parsing a quoted scalar": "引用符の中",
    "parsing a tag": "タグ (!)",
    "parsing a tag directive": "「%TAG」の行",
    "parsing a %TAG directive": "「%TAG」の行",
    "scanning a %TAG directive": "「%TAG」の行",
    "scanning a %YAML directive": "「%YAML」の行",
    "scanning a block scalar": "「|」や「>」の文章",
    "scanning a directive": "「%」で始まる行",
    "scanning a plain scalar": "引用符のない文字",
    "scanning a quoted scalar": "引用符の中",
    "scanning a simple key": "キー",
    "scanning a tag": "タグ (!)",
    "scanning a tag directive": "「%TAG」の行",
    "scanning an alias": "エイリアス (*)",
    "scanning an anchor": "アンカー (&)",
    "scanning for the next token": "次の語",
}

_INDENT: Final = "字下げを確かめてください"
_TAB: Final = "字下げにタブがあります。空白で字下げしてください"
_TAG: Final = "タグ (!) の書き方が正しくありません"
_DIRECTIVE: Final = "「%」で始まる行の書き方が正しくありません"

YAML: Final = {
    "block sequence entries are not allowed in this context": f"ここに「-」の項目は書けません。{_INDENT}",
    "could not find expected ':'": "キーのあとの「:」がありません",
    "could not find expected directive name": _DIRECTIVE,
    "did not find URI escaped octet": _TAG,
    "did not find expected '!'": _TAG,
    "did not find expected ',' or ']'": "「,」か「]」がありません",
    "did not find expected ',' or '}'": "「,」か「}」がありません",
    "did not find expected '-' indicator": f"「-」で始まる項目がありません。{_INDENT}",
    "did not find expected <document start>": f"ここに余分な文字があります。{_INDENT}",
    "did not find expected <stream-start>": "ファイルの始まりを読めません",
    "did not find expected alphabetic or numeric character": "「&」や「*」のあとに名前がありません",
    "did not find expected comment or line break": "「|」や「>」のあとに余分な文字があります",
    "did not find expected digit or '.' character": _DIRECTIVE,
    "did not find expected hexdecimal number": "「\\」のあとの 16 進数が正しくありません",
    "did not find expected key": f"キーがありません。{_INDENT}",
    "did not find expected node content": "値がありません",
    "did not find expected tag URI": _TAG,
    "did not find expected version number": _DIRECTIVE,
    "did not find expected whitespace": _DIRECTIVE,
    "did not find expected whitespace or line break": _TAG,
    "did not find the expected '>'": _TAG,
    "found a tab character that violates indentation": _TAB,
    "found a tab character where an indentation space is expected": _TAB,
    "found an incorrect leading UTF-8 octet": _TAG,
    "found an incorrect trailing UTF-8 octet": _TAG,
    "found an indentation indicator equal to 0": "字下げの数に 0 は使えません",
    "found character that cannot start any token": "値の初めに書けない文字があります。引用符で囲んでください",
    "found duplicate %TAG directive": _DIRECTIVE,
    "found duplicate %YAML directive": _DIRECTIVE,
    "found duplicate anchor; first occurrence": "同じアンカー (&) が 2 つあります",
    "found extremely long version number": _DIRECTIVE,
    "found incompatible YAML document": "YAML の版が新しすぎるか古すぎます",
    "found invalid Unicode character escape code": "「\\」の表す文字がありません",
    "found undefined alias": "エイリアス (*) の指す先がありません",
    "found undefined tag handle": _TAG,
    "found unexpected ':'": "ここに「:」は書けません。引用符で囲んでください",
    "found unexpected document indicator": "引用符が閉じられないまま「---」か「...」があります",
    "found unexpected end of stream": "引用符が閉じられないままファイルが終わっています",
    "found unexpected non-alphabetical character": _DIRECTIVE,
    "found unknown directive name": _DIRECTIVE,
    "found unknown escape character": "「\\」のあとに書けない文字があります",
    "mapping keys are not allowed in this context": f"ここにキー (?) は書けません。{_INDENT}",
    "mapping values are not allowed in this context": f"ここに「:」は書けません。{_INDENT}",
}
"""Every problem that libyaml names, as its `scanner.c`, `parser.c` and `loader.c` word them (0.2.5)."""

RE2: Final = {
    "unexpected error": "思わぬ誤り",
    "invalid escape sequence": "「\\」の書き方が正しくありません",
    "invalid character class": "[ ] の書き方が正しくありません",
    "invalid character class range": "[ ] の範囲が正しくありません",
    "missing ]": "「]」がありません",
    "missing )": "「)」がありません",
    "unexpected )": "「)」が余分です",
    "trailing \\": "「\\」で終わっています",
    "no argument for repetition operator": "繰り返しの記号の前に文字がありません",
    "invalid repetition size": "繰り返しの回数が正しくありません",
    "bad repetition operator": "繰り返しの記号が正しくありません",
    "invalid perl operator": "使えない書き方です",
    "invalid UTF-8": "文字として読めません",
    "invalid named capture group": "グループの名前が正しくありません",
    "pattern too large - compile failed": "パターンが大きすぎます",
}
"""Every reason for which RE2 refuses a pattern (`kErrorStrings` of `re2/regexp.cc`, and `re2/re2.cc`)."""


def yaml_problem(text: str) -> str:
    """Return why a text is not YAML (`context, problem` or the problem alone); what is unknown stays English."""
    where, comma, what = text.partition(", ")
    known = _WHERE.get(where.removeprefix("while "))
    if comma and known:
        return f"{known}：{YAML.get(what, what)}"
    return YAML.get(text, text)


def pattern_problem(text: str) -> str:
    """Return why RE2 refuses a pattern (`reason: where`); what is unknown stays English."""
    reason, colon, where = text.partition(": ")
    return f"{RE2.get(reason, reason)}{f'（{where}）' if colon else ''}"
