"""The keyed hashes that stand for people and domains in the index, and the numbers of decisions."""

from atesaki.judgement.address import Address, fold_case, mailbox_key
from atesaki.sending.pseudonym import Pseudonyms

DOMAIN_BYTES = 8
"""A domain is no person; eight bytes tell all domains of the world apart."""

_GREATEST = (1 << 63) - 1
_TIME_HEX, _RANDOM_HEX, _RANDOM_BITS = 12, 6, 21


def mailbox_hash(pseudonyms: Pseudonyms, key: str) -> bytes:
    """Return what stands for a mailbox key."""
    return bytes.fromhex(pseudonyms.of(key))


def address_hash(pseudonyms: Pseudonyms, text: str) -> bytes:
    """Return what stands for an address as somebody types it."""
    return mailbox_hash(pseudonyms, mailbox_key(text))


def domain_hash(pseudonyms: Pseudonyms, domain: str) -> bytes:
    """Return what stands for a domain in A-labels."""
    return bytes.fromhex(pseudonyms.of(f"domain {domain}"))[:DOMAIN_BYTES]


def domain_chain(pseudonyms: Pseudonyms, domain: str) -> tuple[bytes, ...]:
    """Return what stands for a domain and for each domain above it, so that `example.com` finds its sub-domains."""
    if not domain or domain[0] == "[":
        return (domain_hash(pseudonyms, domain),) if domain else ()
    labels = domain.split(".")
    return tuple(domain_hash(pseudonyms, ".".join(labels[place:])) for place in range(len(labels)))


def is_plain(address: Address) -> bool:
    """Tell whether the address is written as its mailbox key, without a tag and the like."""
    return address.key == f"{fold_case(address.local)}@{address.domain}"


def number_of(decision_id: str) -> int:
    """Return the number of a decision: the time of its UUIDv7 (RFC 9562 §5.7), then the first of its random bits."""
    digits = decision_id.replace("-", "")
    # Behind the time stands the version, one digit that is always 7.
    random = int(digits[_TIME_HEX + 1 : _TIME_HEX + 1 + _RANDOM_HEX], 16)
    return (int(digits[:_TIME_HEX], 16) << _RANDOM_BITS) | (random >> (4 * _RANDOM_HEX - _RANDOM_BITS))


def first_number_at(at: int) -> int:
    """Return the least number that a decision of the moment `at` (microseconds UTC) can have.

    Of a moment before 1970 or after 2109 it is the least or greatest one that a database can hold.
    """
    return min(max(0, (at // 1_000) << _RANDOM_BITS), _GREATEST)
