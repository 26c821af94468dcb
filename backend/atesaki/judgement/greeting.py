"""Whom the first lines of a mail greet, and whether that person is among the recipients."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from atesaki.judgement.address import Address, fold, fold_case

MAX_LINES: Final = 8
"""Lines with text that a greeting may stand behind: company, department, post and then the name."""

MAX_CHARACTERS: Final = 4_000
"""Characters of the body that are read at all."""

_JAPANESE: Final = re.compile(
    r"^(?P<before>[^、。,!?:>]{1,60}?)\s*(?:様|さま|さん|殿|先生|教授|君|くん|ちゃん|(?P<post>[社会部課係次店校園館所局]長))へ?(?=[\s、,。.!:;(]|$)"
)
_TO_EVERYBODY: Final = re.compile(r"^.{0,40}各位\s*$")
_ENGLISH: Final = re.compile(
    r"^(?:dear|hi|hello|hey|good\s+(?:morning|afternoon|evening)),?\s+"
    r"(?:(?:mr|mrs|ms|mx|miss|dr|prof|professor)\b\.?\s+)*"
    r"(?P<name>[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){0,2}?)\s*(?:[,、:!;–—]|-{1,2}(?:\s|$)|$)",
    re.IGNORECASE,
)
_ROMANIZED: Final = re.compile(r"^(?P<name>[a-z][a-z'’]*(?:\s[a-z][a-z'’]*)?)-(?:san|sama|sensei)\b", re.IGNORECASE)
_HONORIFIC: Final = re.compile(r"-(?:san|sama|sensei)$", re.IGNORECASE)
_QUOTED_MAIL: Final = re.compile(
    r"^(?:>|-{3,}|_{5,}|(?:from|sent|差出人|送信者|送信日時)\s*:|on\s.+wrote:)", re.IGNORECASE
)

# Greetings to nobody in particular, as in 保護者の皆様 or ご担当者様; some words only where they stand alone (大神様).
_EVERYBODY: Final = re.compile(
    r"(?:皆|皆々|みな|みんな|担当|者|会員|委員|役員|職員|社員|生徒|学生|お客|お?取引先|の方|ボランティア|スタッフ|メンバー|御社|貴社|ご?家族"
    r"|お疲れ|おつかれ|ご苦労|お互い|のお[父母]|^各(?!務).*|\b(?:奥|旦那|神|王|何|お父|お母|お嬢|お世話|町内|自治|学))$"
)
_NOBODY: Final = re.compile(
    r"\b(?:accounts|admissions|again|all|and|applicants?|board|both|colleagues?|committee|customers?|dad|donors?"
    r"|editor|everybody|everyone|finance|folks|friends?|from|guys|head ?teacher|helpdesk|hiring|hr|ladies|madam"
    r"|manager|mayor|members?|mom|mum|neighbou?rs?|or|parents?|participants?|president|pta|reception|principal"
    r"|professor|residents?|secretary|sirs?|staff|students?|subscriber|support|supporters?|teachers?|team|the"
    r"|there|to|treasurer|trustees?|users?|valued|volunteers?|webmaster|world)\b",
    re.IGNORECASE,
)
_ORGANIZATION: Final = re.compile(
    r"会社|法人|[(](?:株|有|財|社)[)]|協会|組合|連合会|委員会|センター|事務所|事務局|本部|支店|支社|営業所|銀行|大学|学校|学園|病院|役所|役場"
    r"|協議会|クリニック|図書館|公民館|食堂|新聞|窓口|広報|の会$|\b(?:office|support|library|bank|team|desk|school|club|council|press)\b",
    re.IGNORECASE,
)
_DEPARTMENT: Final = re.compile(r"..[部課係室局科班店省庁市区町村県府都]$|社$|第[一二三四五六七八九十0-9]+$")
_POST: Final = re.compile(
    r"(?:学校長|代表|取締役|社長|会長|副?部長|次長|副?課長|係長|主任|主事|[室局所店館園校院市町村]長|副?理事長?|事務長|知事|准?教授|講師|先生)+$"
)
_SCRIPTS: Final = tuple(map(re.compile, ("[\u3400-\u9fff々]", "[\u3041-\u30ff]", "[a-zà-ɏ]", "[\uac00-\ud7a3]")))
_LATIN: Final = re.compile(r"[\x00-\x7fà-ɏ]+")
_BREAKS: Final = re.compile(r"[\s,.;:()\[\]【】「」<>\"'’/|_-]+")
_VARIANTS: Final = str.maketrans(
    "".join(map(chr, range(0x30A1, 0x30F7))) + "髙﨑濵濱邊邉齋齊斉澤廣櫻國嶋嶌德惠眞𠮷冨龍瀧黑彌藏曾榮與條渕",
    "".join(map(chr, range(0x3041, 0x3097))) + "高崎浜浜辺辺斎斎斎沢広桜国島島徳恵真吉富竜滝黒弥蔵曽栄与条淵",
)
_MIN_ROMAN: Final = 3
_MIN_NAME: Final = 2
"""A single letter is an initial, which may be anybody's."""

