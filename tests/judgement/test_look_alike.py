"""Domains that look like a known one are found, and honest neighbours are left alone."""

import json
import re
from importlib.resources import files
from string import ascii_lowercase
from unicodedata import combining, name, normalize

import idna
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atesaki.judgement.address import ascii_domain
from atesaki.judgement.look_alike import FREQUENT_PROVIDERS, look_alike_of, other_ending_of
from atesaki.judgement.providers import REAL_DOMAINS

KNOWN = FREQUENT_PROVIDERS | {
    "hall-kyoto.jp",
    "example.co.jp",
    "city.osaka.lg.jp",
    "partner.example",
    "company-a.example",
    "siemens.de",
    "abc.jp",
    "hall.example",
    "xn--wgv71a119e.jp",
}


@pytest.mark.parametrize(
    ("domain", "resembled"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("gnail.com", "gmail.com"),
        ("gmall.com", "gmail.com"),
        ("gmai1.com", "gmail.com"),
        ("gmail.con", "gmail.com"),
        ("gmail.cm", "gmail.com"),
        ("gmail.co", "gmail.com"),
        ("gmail.cmo", "gmail.com"),
        ("gmail.co.jp", "gmail.com"),
        ("docomo.co.jp", "docomo.ne.jp"),
        ("yahoo.jp", "yahoo.co.jp"),
        ("gmail.ne.jp", "gmail.com"),
        ("gmailcom", "gmail.com"),
        ("mail.gmial.com", "gmail.com"),
        ("gmail.com.evil.net", "gmail.com"),
        ("gmail-com.net", "gmail.com"),
        ("gmail-support.com", "gmail.com"),
        ("hotmial.com", "hotmail.com"),
        ("outlok.com", "outlook.com"),
        ("iclould.com", "icloud.com"),
        ("yaho.co.jp", "yahoo.co.jp"),
        ("yhaoo.co.jp", "yahoo.co.jp"),
        ("yahoo.cp.jp", "yahoo.co.jp"),
        ("yahoo.co.jo", "yahoo.co.jp"),
        ("yahoo.cojp", "yahoo.co.jp"),
        ("yahoo.co.jpp", "yahoo.co.jp"),
        ("docmo.ne.jp", "docomo.ne.jp"),
        ("docomo.ne.jo", "docomo.ne.jp"),
        ("docomo.nejp", "docomo.ne.jp"),
        ("docomo.ne", "docomo.ne.jp"),
        ("plala.or", "plala.or.jp"),
        ("docomo.ne.com", "docomo.ne.jp"),
        ("ezwed.ne.jp", "ezweb.ne.jp"),
        ("softbank-ne.jp", "softbank.ne.jp"),
        ("i.sofbank.jp", "i.softbank.jp"),
        ("au.con", "au.com"),
        ("examp1e.co.jp", "example.co.jp"),
        ("exarnple.co.jp", "example.co.jp"),
        ("clocomo.ne.jp", "docomo.ne.jp"),
        ("ezvveb.ne.jp", "ezweb.ne.jp"),
        ("еxample.co.jp", "example.co.jp"),
        ("exämple.co.jp", "example.co.jp"),
        ("example.cp.jp", "example.co.jp"),
        ("exampleco.jp", "example.co.jp"),
        ("example-co-jp.com", "example.co.jp"),
        ("example-login.com", "example.co.jp"),
        ("example.co.jp.attacker.net", "example.co.jp"),
        ("hallkyoto.jp", "hall-kyoto.jp"),
        ("hall-kioto.jp", "hall-kyoto.jp"),
        ("city.osaki.lg.jp", "city.osaka.lg.jp"),
        ("partnar.example", "partner.example"),
        ("abc.jo", "abc.jp"),
        ("exaмple.cо.jp", "example.co.jp"),
        ("doᴄomo.ne.jp", "docomo.ne.jp"),
        ("ħall-ƙyoŧo.jp", "hall-kyoto.jp"),
        ("日夲語.jp", None),
        ("日本語.jo", "xn--wgv71a119e.jp"),
    ],
)
def test_real_slips_and_tricks_are_found(domain: str, resembled: str | None) -> None:
    """Slips of the finger, slips in the ending, confusable letters and additions point at the domain they resemble."""
    assert look_alike_of(ascii_domain(domain), KNOWN) == resembled


