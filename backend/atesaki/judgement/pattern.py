"""Label-aware patterns for domains and addresses, as policies write them.

Domain patterns, compared label by label (`example.com` never matches `evilexample.com`):

- `example.com`: the domain and all its sub-domains;
- `*.example.com`: its sub-domains only; `*.go.jp` and `*.jp` are fine;
- `=example.com`: exactly this domain.

Address patterns, `local part@domain`:

- `user@example.com`: exactly this address, whatever its case; tags (`user+x@…`) are another address;
- `sales-*@example.com`, `?-team@example.com`: `*` is any text, `?` one character, in the local part only;
- `*@example.com`: everybody on exactly this domain;
- `*@*.example.com`: everybody on its sub-domains.

Domains may be written in Unicode (IDNA 2008), full-width or upper case. An unreadable address matches no pattern.
"""

import fnmatch
import re
from collections.abc import Callable

from atesaki.judgement.address import Address, ascii_domain, fold, fold_case

Matcher = Callable[[Address], bool]


def compile_domain_pattern(text: str) -> Matcher:
    """Return a test for the domain of an address; raises `ValueError` with one sentence."""
    folded = fold(text)
    if folded.startswith("="):
        return _exactly(_domain(folded[1:]))
    if folded.startswith("*."):
        return _below(_domain(folded[2:]))
    return _at_or_below(_domain(folded))


def compile_address_pattern(text: str) -> Matcher:
    """Return a test for a whole address; raises `ValueError` with one sentence."""
    local, at, domain = fold(text).rpartition("@")
    if not at or not local:
        raise ValueError("An address pattern has a local part and a domain, such as *@example.com.")
    matches_domain = compile_domain_pattern(domain if domain.startswith("*.") else f"={domain}")
    if local == "*":
        return matches_domain
    matches_local = _local_test(fold_case(local))
    return lambda address: matches_domain(address) and matches_local(fold_case(address.local))


def _exactly(domain: str) -> Matcher:
    return lambda address: address.readable and address.domain == domain


def _below(domain: str) -> Matcher:
    ending = f".{domain}"
    return lambda address: address.readable and address.domain.endswith(ending)


def _at_or_below(domain: str) -> Matcher:
    ending = f".{domain}"
    return lambda address: address.readable and (address.domain == domain or address.domain.endswith(ending))


def _local_test(folded: str) -> Callable[[str], bool]:
    if "*" not in folded and "?" not in folded:
        return lambda local: local == folded
    # fnmatch translates to atomic groups, so no pattern can backtrack without bound; its `[` is an ordinary character.
    match = re.compile(fnmatch.translate(folded.replace("[", "[[]"))).match
    return lambda local: match(local) is not None


def _domain(text: str) -> str:
    try:
        domain = ascii_domain(text)
    except ValueError:
        domain = ""
    if not domain:
        raise ValueError("A domain pattern is example.com, *.example.com or =example.com.")
    return domain
