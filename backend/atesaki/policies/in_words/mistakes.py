"""The loader's sentences in Japanese: what is wrong with a file, or what a test got, for admins who read no English."""

from __future__ import annotations

import re
from typing import Any, Final

import re2

from atesaki.judgement.explain import Locale
from atesaki.policies.in_words.engines import pattern_problem, yaml_problem
from atesaki.policies.in_words.names import name

_SENTENCES: Final[tuple[tuple[str, str], ...]] = (
    ("The file is empty.", "ファイルが空です。"),
    ("The file holds a lone surrogate, which is no character.", "文字ではないデータ（サロゲート）が含まれています。"),
    ("The file is larger than {1} bytes.", "ファイルが {1} バイトを超えています。"),
    ("The file holds a control character that YAML does not allow.", "YAML で使えない制御文字が含まれています。"),
    (
        "Anchors (&) and aliases (*) are not allowed here; write the values out.",
        "アンカー (&) とエイリアス (*) は使えません。値をそのまま書いてください。",
    ),
    (
        "Tags (!) are not allowed here; policies are plain text, numbers, lists and mappings.",
        "タグ (!) は使えません。文字、数、リスト、キーと値だけを書いてください。",
    ),
    ("The file is nested deeper than {1} levels.", "入れ子が {1} 段より深くなっています。"),
    (
        "A file holds one document; remove the second “---”.",
        "1 つのファイルに文書は 1 つです。2 つ目の「---」を消してください。",
    ),
    ("Expected a list with at least one entry.", "1 つ以上の項目が必要です。"),
    ("The key “{1}” is missing.", "キー「{1}」がありません。"),
    (
        "The key “{1}” has no value; give it one or leave the key out.",
        "キー「{1}」に値がありません。値を書くか、キーごと消してください。",
    ),
    ("A key must be a plain word.", "キーはただの言葉でなければなりません。"),
    ("The key “{1}” stands here twice; the first one would be lost.", "キー「{1}」が 2 回書かれています。"),
    ("The number is too long.", "数が長すぎます。"),
    ("Expected {1}, found {2}.", "{1}が必要ですが、{2}があります。"),
    ("Expected {1}.", "{1}が必要です。"),
    ("Unknown {1} “{2}”; did you mean “{3}”?", "{1}「{2}」はありません。「{3}」ではありませんか。"),
    ("Unknown {1} “{2}”. Known {3}: {4}.", "{1}「{2}」はありません。使えるもの：{4}。"),
    (
        "The id “{1}” must be the name of the file, “{2}”.",
        "id「{1}」は、ファイル名の「{2}」と同じでなければなりません。",
    ),
    (
        "The id “{1}” is kept for the program's own findings.",
        "id「{1}」はプログラム自身の指摘に使われるため、使えません。",
    ),
    ("A policy needs at least one rule.", "ポリシーには 1 つ以上のルールが必要です。"),
    ("The rule id “{1}” stands twice in this policy.", "ルール名「{1}」がこのポリシーに 2 つあります。"),
    (
        "A rule warns or blocks; to let messages pass, write an exemption with “unless”.",
        "ルールにできるのは警告か停止です。通すには例外（unless）を書いてください。",
    ),
    ("The rule would end before it begins.", "始まりより前に終わる日付になっています。"),
    ("A remedy stands here twice.", "同じ直し方が 2 回書かれています。"),
    ("The exemption id “{1}” stands twice in this rule.", "例外の名前「{1}」がこのルールに 2 つあります。"),
    ("The exemption would end before the rule begins.", "例外が、ルールの始まりより前に終わります。"),
    (
        "The placeholder {1} would stay empty; it is filled by {2} in “when”.",
        "{1} は埋まりません。when に {2} があるときだけ使えます。",
    ),
    ("A brace is open or closed without its counterpart.", "波かっこの一方がありません。"),
    ("The file is not UTF-8; save it as UTF-8.", "UTF-8 ではありません。UTF-8 で保存してください。"),
    ("The policy set is empty; it needs at least one policy.", "ポリシーが 1 つもありません。"),
    ("A policy set has at most {1} files.", "ファイルは {1} 個までです。"),
    (
        "A file name is lower-case letters, digits and underscores, then “.yaml”.",
        "ファイル名は半角の英小文字・数字・下線と「.yaml」です。",
    ),
    (
        "There is no policy “{1}” for these tests; the file would be {2}.",
        "このテストのポリシー「{1}」がありません（ファイル名は {2}）。",
    ),
    ("A test file needs at least one test.", "テストが 1 つ以上必要です。"),
    ("Two tests have this name.", "同じ名前のテストが 2 つあります。"),
    ("Give either “address” or “people”.", "address か people のどちらか一方を書いてください。"),
    ("The facts hold no roster that could be late.", "facts に名簿がないので、late_rosters は書けません。"),
    ("The draft extends itself.", "メールが自分自身を引き継いでいます。"),
    ("The test expects nothing.", "このテストは何も期待していません。"),
    ("“silent” says already that there is no {1} to expect.", "silent と {1} は一緒に書けません。"),
    ("Give at least one of {1}.", "{1} のうち 1 つ以上を書いてください。"),
    ("A condition needs at least one key.", "条件を 1 つ以上選んでください。"),
    ("The list needs at least one condition.", "条件を 1 つ以上入れてください。"),
    (
        "An address pattern has a local part and a domain, such as *@example.com.",
        "アドレスのパターンは *@example.com のように書いてください。",
    ),
    (
        "A domain pattern is example.com, *.example.com or =example.com.",
        "ドメインは example.com、*.example.com、=example.com のどれかの形で書いてください。",
    ),
    (
        "A domain has at most 253 characters and does not end in a number.",
        "ドメインは 253 文字までで、数字で終わらないものです。",
    ),
    ("The file cannot be read: {1}.", "ファイルを読めません：{1}。"),
    (
        "A form can't make this change without touching more of the file ({1}). Edit it as YAML.",
        "この変更は、ファイルのほかの部分に触れずにはフォームでできません。YAML で編集してください。",
    ),
    (
        "The form belongs to another state of the file. Open the rule again.",
        "フォームを開いたあとにファイルが変わりました。ルールを開き直してください。",
    ),
    ("A policy begins with its id, such as “{1}”.", "ポリシーは「{1}」のように id で始めてください。"),
    ("expected a reason that says {1}, got {2}", "理由に「{1}」が含まれるはずが、{2} でした"),
    ("expected {1}, got {2}", "{1} のはずが、{2} になりました"),
)

