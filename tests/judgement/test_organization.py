"""Who belongs together, who shares a provider with strangers, and who is internal or a partner."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atesaki.judgement.address import parse_address
from atesaki.judgement.facts import Organization
from atesaki.judgement.organization import (
    Audience,
    circle_of,
    is_free_mail,
    is_public_suffix,
    normalize_domain,
    organization_of,
    registrable_domain,
)
from atesaki.judgement.providers import FREQUENT_PROVIDERS, MAILBOX_PROVIDERS, REAL_DOMAINS

OURS = Organization(
    internal_domains=("@Hall.Example.", "*.例え.jp"), partner_domains=("CITY.kumamoto.lg.jp", "*.go.jp")
)
STAFF = parse_address("staff@hall.example")


@pytest.mark.parametrize(
    ("domain", "registrable"),
    [
        ("example.co.jp", "example.co.jp"),
        ("mail.dept.example.co.jp", "example.co.jp"),
        ("city.kumamoto.lg.jp", "kumamoto.lg.jp"),
        ("npo.sakura.ne.jp", "npo.sakura.ne.jp"),
        ("team.github.io", "team.github.io"),
        ("co.jp", "co.jp"),
        ("mail.corp.local", "corp.local"),
        ("xn--r8jz45g.xn--q9jyb4c", "xn--r8jz45g.xn--q9jyb4c"),
        ("localhost", "localhost"),
        ("[192.0.2.1]", "[192.0.2.1]"),
    ],
)
def test_the_registrable_domain_follows_the_public_suffix_list(domain: str, registrable: str) -> None:
    """Both sections count: customers of one hosting suffix are strangers to each other."""
    assert registrable_domain(domain) == registrable


@pytest.mark.parametrize(
    ("text", "organization"),
    [
        ("a@mail.example.co.jp", "example.co.jp"),
        ("V.01+x@gmail.com", "v01@gmail.com"),
        ("a@docomo.ne.jp", "a@docomo.ne.jp"),
        ("a@t.vodafone.ne.jp", "a@t.vodafone.ne.jp"),
        ("a@crocus.ocn.ne.jp", "a@crocus.ocn.ne.jp"),
        ("a@[192.0.2.1]", "[192.0.2.1]"),
        ("a@pref.osaka.lg.jp", "pref.osaka.lg.jp"),
        ("a@mail.city.osaka.lg.jp", "city.osaka.lg.jp"),
        ("a@library.union.lg.jp", "union.lg.jp"),
        ("Taro Yamada", "?taro yamada"),
    ],
)
def test_at_a_mailbox_provider_everybody_is_an_organization(text: str, organization: str) -> None:
    """A company is one organization; two at a provider, two unreadable texts, a prefecture and its capital are two."""
    assert organization_of(parse_address(text)) == organization


@pytest.mark.parametrize(
    "domain",
    [
        "gmail.com",
        "yahoo.co.jp",
        "outlook.jp",
        "icloud.com",
        "qq.com",
        "naver.com",
        "gmx.de",
        "tiscali.co.uk",
        "harris.plus.com",
        "westnet.com.au",
        "centurylink.net",
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "au.com",
        "softbank.ne.jp",
        "i.softbank.jp",
        "ymobile.ne.jp",
        "y-mobile.ne.jp",
        "rakuten.jp",
        "uqmobile.jp",
        "ymail.ne.jp",
        "nifty.com",
        "ocn.ne.jp",
        "biglobe.ne.jp",
        "so-net.ne.jp",
        "plala.or.jp",
        "jp-t.ne.jp",
        "d.vodafone.ne.jp",
        "xx.pdx.ne.jp",
        "aa1.so-net.ne.jp",
    ],
)
def test_providers_of_the_world_and_japan_are_known(domain: str) -> None:
    """Free mail, mobile carriers and ISPs, their sub-domains included."""
    assert is_free_mail(domain)


@pytest.mark.parametrize(
    "domain", ["nttdocomo.com", "softbank.co.jp", "google.com", "notgmail.com", "rakuten.co.jp", "jp"]
)
def test_companies_are_no_providers(domain: str) -> None:
    """The companies behind the providers are ordinary organizations."""
    assert not is_free_mail(domain)


def test_the_file_of_providers_is_well_formed() -> None:
    """Every domain of the file is written in its normal form, and the frequent ones are providers."""
    assert {domain for domain in REAL_DOMAINS if normalize_domain(domain) != domain} == set()
    assert FREQUENT_PROVIDERS < MAILBOX_PROVIDERS < REAL_DOMAINS


@pytest.mark.parametrize(
    ("text", "audience"),
    [
        ("a@hall.example", "internal"),
        ("a@mail.hall.example", "internal"),
        ("a@例え.jp", "internal"),
        ("a@city.kumamoto.lg.jp", "partner"),
        ("a@mhlw.go.jp", "partner"),
        ("a@pref.kumamoto.lg.jp", "external"),
        ("a@evilhall.example", "external"),
        ("a@hall.example.evil.net", "external"),
        ("Taro", "external"),
        ("a@gmail.com", "external"),
    ],
)
def test_declared_domains_include_their_sub_domains(text: str, audience: Audience) -> None:
    """However the administrator typed them, and never more than whole labels."""
    assert circle_of(OURS, STAFF).audience(parse_address(text)) == audience
    assert circle_of(OURS, STAFF).audience(parse_address(text)) == audience


@pytest.mark.parametrize(
    ("sender", "text", "audience"),
    [
        ("me@npo.example", "you@npo.example", "internal"),
        ("me@npo.example", "you@sub.npo.example", "internal"),
        ("me@npo.example", "you@other.example", "external"),
        ("me@gmail.com", "m.e+x@gmail.com", "internal"),
        ("me@gmail.com", "you@gmail.com", "external"),
        ("Me", "you@npo.example", "external"),
        ("Me", "Me", "external"),
    ],
)
def test_without_declared_domains_the_senders_own_is_internal(sender: str, text: str, audience: Audience) -> None:
    """At a mailbox provider only the sender's own mailbox is; an unreadable sender has nothing internal."""
    assert circle_of(Organization(), parse_address(sender)).audience(parse_address(text)) == audience


