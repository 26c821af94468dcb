"""Addresses are read into one comparable form, whatever people typed, and never raise."""

import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from atesaki.judgement.address import MAX_READABLE_LENGTH, ascii_domain, fold_case, mailbox_key, parse_address

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=200)
ADDRESS_LIKE = st.text("aAbß㈱ｶ@@..+-_\"'<>()[]\\ :;,\u200b\u200d\ud800\u3000＠。日jpx1n", max_size=40)
LOCAL = st.from_regex(r"[a-z0-9][a-z0-9._+-]{0,20}", fullmatch=True)
DOMAIN = st.from_regex(r"([a-z][a-z0-9]{0,8}\.){1,2}(jp|com|example)", fullmatch=True)


def full_width(text: str) -> str:
    """Return the text as a Japanese input method may have left it."""
    return "".join(chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char for char in text)


@pytest.mark.parametrize(
    ("text", "spec", "name"),
    [
        ("a@x.jp", "a@x.jp", ""),
        ("山田 太郎 <a@x.jp>", "a@x.jp", "山田 太郎"),
        ('"C, D" <c@z.org>', "c@z.org", "C, D"),
        ('"a \\"b\\" <c>" <c@d.jp>', "c@d.jp", 'a "b" <c>'),
        ("<開発>山田 <a@x.jp>", "a@x.jp", "<開発>山田"),
        ('"forgotten <a@x.jp>', "a@x.jp", '"forgotten'),
        ("a@x.jp (Taro Yamada)", "a@x.jp", "Taro Yamada"),
        ("a (one (two)) @x.jp (Taro)", "a@x.jp", "Taro"),
        ('"john doe"@x.jp', '"john doe"@x.jp', ""),
        ('"john"@x.jp', "john@x.jp", ""),
        ('"a@b"@x.jp', '"a@b"@x.jp', ""),
        ("mailto:a@x.jp", "a@x.jp", ""),
        ("SMTP:a@x.jp", "a@x.jp", ""),
        ("'a@x.jp'", "a@x.jp", ""),
        ("'a'@x.jp", "'a'@x.jp", ""),
        ("<'a'@x.jp>", "'a'@x.jp", ""),
        ("ｔａｒｏ＠ｘ．ｊｐ", "taro@x.jp", ""),
        ("a@x。jp", "a@x.jp", ""),
        ("a@x.jp..", "a@x.jp", ""),
        ("A@X.JP", "A@x.jp", ""),
        ("\u202aa@x.jp\u202c", "a@x.jp", ""),
        ("a@exa\u200bmple\u200d.com", "a@example.com", ""),
        ("\ufeffa@x.jp\u3000", "a@x.jp", ""),
        ("a@日本語.jp", "a@xn--wgv71a119e.jp", ""),
        ("a@XN--WGV71A119E.jp", "a@xn--wgv71a119e.jp", ""),
        ("a@straße.de", "a@xn--strae-oqa.de", ""),
        ("用户@例え.jp", "用户@xn--r8jz45g.jp", ""),
        ("a..b.@docomo.ne.jp", "a..b.@docomo.ne.jp", ""),
        ("a@[192.0.2.1]", "a@[192.0.2.1]", ""),
        ("a@[IPv6:2001:DB8:0::1]", "a@[ipv6:2001:db8::1]", ""),
    ],
)
def test_a_mailbox_is_read_whatever_its_spelling(text: str, spec: str, name: str) -> None:
    """Display name, local part and domain come out of every form that RFC 5322, 6531 and real paste give."""
    address = parse_address(text)
    assert address.readable
    assert (address.spec, address.display_name) == (spec, name)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "taro",
        "taro@",
        "@x.jp",
        "taro@example",
        "taro@gmail.c",
        "taro@x..jp",
        "taro@-x.jp",
        "taro@my_host.jp",
        "taro@192.0.2.1",
        "taro@[192.0.2.999]",
        "taro@[x]",
        "taro@☃.jp",
        "taro@xn--a.jp",
        "taro@\u0300x.jp",
        "taro@b@c.jp",
        "ta ro@x.jp",
        '""@x.jp',
        "\ud800@x.jp",
        "taro@\ud800.jp",
        "/O=EXCHANGELABS/OU=EXCHANGE ADMINISTRATIVE GROUP/CN=RECIPIENTS/CN=TARO",
        "Yamada <EX:/o=a/cn=b>",
        "Team: a@x.jp, b@y.jp;",
        f"a@{'x' * 64}.jp",
        f"a@{'x.' * 130}jp",
        "山" * MAX_READABLE_LENGTH + "@x.jp",
    ],
)
def test_what_cannot_be_mailed_is_unreadable(text: str) -> None:
    """Half-typed names, Exchange DNs and broken domains come back unreadable, with a key of their own."""
    address = parse_address(text)
    assert not address.readable
    assert address.spec == text
    assert mailbox_key(text).startswith("?")


def test_a_domain_without_a_dot_is_kept_for_the_look_alike_check() -> None:
    """`gmailcom` can't be mailed, yet its domain is there to be compared."""
    assert parse_address("taro@gmailcom").domain == "gmailcom"


def test_a_name_given_apart_is_the_display_name() -> None:
    """A client that gives the name in its own field needs no RFC 5322 text."""
    assert parse_address("a@x.jp", "山田").display_name == "山田"
    assert parse_address('"own" <a@x.jp>', "山田").display_name == "山田"
    assert parse_address('"own" <a@x.jp>').display_name == "own"


