"""Domains that look like one of ours, a partner's or a frequent provider's without being it."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Final

from msgspec import Struct

from atesaki.judgement.address import CACHE_SIZE
from atesaki.judgement.organization import is_public_suffix, is_within, registrable_domain
from atesaki.judgement.providers import FREQUENT_PROVIDERS, REAL_DOMAINS

__all__ = ["FREQUENT_PROVIDERS", "look_alike_of", "other_ending_of"]

MIN_LABEL: Final = 5
"""Shortest registrable label in which one edit counts: shorter names are one edit from too many honest ones."""

# What confusables.txt (Unicode TR39) says, marks and capitals apart, of 0, 1, kana and the letters of Latin, Greek,
# Cyrillic and Armenian that domains may hold; п, ц, ω and 5 are added.
_LOOKS_LIKE: Final = {
    "a": "ɑαа", "b": "ƅβбвьѣҍꞵ", "c": "сҫ", "d": "ðԁ", "e": "εеҽҿꬲ", "f": "ϝքẝꬵ", "g": "ƍɡԍց", "h": "нћһңӈӊհꚕ",
    "i": "ıɩιіᵻᵼꙇ", "j": "ϳј", "k": "κкқҟ", "l": "1ǀӏ", "m": "μϻмӎꭑ", "n": "ηпոռ", "o": "0ɵθοσоѳөօᴑꬽꬾ", "p": "ρр",
    "q": "ԛգզ", "r": "гғᴦꭇꭈ", "s": "5ƽѕտ", "t": "τтҭ", "u": "ʉʋυцսᵾꞟ", "v": "νѵ", "w": "ɯωѡѽԝաꝡ", "x": "χхҳꭓ",
    "y": "ɣγуүұᶌ", "z": "ζ",
    "一": "ー", "口": "ロ", "力": "カ", "二": "ニ", "工": "エ", "夕": "タ", "卜": "ト", "八": "ハ", "へ": "ヘ",
}  # fmt: skip
_PROTOTYPES: Final = str.maketrans({alike: letter for letter, group in _LOOKS_LIKE.items() for alike in group})
_ALTERED_LATIN: Final = re.compile(r"LATIN (?:SMALL LETTER|LETTER SMALL CAPITAL) ([A-Z])(?: WITH .*)?")
_JOINED_PAIRS: Final = (("rn", "m"), ("vv", "w"), ("cl", "d"))
_BAIT: Final = re.compile(r"accounts?|com?|jp|login|net?|secur(?:e|ity)|sign-?in|support|update|verify|web(?:mail)?")
_ENDING_TYPED_IN_JAPAN: Final = re.compile(r"com|jp|(?:co|ne|or|ac|ed|go|gr|lg)\.jp|net|org|co|ne|or|cm|(?:co|ne)\.com")
_NAME_AND_ENDING: Final = re.compile(r"((?:(?:city|metro|pref|town|vill)\.)?[^.]+)\.(.+)")
_NUMBERING = re.compile(r"(?:-?[0-9]+|-[a-z])$")
_COUNTRY_CODE = re.compile(r"[a-z]{2}")


class _Known(Struct, frozen=True):
    """One domain to compare with: `shown` is the declared one, `head` and `suffix` are split at the public suffix."""

    shown: str
    domain: str
    head: str
    label: str
    suffix: str


class _Index(Struct, frozen=True):
    """The known domains, keyed by everything that a resembling domain has in common with them."""

    registrable: frozenset[str]
    by_domain: dict[str, _Known]
    by_skeleton: dict[str, _Known]
    by_deletion: dict[str, tuple[_Known, ...]]
    by_label: dict[str, _Known]
    by_joined: dict[str, _Known]


@lru_cache(CACHE_SIZE)
def look_alike_of(domain: str, known: frozenset[str]) -> str | None:
    """Return the known domain that `domain` resembles, or `None`; all domains in lower-case A-labels.

    Resembling is: the same to the eye (Unicode TR39), one edit or swap of neighbours away, a slip in the ending
    (`.con`, `.cp.jp`, a missing dot), a provider's name under another ending, or the known name with something added.
    A known domain, its relatives under one registrable domain and the real domains of `providers.txt` resemble nothing.
    """
    index = _index(known)
    own = registrable_domain(domain)
    if not domain or domain[0] == "[" or own in index.registrable or is_within(domain, REAL_DOMAINS):
        return None
    found = next(_candidates(domain, own, index), None)
    return found.shown if found else None


@lru_cache(CACHE_SIZE)
def other_ending_of(domain: str, ours: frozenset[str], partners: frozenset[str]) -> str | None:
    """Return the domain of ours or a partner's of which `domain` has the name under another ending that people type.

    All domains in lower-case A-labels. Both may well be real: `tanaka-shoji.com` is often somebody else's than
    `tanaka-shoji.co.jp`, and as often the same company's. A partner's name counts from five letters on, since `abc.com`
    and `abc.co.jp` are mostly strangers; to our own name, however short, nobody else's is as near.
    """
    declared = ours | partners
    own = registrable_domain(domain)
    if not domain or is_within(domain, declared | REAL_DOMAINS) or own in _index(declared).registrable:
        return None
    return _names(ours, partners).get(_typed_name(domain, own))


@lru_cache(256)
def _names(ours: frozenset[str], partners: frozenset[str]) -> dict[str, str]:
    """Return the declared domains by the names of their organizations."""
    names: dict[str, str] = {}
    for domain in (*sorted(ours), *sorted(partners)):
        # A whole suffix (`lg.jp`) or a provider that was declared is nobody's name.
        if is_public_suffix(domain) or is_within(domain, REAL_DOMAINS):
            continue
        own = registrable_domain(domain)
        name = _typed_name(domain, own) or own.partition(".")[0]
        if domain in ours or len(name) >= MIN_LABEL:
            names.setdefault(name, domain)
    return names


def _typed_name(domain: str, own: str) -> str:
    """Return what stands before an ending that people type, empty for any other ending.

    The longest name decides: `city.midori.jp` is no other ending of a school's `midori.ed.jp`.
    """
    split = (_NAME_AND_ENDING.fullmatch(form) for form in _forms(domain, own))
    return next((found[1] for found in split if found and _ENDING_TYPED_IN_JAPAN.fullmatch(found[2])), "")


def _candidates(domain: str, own: str, index: _Index) -> Iterator[_Known]:
    for form in _forms(domain, own):
        if alike := index.by_skeleton.get(_skeleton(form)):
            yield alike
        yield from _one_edit_away(form, index)
        yield from _under_another_ending(form, index)
    yield from _with_something_added(domain, own, index)


def _one_edit_away(form: str, index: _Index) -> Iterator[_Known]:
    for key in (form, *_deletions(form)):
        for known in index.by_deletion.get(key, ()):
            if _is_one_edit(form, known.domain) and _is_slip(form, known):
                yield known


def _is_slip(form: str, known: _Known) -> bool:
    """Whether the one edit is a slip rather than another honest name."""
    long_enough = len(known.label) >= MIN_LABEL
    if form.endswith(f".{known.suffix}"):
        head = form.removesuffix(f".{known.suffix}")
        return long_enough and _NUMBERING.sub("", head) != _NUMBERING.sub("", known.head)
    if form.startswith(f"{known.head}."):
        return not _is_other_country(form.removeprefix(f"{known.head}."), known.suffix)
    return long_enough or "." not in form


def _is_other_country(suffix: str, known_suffix: str) -> bool:
    """One company in two countries is honest; Japan is apart, because `.jo` is a slip of the finger here."""
    both = _COUNTRY_CODE.fullmatch(suffix) and _COUNTRY_CODE.fullmatch(known_suffix)
    return bool(both) and "jp" not in {suffix, known_suffix}


def _under_another_ending(form: str, index: _Index) -> Iterator[_Known]:
    label, _, ending = form.partition(".")
    known = index.by_label.get(label)
    if known and known.shown in FREQUENT_PROVIDERS and _ENDING_TYPED_IN_JAPAN.fullmatch(ending):
        yield known


def _with_something_added(domain: str, own: str, index: _Index) -> Iterator[_Known]:
    labels = domain.split(".")
    inner = (".".join(labels[start:end]) for end in range(2, len(labels)) for start in range(end - 1))
    yield from (known for part in inner if (known := index.by_domain.get(part)))
    label = own.partition(".")[0]
    if known := index.by_joined.get(label.replace("-", "")):
        yield known
    words = label.split("-")
    rest = "-".join(word for word in words if not _BAIT.fullmatch(word))
    if rest != label and (known := index.by_label.get(rest)):
        yield known


@lru_cache(256)
def _index(known: frozenset[str]) -> _Index:
    entries = [entry for domain in sorted(known) for entry in _entries(domain)]
    by_deletion: dict[str, tuple[_Known, ...]] = {}
    for entry in entries:
        for key in (entry.domain, *_deletions(entry.domain)):
            by_deletion[key] = (*by_deletion.get(key, ()), entry)
    long = [entry for entry in entries if len(entry.label) >= MIN_LABEL]
    return _Index(
        registrable=frozenset(registrable_domain(domain) for domain in known),
        by_domain=_first_by(entries, (entry.domain for entry in entries)),
        by_skeleton=_first_by(entries, (_skeleton(entry.domain) for entry in entries)),
        by_deletion=by_deletion,
        by_label=_first_by(long, (entry.label for entry in long)),
        by_joined=_first_by(long, (re.sub(r"[.-]", "", entry.domain) for entry in long)),
    )


def _first_by(entries: list[_Known], keys: Iterable[str]) -> dict[str, _Known]:
    table: dict[str, _Known] = {}
    for key, entry in zip(keys, entries, strict=True):
        table.setdefault(key, entry)
    return table


def _entries(shown: str) -> Iterator[_Known]:
    registrable = registrable_domain(shown)
    label, _, suffix = registrable.partition(".")
    for domain in dict.fromkeys((shown, registrable)):
        yield _Known(shown, domain, domain.removesuffix(f".{suffix}"), label, suffix)


def _forms(domain: str, own: str) -> Iterator[str]:
    """Yield the domain and what remains of it without sub-domains, down to the registrable domain."""
    while len(domain) >= len(own):
        yield domain
        domain = domain.partition(".")[2]


def _deletions(text: str) -> set[str]:
    return {text[:place] + text[place + 1 :] for place in range(len(text))}


def _is_one_edit(one: str, other: str) -> bool:
    """Whether one insertion, deletion, replacement or swap of neighbours lies between the two (OSA distance 1)."""
    start = 0
    while one[start : start + 1] == other[start : start + 1] != "":
        start += 1
    one, other = one[start:], other[start:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return len(one) <= 1 >= len(other) or (len(one) == 2 and one == other[::-1])  # noqa: PLR2004 - two neighbours


def _skeleton(domain: str) -> str:
    """Return the domain as the eye sees it: U-labels, without marks, confusable letters replaced (Unicode TR39 §4)."""
    shown = ".".join(shown_label(label) for label in domain.split("."))
    bare = "".join(char for char in unicodedata.normalize("NFKD", shown) if not unicodedata.combining(char))
    letters = "".join(map(_unaltered, bare.translate(_PROTOTYPES)))
    for pair, letter in _JOINED_PAIRS:
        letters = letters.replace(pair, letter)
    return letters


def _unaltered(char: str) -> str:
    """Return a Latin letter without the stroke, hook or tail that is a part of it; also a small capital's letter."""
    found = None if char.isascii() else _ALTERED_LATIN.fullmatch(unicodedata.name(char, ""))
    return found[1].lower() if found else char


def shown_label(label: str) -> str:
    """Return a label of a readable domain in its own letters (RFC 3492)."""
    try:
        # The label was checked when the address was read; `idna.ulabel` would check it again, in twice the time.
        return label.removeprefix("xn--").encode().decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label