UNICODE = json.loads(files("confusable_homoglyphs").joinpath("confusables.json").read_text())
ALIKE: dict[str, set[str]] = {char: {each["c"] for each in alike} for char, alike in UNICODE.items()}
"""For each character of confusables.txt those that look like it."""

OUR_OWN = {"п": {"n"}, "ц": {"u"}, "ω": {"w"}, "5": {"s"}}
SCRIPTS = re.compile(r"(LATIN|GREEK|CYRILLIC|ARMENIAN) |DIGIT (ZERO|ONE)$")


def is_in_domains(char: str) -> bool:
    """Whether the label of a domain may hold a character (IDNA 2008)."""
    try:
        idna.check_label(f"q{char}q")
    except idna.IDNAError:
        return False
    return True


def letters_like(char: str) -> set[str]:
    """Return the letters from a to z that Unicode says a character looks like, marks and capitals apart."""
    alike = {each for form in {char, char.upper()} for each in ALIKE.get(form, ())}
    bare = {"".join(part for part in normalize("NFKD", each) if not combining(part)).lower() for each in alike}
    return bare & set(ascii_lowercase)


def is_taken_for(char: str, letter: str) -> bool:
    """Whether a domain resembles another that has a letter in the place of a character, and in nothing but the look."""
    domain, known = (ascii_domain(f"q{each}q.example") for each in (char, letter))
    return look_alike_of(domain, frozenset({known})) == known


def test_every_letter_is_taken_for_what_unicode_says_it_looks_like() -> None:
    """Of these scripts none that a domain may hold is left out, and a few of our own are added."""
    letters = {char.lower() for char in ALIKE if len(char) == 1 and SCRIPTS.match(name(char, ""))}
    held = filter(is_in_domains, letters - set(ascii_lowercase))
    alike = {char: letters_like(char) for char in held} | OUR_OWN
    assert sum(map(bool, alike.values())) > 190
    assert [char for char, like in alike.items() if like and not any(is_taken_for(char, each) for each in like)] == []


def test_kana_are_taken_for_the_kanji_and_kana_that_unicode_says_they_look_like() -> None:
    """Nobody sees whether ロ or 口, ヘ or へ stands in a name; only the radical 亻 stands in none."""
    kana = [char for char in map(chr, range(ord("ァ"), ord("ヿ"))) if is_in_domains(char)]
    alike = {(char, other) for char in kana for other in ALIKE.get(char, ()) if is_in_domains(other)}
    pairs = alike - {("イ", "亻"), ("ー", "ꟷ")}
    assert len(pairs) == 9
    assert [(char, other) for char, other in pairs if not is_taken_for(char, other)] == []


@pytest.mark.parametrize(
    "domain",
    [
        *(
            "gmail.com",
            "ymail.com",
            "mail.com",
            "email.com",
            "cloud.com",
            "yahoo.com",
            "yahoo.co.uk",
            "hotmail.fr",
            "gailm.com",
            "live.jp",
        ),
        *("nttdocomo.com", "docomo.ne.jp", "softbank.co.jp", "au.com", "me.com", "mac.com", "rakuten.co.jp"),
        *("example.co.jp", "sub.example.co.jp", "osaka.lg.jp", "pref.osaka.lg.jp", "hall.example", "hale.example"),
        *(
            "partner1.example",
            "partner-2.example",
            "company-b.example",
            "shop.example",
            "siemens.be",
            "abd.jp",
            "abc.com",
        ),
        *(
            "example.com",
            "toyota.co.jp",
            "sony.com",
            "kyoto-u.ac.jp",
            "city.kyoto.lg.jp",
            "mhlw.go.jp",
            "xn--r8jz45g.jp",
        ),
        *("ac.jp", "jp", "[192.0.2.1]", "xn--a.jp", ""),
    ],
)
def test_honest_neighbours_resemble_nothing(domain: str) -> None:
    """Known and real domains, relatives, short names, numbered sisters and other countries are innocent."""
    assert look_alike_of(domain, KNOWN) is None