def test_declaring_a_shared_domain_makes_no_stranger_internal() -> None:
    """`gmail.com` or `co.jp` declared by mistake must not silence the founding case."""
    ours = Organization(internal_domains=("gmail.com", "co.jp", "npo.example"))
    sender = parse_address("me@gmail.com")
    assert circle_of(ours, sender).audience(parse_address("you@gmail.com")) == "external"
    assert circle_of(ours, sender).audience(parse_address("you@example.co.jp")) == "external"
    assert circle_of(ours, sender).audience(sender) == "internal"
    assert circle_of(ours, sender).audience(parse_address("you@npo.example")) == "internal"


def test_a_declared_domain_that_cannot_be_read_makes_nobody_internal() -> None:
    """Its people are judged as outsiders, the safe side; nor does the sender's own domain step in."""
    ours = Organization(internal_domains=("not a domain",))
    assert circle_of(ours, parse_address("me@npo.example")).audience(parse_address("you@npo.example")) == "external"


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("Example.CO.JP", "example.co.jp"),
        ("@example.co.jp", "example.co.jp"),
        ("＠ｅｘａｍｐｌｅ．co.jp", "example.co.jp"),
        ("*.example.co.jp", "example.co.jp"),
        (" example.co.jp. ", "example.co.jp"),
        ("例え.jp", "xn--r8jz45g.jp"),
    ],
)
def test_a_declared_domain_is_normalised(text: str, domain: str) -> None:
    """IDN, case, width, a leading @ or *. and a trailing dot make no difference."""
    assert normalize_domain(text) == domain


@pytest.mark.parametrize(
    "text", ["", "example", "a b.jp", "a@x.jp", "http://x.jp/", "[192.0.2.1]", "192.0.2.1", "x..jp", "\ud800.jp"]
)
def test_what_is_no_domain_is_refused_in_one_sentence(text: str) -> None:
    """The sentence says what a domain looks like and repeats nothing of the text."""
    with pytest.raises(ValueError, match=r"^A domain looks like example\.co\.jp: [^.]*\.$"):
        normalize_domain(text)


def test_public_suffixes_are_told_apart() -> None:
    """Anybody may register below a public suffix, so it belongs to nobody."""
    assert is_public_suffix("co.jp")
    assert not is_public_suffix("example.co.jp")


@given(st.text(max_size=60))
def test_every_text_has_one_organization(text: str) -> None:
    """No text raises, and an organization is never empty."""
    address = parse_address(text)
    assert organization_of(address)
    assert circle_of(OURS, STAFF).audience(address) in {"internal", "partner", "external"}
