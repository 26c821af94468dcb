"""The sentences of an import report, in Japanese and English and without the address they are about."""

from typing import Literal

from atesaki.rosters.cells import Reason

Locale = Literal["ja", "en"]

_SENTENCES: dict[Reason, dict[Locale, str]] = {
    Reason.EMPTY: {
        "ja": "この行にはメールアドレスがありません。",
        "en": "This row has no e-mail address.",
    },
    Reason.NO_AT: {
        "ja": "「@」がないため、メールアドレスとして読み取れません。",
        "en": "This is not an e-mail address: it has no “@”.",
    },
    Reason.UNREADABLE: {
        "ja": "メールアドレスとして読み取れません。空白や余分な文字がないか確かめてください。",
        "en": "This can't be read as an e-mail address. Look for blanks or stray characters.",
    },
    Reason.SWALLOWED: {
        "ja": "複数行のセルの中に、登録されないメールアドレスがあります。引用符の過不足を確かめてください。",
        "en": "A cell of several lines holds addresses that are not taken. Look for a missing quotation mark.",
    },
}


def sentence(reason: Reason, locale: Locale) -> str:
    """The reason for people."""
    return _SENTENCES[reason][locale]
