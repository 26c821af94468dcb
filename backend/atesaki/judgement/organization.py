"""Organizations behind addresses: registrable domains, mailbox providers, and who is internal or a partner."""

import re
from functools import lru_cache
from typing import Final, Literal

from msgspec import Struct
from publicsuffixlist import PublicSuffixList

from atesaki.judgement.address import CACHE_SIZE, Address, ascii_domain, fold
from atesaki.judgement.facts import Organization
from atesaki.judgement.providers import MAILBOX_PROVIDERS, MAILING_LIST_HOSTS

Audience = Literal["internal", "partner", "external"]

# The private section counts: a customer of a hosting suffix (`npo.sakura.ne.jp`, `x.github.io`) is an organization of
# its own, and taking two customers for one would hide that they see each other.
_SUFFIXES: Final = PublicSuffixList()

# The list ends at lg.jp, below which a prefecture and its capital share a name: pref.osaka and city.osaka.
_GOVERNMENT: Final = re.compile(r"(?:^|\.)((?:city|metro|pref|town|vill)\.[^.]+\.lg\.jp)$")


class Circle(Struct, frozen=True):
    """The declared domains, normalised, for one sender; cheap to ask for every recipient."""

    internal: frozenset[str]
    partner: frozenset[str]
    own_key: str

    def audience(self, address: Address) -> Audience:
        """Return where the address belongs; an unreadable one is external."""
        if address.key == self.own_key:
            return "internal"
        if not address.readable:
            return "external"
        return _audience(address.domain, self.internal, self.partner)


def circle_of(organization: Organization, sender: Address) -> Circle:
    """Return the declared domains as the sender's circle.

    A declared domain includes its sub-domains. Where no internal domain is declared, the sender's own one is internal.
    A mailbox provider or a public suffix (`co.jp`) never makes strangers internal, declared or not:
    there only the sender's own mailbox is.
    """
    own = sender.domain if sender.readable else ""
    return _circle(organization.internal_domains, organization.partner_domains, own, sender.key)


@lru_cache(CACHE_SIZE)
def organization_of(address: Address) -> str:
    """Return the organization of an address: its registrable domain, or the mailbox itself at a mailbox provider.

    A Japanese local government is told from its namesakes. An unreadable address is an organization of its own.
    """
    if not address.readable or is_free_mail(address.domain):
        return address.key
    government = _GOVERNMENT.search(address.domain)
    return government[1] if government else registrable_domain(address.domain)


@lru_cache(CACHE_SIZE)
def registrable_domain(domain: str) -> str:
    """Return the registrable domain of a domain in A-labels (publicsuffix.org, both sections).

    A public suffix, an address literal and a single label are returned as they are.
    """
    if domain.startswith("["):
        return domain
    return _SUFFIXES.privatesuffix(domain) or domain


def is_public_suffix(domain: str) -> bool:
    """Whether anybody may register below this domain in A-labels, as with `co.jp`."""
    return _SUFFIXES.publicsuffix(domain, accept_unknown=False) == domain


@lru_cache(CACHE_SIZE)
def is_free_mail(domain: str) -> bool:
    """Whether strangers have addresses side by side on this domain: free mail, mobile carrier, ISP or mailing lists."""
    return is_within(domain, MAILBOX_PROVIDERS)


@lru_cache(CACHE_SIZE)
def hosts_mailing_lists(domain: str) -> bool:
    """Whether every address on this domain is a mailing list."""
    return is_within(domain, MAILING_LIST_HOSTS)


def is_within(domain: str, declared: frozenset[str]) -> bool:
    """Whether the domain is one of the declared ones or a sub-domain of one (RFC 1034 §3.1), label by label."""
    while domain not in declared:
        _, dot, domain = domain.partition(".")
        if not dot:
            return False
    return True


def normalize_domain(text: str) -> str:
    """Return a declared domain in lower-case A-labels, without a leading `@` or `*.` and trailing dots.

    Raises `ValueError` with one sentence where it is no domain.
    """
    bare = fold(text).removeprefix("@").removeprefix("*.").removeprefix(".").rstrip(".")
    try:
        domain = ascii_domain(bare)
    except ValueError:
        domain = ""
    if "." not in domain or domain.startswith("["):
        raise ValueError(
            "A domain looks like example.co.jp: labels of letters, digits and hyphens with dots between them."
        )
    return domain


@lru_cache(4096)
def _circle(internal: tuple[str, ...], partner: tuple[str, ...], own_domain: str, own_key: str) -> Circle:
    declared = _normalized(internal)
    if not internal and own_domain:
        declared = frozenset({own_domain})
    shared = frozenset(domain for domain in declared if is_free_mail(domain) or is_public_suffix(domain))
    return Circle(declared - shared, _normalized(partner), own_key if (shared or not internal) and own_domain else "")


def _normalized(domains: tuple[str, ...]) -> frozenset[str]:
    # The store refuses a domain that can't be read; should one come through, its people are external, the safe side.
    return frozenset(normal for text in domains if (normal := _normal_or_empty(text)))


def _normal_or_empty(text: str) -> str:
    try:
        return normalize_domain(text)
    except ValueError:
        return ""


@lru_cache(CACHE_SIZE)
def _audience(domain: str, internal: frozenset[str], partner: frozenset[str]) -> Audience:
    if is_within(domain, internal):
        return "internal"
    return "partner" if is_within(domain, partner) else "external"
