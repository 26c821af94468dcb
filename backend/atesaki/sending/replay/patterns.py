"""Address patterns of policies, tried on the keyed hashes of old messages: true, false, or can't be told (`None`)."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from atesaki.judgement.address import ascii_domain, fold, fold_case, parse_address
from atesaki.sending.index.keys import domain_hash, is_plain, mailbox_hash
from atesaki.sending.pseudonym import Pseudonyms

Verdict = bool | None


class Shadow(NamedTuple):
    """What is kept of one address: domain and domains above it, the mailbox, and whether it is written plainly."""

    chain: tuple[bytes, ...]
    mailbox: bytes
    plain: bool

    @property
    def forgotten(self) -> bool:
        """Whether it was erased, so that nothing can be said of it."""
        return not self.mailbox


Test = Callable[[Shadow], Verdict]


def both(one: Verdict, other: Verdict) -> Verdict:
    """Return "and" of two answers of which either may be unknown (Kleene)."""
    if one is False or other is False:
        return False
    return None if one is None or other is None else True


def either(answers: Iterable[Verdict]) -> Verdict:
    """Return "or" of such answers."""
    found: Verdict = False
    for answer in answers:
        if answer:
            return True
        if answer is None:
            found = None
    return found


def domains_test(patterns: Iterable[str], pseudonyms: Pseudonyms) -> Test:
    """Return a test for domain patterns."""
    tests = [_domain_test(fold(pattern), pseudonyms) for pattern in patterns]
    return lambda shadow: either(test(shadow) for test in tests)


def addresses_test(patterns: Iterable[str], pseudonyms: Pseudonyms) -> Test:
    """Return a test for address patterns."""
    tests = [_address_test(fold(pattern), pseudonyms) for pattern in patterns]
    return lambda shadow: either(test(shadow) for test in tests)


def _domain_test(folded: str, pseudonyms: Pseudonyms) -> Test:
    name = domain_hash(pseudonyms, ascii_domain(folded.removeprefix("=").removeprefix("*.")))
    first, last = (0, 1) if folded.startswith("=") else (1 if folded.startswith("*.") else 0, None)
    return lambda shadow: None if shadow.forgotten else name in shadow.chain[first:last]


def _address_test(folded: str, pseudonyms: Pseudonyms) -> Test:
    local, _, domain = folded.rpartition("@")
    on_domain = _domain_test(domain if domain.startswith("*.") else f"={domain}", pseudonyms)
    if local == "*":
        return on_domain
    if "*" in local or "?" in local or domain.startswith("*."):
        return lambda shadow: both(on_domain(shadow), None)
    return _literal_test(fold_case(local), folded, on_domain, pseudonyms)


def _literal_test(local: str, folded: str, on_domain: Test, pseudonyms: Pseudonyms) -> Test:
    address = parse_address(folded)
    if not address.readable or fold_case(address.local) != local:
        return lambda shadow: both(on_domain(shadow), None)
    name, plain = mailbox_hash(pseudonyms, address.key), is_plain(address)

    def test(shadow: Shadow) -> Verdict:
        if shadow.forgotten:
            return None
        if shadow.mailbox != name or shadow.plain is not plain:
            return False
        # Two spellings of one mailbox, such as two tags, can't be told apart by its hash.
        return True if plain else None

    return test
