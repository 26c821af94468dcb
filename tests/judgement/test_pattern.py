"""Patterns compare domains label by label and never match a stranger by accident."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atesaki.judgement.address import parse_address
from atesaki.judgement.pattern import compile_address_pattern, compile_domain_pattern

LABEL = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,3})?", fullmatch=True)
DOMAIN = st.lists(LABEL, min_size=1, max_size=3).map(lambda labels: ".".join([*labels, "jp"]))


@pytest.mark.parametrize(
    ("pattern", "domain", "matches"),
    [
        ("example.com", "example.com", True),
        ("example.com", "a.b.example.com", True),
        ("example.com", "evilexample.com", False),
        ("example.com", "example.com.evil.net", False),
        ("*.example.com", "example.com", False),
        ("*.example.com", "a.example.com", True),
        ("*.example.com", "evilexample.com", False),
        ("=example.com", "example.com", True),
        ("=example.com", "a.example.com", False),
        ("*.go.jp", "mhlw.go.jp", True),
        ("*.go.jp", "mhlwgo.jp", False),
        ("*.jp", "x.co.jp", True),
        ("EXAMPLE.com.", "example.com", True),
        ("例え.jp", "mail.xn--r8jz45g.jp", True),
        ("ｅｘａｍｐｌｅ．ｃｏｍ", "example.com", True),
    ],
)
def test_a_domain_pattern_matches_whole_labels(pattern: str, domain: str, *, matches: bool) -> None:
    """A domain covers its sub-domains, `*.` only those, `=` only itself."""
    assert compile_domain_pattern(pattern)(parse_address(f"a@{domain}")) is matches


@pytest.mark.parametrize(
    ("pattern", "address", "matches"),
    [
        ("user@example.com", "USER@Example.COM", True),
        ("user@example.com", "user+tag@example.com", False),
        ("user@example.com", "user@sub.example.com", False),
        ("user@example.com", "superuser@example.com", False),
        ("*@example.com", "anyone@example.com", True),
        ("*@example.com", "anyone@evilexample.com", False),
        ("*@*.example.com", "anyone@sub.example.com", True),
        ("*@*.example.com", "anyone@example.com", False),
        ("sales-*@example.com", "Sales-Tokyo@example.com", True),
        ("sales-*@example.com", "presales-tokyo@example.com", False),
        ("?-team@example.com", "a-team@example.com", True),
        ("?-team@example.com", "ab-team@example.com", False),
        ("a.b@example.com", "axb@example.com", False),
        ("营业*@例え.jp", "营业一部@例え.jp", True),
        ("*@example.com", "anyone", False),
    ],
)
def test_an_address_pattern_is_exact_but_for_its_wildcards(pattern: str, address: str, *, matches: bool) -> None:
    """Only `*` and `?` in the local part, and `*.` before the domain, stand for something else."""
    assert compile_address_pattern(pattern)(parse_address(address)) is matches


@pytest.mark.parametrize(
    "pattern", ["", "*", "*.", "=", "exa*mple.com", "a b.com", "example..com", "@example.com", "\ud800.jp"]
)
def test_a_domain_pattern_that_is_none_is_refused(pattern: str) -> None:
    """A wrong pattern is an error in one sentence, never a rule that silently matches nothing."""
    with pytest.raises(ValueError, match=r"^A domain pattern is .*\.$"):
        compile_domain_pattern(pattern)


@pytest.mark.parametrize("pattern", ["", "example.com", "@example.com", "user@", "user@exa*mple.com"])
def test_an_address_pattern_that_is_none_is_refused(pattern: str) -> None:
    """An address pattern has both parts."""
    with pytest.raises(ValueError, match=r"^(An address|A domain) pattern .*\.$"):
        compile_address_pattern(pattern)


@given(DOMAIN, DOMAIN)
def test_a_pattern_matches_only_the_domain_and_its_sub_domains(pattern: str, domain: str) -> None:
    """A pattern for d matches exactly d and what ends in `.d`."""
    address = parse_address(f"a@{domain}")
    assert compile_domain_pattern(pattern)(address) == (
        domain.split(".")[-len(pattern.split(".")) :] == pattern.split(".")
    )
    assert compile_domain_pattern(f"={pattern}")(address) == (domain == pattern)


@given(DOMAIN, LABEL)
def test_a_prefix_without_a_dot_makes_another_domain(domain: str, prefix: str) -> None:
    """`example.com` never matches `evilexample.com`."""
    stranger = parse_address(f"a@{prefix}{domain}")
    assert not compile_domain_pattern(domain)(stranger)
    assert not compile_domain_pattern(f"*.{domain}")(stranger)
    assert not compile_address_pattern(f"*@{domain}")(stranger)


def test_many_wildcards_stay_cheap() -> None:
    """A pattern of many stars on a long local part ends before the test's own time limit."""
    pattern = compile_address_pattern("*a" * 40 + "b@x.jp")
    assert not pattern(parse_address("a" * 900 + "@x.jp"))