def test_no_real_provider_resembles_another() -> None:
    """All domains of the provider file are real, whatever else is known."""
    assert {domain for domain in REAL_DOMAINS if look_alike_of(domain, KNOWN)} == set()


def test_without_known_domains_nothing_resembles() -> None:
    """There is nothing to resemble."""
    assert look_alike_of("gmial.com", frozenset()) is None


SLIPPED = st.sampled_from(["example.co.jp", "gmail.com", "docomo.ne.jp", "partner.example", "hall-kyoto.jp"])


@given(SLIPPED, st.integers(1, 4))
def test_every_swap_of_neighbours_in_a_name_is_found(domain: str, place: int) -> None:
    """Two letters that changed places are the commonest slip."""
    swapped = domain[: place - 1] + domain[place] + domain[place - 1] + domain[place + 1 :]
    assert look_alike_of(swapped, KNOWN) == (None if swapped == domain else domain)


@given(st.from_regex(r"[a-z0-9-]{1,12}(\.[a-z]{2,3}){0,2}", fullmatch=True))
def test_a_sub_domain_of_a_known_domain_never_resembles(prefix: str) -> None:
    """What belongs to a known domain is known."""
    assert look_alike_of(f"{prefix}.example.co.jp", KNOWN) is None


OURS = frozenset(
    {"tanaka-shoji.co.jp", "city.midori.lg.jp", "dept.city.kita.lg.jp", "abc.or.jp", "minato.ed.jp", "x.kai.org"}
)
PARTNERS = frozenset({"builder.co.jp", "five5.jp", "four.co.jp", "tokyo.jp", "yahoo.co.jp", "city.minami.jp"})


@pytest.mark.parametrize(
    ("domain", "meant"),
    [
        *((f"tanaka-shoji.{end}", "tanaka-shoji.co.jp") for end in ("com", "jp", "co", "ne.jp", "or.jp", "net", "org")),
        ("mail.tanaka-shoji.com", "tanaka-shoji.co.jp"),
        ("city.midori.jp", "city.midori.lg.jp"),
        ("tax.city.midori.co.jp", "city.midori.lg.jp"),
        ("city.kita.jp", "dept.city.kita.lg.jp"),
        ("abc.com", "abc.or.jp"),
        ("minato.jp", "minato.ed.jp"),
        ("kai.or.jp", "x.kai.org"),
        ("builder.com", "builder.co.jp"),
        ("five5.com", "five5.jp"),
        ("city.minami.lg.jp", "city.minami.jp"),
    ],
)
def test_our_name_and_a_partners_are_found_under_other_endings(domain: str, meant: str) -> None:
    """Whoever types .com or .jp from habit meant the organization of that name; of a city, the name has two labels."""
    assert other_ending_of(domain, OURS, PARTNERS) == meant


@pytest.mark.parametrize(
    "domain",
    [
        *("tanaka-shoji.co.jp", "x.tanaka-shoji.co.jp", "other.kai.org", "tanaka-shoji.example", "tanaka-shoji.com.cn"),
        *("shoji.com", "tanaka-shoji.com.evil.net", "tanaka-shoji.blog.com", "tanaka.jp"),
        *("midori.jp", "midori.ed.jp", "pref.midori.lg.jp", "town.midori.jp", "kita.jp"),
        *("city.minato.lg.jp", "city.minato.jp", "pref.minato.jp"),
        *("four.com", "tokyo.com", "yahoo.jp", "yahoo.ne.jp", "sub.city.minami.jp"),
        *("city.jp", "jp", "com", "localhost", "[192.0.2.1]", ""),
    ],
)
def test_who_has_another_name_is_not_taken_for_us(domain: str) -> None:
    """Relatives, other countries, namesakes of a place, short partners, suffixes and providers are left alone."""
    assert other_ending_of(domain, OURS, PARTNERS) is None


def test_no_real_provider_is_another_ending_of_somebody() -> None:
    """Whoever has a provider's name, too, may write to its customers: yahoo.com, yahoo.co.jp and nifty.com are real."""
    namesakes = frozenset(f"{domain.partition('.')[0]}.gr.jp" for domain in REAL_DOMAINS)
    assert {domain for domain in REAL_DOMAINS if other_ending_of(domain, namesakes, frozenset())} == set()