@pytest.mark.parametrize(
    "text",
    [
        '"ceo@corp.example" <x@evil.example>',
        "ceo@corp.example <x@evil.example>",
        '"CEO (ceo＠corp.example)" <x@evil.example>',
        '"x@evil.example ceo@corp.example" <x@evil.example>',
    ],
)
def test_a_display_name_with_another_address_decides_nothing(text: str) -> None:
    """The mailbox that gets the mail is judged, never the one that the name pretends to be."""
    address = parse_address(text)
    assert (address.spec, address.key) == ("x@evil.example", "x@evil.example")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Taro.Yamada+news@GoogleMail.com", "taroyamada@gmail.com"),
        ("Taro.Yamada+news@Example.com", "taro.yamada@example.com"),
        ("+news@example.com", "+news@example.com"),
        ("...@gmail.com", "...@gmail.com"),
        ('"A B"@x.jp', '"a b"@x.jp'),
        ("Straße@x.jp", "strasse@x.jp"),
        ("  Yamada   Taro ", "?yamada taro"),
    ],
)
def test_the_mailbox_key_is_the_strongest_identity(text: str, key: str) -> None:
    """Tags, Gmail's dots and case don't make another person."""
    assert mailbox_key(text) == key
    assert parse_address(text).key == key


def test_tags_and_dots_can_be_kept() -> None:
    """Both foldings are options; googlemail.com is gmail.com in any case."""
    text = "T.Y+n@googlemail.com"
    assert mailbox_key(text, plus_tags=False) == "ty+n@gmail.com"
    assert mailbox_key(text, gmail_dots=False) == "t.y@gmail.com"
    assert mailbox_key(text, plus_tags=False, gmail_dots=False) == "t.y+n@gmail.com"
    assert mailbox_key("taro", plus_tags=False) == "?taro"


@given(st.one_of(ANY_TEXT, ADDRESS_LIKE))
@example("a@" + "\u0345" * 3 + ".jp")
def test_no_text_raises(text: str) -> None:
    """Whatever a client sends, reading it ends in a value."""
    address = parse_address(text)
    assert address.text == text
    assert address.key
    assert address.spec is not None


@given(st.one_of(ANY_TEXT, ADDRESS_LIKE, st.builds("{}@{}".format, ANY_TEXT, DOMAIN)))
def test_normalisation_is_idempotent(text: str) -> None:
    """What was normalised once stays as it is."""
    assert fold_case(fold_case(text)) == fold_case(text)
    address = parse_address(text)
    again = parse_address(address.spec)
    assert (again.local, again.domain, again.key) == (address.local, address.domain, address.key)
    if address.readable:
        assert mailbox_key(address.key) == address.key
        assert ascii_domain(address.domain) == address.domain


@given(LOCAL, DOMAIN, st.sampled_from(["", ".", "。"]))
def test_the_key_ignores_case_width_and_trailing_dots(local: str, domain: str, ending: str) -> None:
    """Every spelling of one mailbox has one key."""
    key = mailbox_key(f"{local}@{domain}")
    assert mailbox_key(f"{local}@{domain.upper()}{ending}") == key
    assert mailbox_key(full_width(f"{local}@{domain}") + ending) == key
    assert mailbox_key(f"山田 <{local}@{domain}{ending}>") == key


@given(LOCAL, DOMAIN)
def test_the_fast_path_agrees_with_the_full_reading(local: str, domain: str) -> None:
    """A plain address reads the same with angle brackets around it."""
    plain, bracketed = parse_address(f"{local}@{domain}"), parse_address(f"<{local}@{domain}>")
    assert (plain.local, plain.domain, plain.key) == (bracketed.local, bracketed.domain, bracketed.key)


@pytest.mark.parametrize("unit", ['"', "<", "(", '<"', "(\\", "a@", '"a" ', "<a", "@", "a.", "xn--"])
def test_hostile_repeats_stay_cheap(unit: str) -> None:
    """No text makes the reader backtrack without bound: it ends before the test's own time limit."""
    text = unit * (10_000 // len(unit))
    assert not parse_address(text).readable
    assert not parse_address(text[:MAX_READABLE_LENGTH]).readable


def test_no_format_character_of_unicode_hides_in_a_name() -> None:
    """Every format character (Cf) is dropped before names are compared, save the two joiners that some scripts need."""
    formats = {chr(code) for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)) == "Cf"}
    assert {char for char in formats if mailbox_key(f"ta{char}ro") != "?taro"} == {"\u200c", "\u200d"}
    assert all(mailbox_key(f"ta{char}ro@x.jp") == "taro@x.jp" for char in formats)


@pytest.mark.parametrize(
    "code",
    [0xAD, 0x034F, 0x115F, 0x1160, 0x180B, 0x180F, 0x200B, 0x3164, 0xFE00, 0xFE0F, 0xFEFF, 0xFFA0, 0xE0000, 0xE0FFF],
)
def test_what_nobody_sees_makes_no_other_mailbox(code: int) -> None:
    """Fillers and selectors have no shape: with one of them inside, it is the same person."""
    assert mailbox_key(f"a{chr(code)}b@x{chr(code)}.jp") == "ab@x.jp"


def test_a_domain_is_read_up_to_its_longest() -> None:
    """253 characters are a domain (RFC 1035 §2.3.4), 254 are none."""
    longest = ".".join(["a" * 63] * 3 + ["b" * 61])
    assert parse_address(f"x@{longest}").domain == longest
    assert not parse_address(f"x@{longest}b").readable


def test_comments_are_read_eight_deep() -> None:
    """Deeper ones are nobody's, and reading them would have no end: the address can't be read, and warns."""
    assert parse_address(f"a@x.jp {'(' * 8}Taro{')' * 8}").key == "a@x.jp"
    assert not parse_address(f"a@x.jp {'(' * 9}Taro{')' * 9}").readable