# Ohno and Oono, Satoh, Nambu and Nanbu, Tuda and Tsuda, Mueller: one name in several spellings of Latin letters.
_SPELLINGS: Final = tuple(
    (re.compile(pattern), one)
    for pattern, one in (
        (r"([aou])e", r"\1"),
        (r"o[ouh](?![aeiou])", "o"),
        (r"uu", "u"),
        (r"m(?=[bp])", "n"),
        (r"t(?=u)", "ts"),
        (r"s(?=i)", "sh"),
        (r"(?<![a-z])h(?=u)", "f"),
    )
)


def greeted_name(body: str) -> str | None:
    """Return the person whom a Japanese or English mail greets, such as `山田` or `Smith`.

    `None` where nobody is greeted, or everybody (`各位`, `皆様`, `ご担当者様`, `Dear all`); only the sender's own text
    is read, never a quoted mail below it.
    """
    for line in _first_lines(body):
        if _TO_EVERYBODY.match(line):
            return None
        japanese = _JAPANESE.match(line)
        if japanese and not (japanese["post"] and _DEPARTMENT.search(japanese["before"])):
            return _japanese_name(japanese["before"])
        if english := _ENGLISH.match(line) or _ROMANIZED.match(line):
            return _english_name(english["name"])
    return None


def mismatch(body: str, recipients: Sequence[tuple[str | None, Address]]) -> str | None:
    """Return the greeted name where it fits none of the recipients, else `None`.

    `recipients` are display names with their addresses. A name in another script (`山田` and `Taro Yamada`), that of an
    organization (`総務課`) and none at all can't be compared: one of them may be the greeted person, so there is no
    finding. A Latin name also fits a local part.
    """
    greeted = greeted_name(body)
    if greeted is None:
        return None
    wanted = _words(greeted)
    names = [_words(_person(name or "")) for name, _ in recipients]
    if not names or not all(_scripts(name) & _scripts(wanted) and not _fits(wanted, name) for name in names):
        return None
    return None if any(_fits_local(wanted, address) for _, address in recipients) else greeted


def _person(shown: str) -> str:
    """Return a display name that may be a person's, empty for an address or an organization's."""
    name = fold(shown)
    return "" if "@" in name or _ORGANIZATION.search(name) or _DEPARTMENT.search(name) else name


def _first_lines(body: str) -> list[str]:
    lines: list[str] = []
    for raw in body[:MAX_CHARACTERS].splitlines():
        line = fold(raw)
        if _QUOTED_MAIL.match(line) or len(lines) == MAX_LINES:
            break
        if line:
            lines.append(line)
    return lines


def _japanese_name(before: str) -> str | None:
    """Take the person out of `株式会社A 営業部 部長 山田 太郎`: what stands behind the last organization or post."""
    *front, last = (_POST.sub("", word) for word in before.split())
    words: list[str] = []
    for word in front:
        words = [] if not word or _ORGANIZATION.search(word) or _DEPARTMENT.search(word) else [*words, word]
    name = " ".join([*words[-1:], last])
    return None if not last or _EVERYBODY.search(last) or _ORGANIZATION.search(last) else name


def _english_name(name: str) -> str | None:
    bare = _HONORIFIC.sub("", name.strip()).rstrip(".")
    return None if len(bare) < _MIN_NAME or _NOBODY.search(bare) or _ORGANIZATION.search(bare) else bare


def _words(name: str) -> list[str]:
    return [_spelt(word) for word in _BREAKS.split(fold_case(name).translate(_VARIANTS)) if word]


def _spelt(word: str) -> str:
    """Return a Latin name without accents and in one of its spellings; any other one as it is."""
    bare = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode() if _LATIN.fullmatch(word) else ""
    for spelling, one in _SPELLINGS if bare else ():
        bare = spelling.sub(one, bare)
    return bare or word


def _scripts(words: list[str]) -> set[int]:
    return {number for number, script in enumerate(_SCRIPTS) if script.search("".join(words))}


def _fits(wanted: list[str], name: list[str]) -> bool:
    """Latin names share a word; names without blanks (`山田太郎`) hold the other's family or given name."""
    if set(wanted) & set(name):
        return True
    whole, named = "".join(wanted), "".join(name)
    if whole.isascii():
        return whole == named
    return whole in named or any(word in whole for word in name if not word.isascii())


def _fits_local(wanted: list[str], address: Address) -> bool:
    local = _spelt(fold_case(address.local))
    return any(word in local for word in wanted if len(word) >= _MIN_ROMAN and word.isascii())