_FRAGMENTS: Final = {
    "true or false": "true か false",
    "a whole number": "整数",
    "a number": "数",
    "text": "文字",
    "a list": "リスト",
    "a mapping": "キーと値",
    "nothing": "空",
    "a text that is not empty": "空でない文字",
    "a date such as 2026-04-01": "2026-04-01 のような日付",
    "a moment such as 2026-04-01T10:00:00+09:00": "2026-04-01T10:00:00+09:00 のような日時",
    "a time of day such as 08:30": "08:30 のような時刻",
    "lower-case letters, digits and underscores, beginning with a letter, 64 at most": (
        "半角の英小文字で始まる、英小文字・数字・下線（64 文字まで）"
    ),
    "another value": "別の値",
    "key": "キー",
    "value": "値",
    "draft": "メール",
    "rule": "ルール",
    "roster": "名簿",
    "placeholder": "差し込み",
    "none": "なし",
    "[]": "なし",
    "Permission denied": "読む許可がありません",
    "Is a directory": "フォルダーです",
    "No such file or directory": "ファイルがありません",
}

_LIMITS: Final = (
    ("a number of at least ", "", "{} 以上の数"),
    ("a number of at most ", "", "{} 以下の数"),
    ("a number greater than ", "", "{} より大きい数"),
    ("text of at most ", " characters", "{} 文字までの文字"),
    ("text matching ", "", "{} の形の文字"),
    ("a mapping (", ")", "キーと値（{}）"),
)
"""Fragments with a value of their own: what stands before it, what after it, and the Japanese."""


