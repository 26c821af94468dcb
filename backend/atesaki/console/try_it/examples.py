"""Messages to try: the founding incident and its harmless neighbours, as forms ready to be judged."""

from __future__ import annotations

from collections.abc import Mapping

from atesaki.console.try_it.form import Form
from atesaki.judgement.explain import Locale

_FAMILIES = {
    "ja": "佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 "
    "山口 松本 井上 木村 林 斎藤 清水 山崎 森 池田 橋本 阿部 石川",
    "en": "Sato Suzuki Takahashi Tanaka Ito Watanabe Yamamoto Nakamura Kobayashi Kato Yoshida Yamada Sasaki "
    "Yamaguchi Matsumoto Inoue Kimura Hayashi Saito Shimizu Yamazaki Mori Ikeda Hashimoto Abe Ishikawa",
}
_PROVIDERS = ("gmail.com", "docomo.ne.jp", "yahoo.co.jp", "ezweb.ne.jp", "outlook.jp")
_COMMITTEE = ("city", "university", "hospital", "library", "museum", "shop", "bank", "press")
_SENDER = {"ja": "文化会館 <staff@hall.example>", "en": "Culture Hall <staff@hall.example>"}
_SUBJECT = {"ja": "ボランティア説明会のお知らせ", "en": "Invitation to the volunteers' meeting"}
_BODY = {
    "ja": "皆さま\n\n来週土曜日の説明会についてお知らせします。",
    "en": "Dear volunteers,\n\nplease join us next Saturday.",
}


def examples(locale: Locale) -> Mapping[str, Form]:
    """Return the examples by name, in the order in which the page offers them."""
    sender, volunteers = _SENDER[locale], _volunteers(locale)
    invitation = Form(sender=sender, subject=_SUBJECT[locale], body=_BODY[locale])
    return {
        "volunteers_in_to": _with(invitation, to=volunteers),
        "volunteers_in_bcc": _with(invitation, to=sender, bcc=volunteers),
        "committee": Form(sender=sender, to=_committee()),
        "one_outsider": Form(sender=sender, to=volunteers.partition(",")[0], cc="colleague@hall.example"),
    }


def _with(form: Form, *, to: str, bcc: str = "") -> Form:
    return Form(sender=form.sender, to=to, bcc=bcc, subject=form.subject, body=form.body)


def _volunteers(locale: Locale) -> str:
    families = _FAMILIES[locale].split()
    return ",\n".join(
        f"{family} <v{number:02}@{_PROVIDERS[number % len(_PROVIDERS)]}>" for number, family in enumerate(families, 1)
    )


def _committee() -> str:
    return ",\n".join(f"chair@{name}.example" for name in _COMMITTEE)