def _pattern(sentence: str) -> Any:  # noqa: ANN401  # RE2 has no types.
    parts = re.split(r"\{\d\}", sentence)
    # Sentences quote what a file says, so several gaps would let a file stall the server with a pattern of Python's.
    return re2.compile("(?s)" + "(.+?)".join(re2.escape(part) for part in parts))


_TABLE: Final = tuple((english, _pattern(english), japanese) for english, japanese in _SENTENCES)
_NOT_YAML: Final = _pattern("This is not valid YAML: {1}.")
_NO_PATTERN: Final = _pattern("RE2 cannot read the pattern: {1}.")
_FAILED: Final = _pattern("The test “{1}” failed: {2}.")
_PLACED: Final = re2.compile(r"(?s)([^\s:]{1,130}:\d+:\d+: )(.+?)(?: \((\d+) more\))?")
"""One mistake with its place, and how many more there are, as `PolicyErrors` sums itself up."""


def mistake_in_words(sentence: str, locale: Locale) -> str:
    """Return a sentence of the loader or of a test's result in a language; an unknown one stays as it is.

    The place of a mistake, such as `file:line:column`, may stand before it and is kept.
    """
    if locale == "en":
        return sentence
    if placed := _PLACED.fullmatch(sentence):
        place, alone, more = placed.groups()
        return f"{place}{mistake_in_words(alone, locale)}{f'（ほかに {more} 件）' if more else ''}"
    if found := _NOT_YAML.fullmatch(sentence):
        return f"YAML として読めません：{yaml_problem(found[1])}。"
    if found := _NO_PATTERN.fullmatch(sentence):
        return f"パターン (RE2) として読めません：{pattern_problem(found[1])}。"
    if found := _FAILED.fullmatch(sentence):
        differences = "、".join(mistake_in_words(each, locale) for each in found[2].split("; "))
        return f"テスト「{found[1]}」が失敗しました：{differences}。"
    return _from_table(sentence)


def _from_table(sentence: str) -> str:
    # What a test got are values.
    say = _value if sentence.startswith("expected ") else _fragment
    for english, pattern, japanese in _TABLE:
        if found := pattern.fullmatch(sentence):
            # What is quoted or listed stands in the file and stays as it is.
            kept = {
                at for at in range(1, len(found.groups()) + 1) if f"“{{{at}}}”" in english or f": {{{at}}}" in english
            }
            parts = [part if at in kept else say(part) for at, part in enumerate(found.groups(), 1)]
            return _filled(japanese, parts)
    return sentence


def _filled(text: str, parts: list[str]) -> str:
    return re.sub(r"\{(\d)\}", lambda at: parts[int(at[1]) - 1], text)


def _value(text: str) -> str:
    head, space, rest = text.partition(" ")
    if space and head in _KEYS:
        return f"{_KEYS[head]}が {_value(rest)}"
    japanese = name(text, "ja")
    return _fragment(text) if japanese == text else f"「{japanese}」"


def _fragment(text: str) -> str:
    if text in _FRAGMENTS:
        return _FRAGMENTS[text]
    if text.startswith("“") and text.endswith("”"):
        return f"「{text[1:-1]}」"
    if " or " in text:
        return " か ".join(_fragment(part) for part in text.split(" or "))
    for begin, end, japanese in _LIMITS:
        if text.startswith(begin):
            return japanese.format(text.removeprefix(begin).removesuffix(end))
    return text.replace(", ", "、").replace(" and ", "、") if _LISTED.fullmatch(text) else text


_LISTED: Final = re2.compile(r"[a-z_]+(?:, [a-z_]+)* and [a-z_]+")

_KEYS: Final = {
    "action": "動作",
    "release": "送信の条件",
    "findings": "知らせるルール",
    "simulated": "試行中に当てはまるルール",
    "exposure.visible": "見えている宛先の数",
    "exposure.organizations": "外部の組織の数",
    "exposure.disclosures": "知られるアドレスの組み合わせの数",
    "remedies.move_to_bcc": "BCC に移す宛先の数",
    "remedies.send_individually": "1 人ずつ送る宛先の数",
    "remedies.remove": "外す宛先の数",
}
