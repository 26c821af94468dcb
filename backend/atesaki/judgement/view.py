"""The message as rules look at it: each person once, and sets of people as bit masks.

A mask is an `int` with one bit a recipient, the first recipient being the highest bit (see ADR 0007).
Traits are what an address is, places are where it stands in this message; both are sums of the flags below.
"""

import functools
from collections.abc import Callable, Hashable, Iterable
from itertools import compress

from msgspec import Struct

from atesaki.judgement.address import Address, parse_address
from atesaki.judgement.exposure import Disclosures, disclosures_of
from atesaki.judgement.facts import Facts, Organization
from atesaki.judgement.look_alike import FREQUENT_PROVIDERS, look_alike_of
from atesaki.judgement.message import Message, Recipient
from atesaki.judgement.organization import circle_of, is_free_mail, organization_of

INTERNAL, PARTNER, FREE_MAIL, LOOK_ALIKE, UNREADABLE = 1, 2, 4, 8, 16
TO, CC, BCC, LIST, UNEXPANDED, UNKNOWN_KIND, MEMBER = 1, 2, 4, 8, 16, 32, 64
VISIBLE = TO | CC

_AUDIENCE_TRAIT = {"internal": INTERNAL, "partner": PARTNER, "external": 0}
_KIND_FLAG = {"person": 0, "distribution_list": LIST | UNEXPANDED, "unknown": UNKNOWN_KIND}
_TRUTH = bytes.maketrans(b"01", b"\x00\x01")


class Profile(Struct, frozen=True, gc=False):
    """All that can be said of one address without the message it stands in."""

    text: str
    address: Address
    key: str
    organization: str
    traits: int
    resembles: str | None


class Classifier:
    """Tells internal, partner and external addresses apart, for one organization."""

    def __init__(self, organization: Organization, sender: Address) -> None:
        self._circle = circle_of(organization, sender)
        self._known_domains = FREQUENT_PROVIDERS | self._circle.internal | self._circle.partner
        self.profile = functools.lru_cache(maxsize=1 << 16)(self._profile)

    def _profile(self, text: str) -> Profile:
        address = parse_address(text)
        traits = _AUDIENCE_TRAIT[self._circle.audience(address)] if address.readable else UNREADABLE
        familiar = traits & (INTERNAL | PARTNER)
        resembles = look_alike_of(address.domain, self._known_domains) if address.domain and not familiar else None
        traits |= LOOK_ALIKE if resembles else 0
        traits |= FREE_MAIL if address.readable and is_free_mail(address.domain) else 0
        return Profile(text, address, address.key, organization_of(address), traits, resembles)


@functools.lru_cache(maxsize=1 << 8)
def _classifier(organization: Organization, sender_text: str) -> Classifier:
    return Classifier(organization, parse_address(sender_text))


def classifier(organization: Organization, sender: Address) -> Classifier:
    """Return the classifier of an organization; its answers are kept between messages.

    The sender matters only where no internal domain is declared: then the sender's own domain is internal.
    """
    undeclared = not organization.internal_domains and sender.readable and not is_free_mail(sender.domain)
    return _classifier(organization, f"sender@{sender.domain}" if undeclared else "")


@functools.lru_cache(maxsize=1 << 10)
def _truth_table(flags: int, excluded: int) -> bytes:
    return bytes(b"01"[bool(value & flags) and not value & excluded] for value in range(256))


class View:
    """One message with its facts; every set is computed once, when a rule first asks for it."""

    def __init__(self, message: Message, facts: Facts) -> None:
        self.message = message
        self.facts = facts
        self.sender = parse_address(message.sender.address)
        self.profile_of = classifier(facts.organization, self.sender).profile
        self._aliases: dict[int, str] = {}
        self._sets: dict[Hashable, int] = {}
        self._written: dict[int, tuple[str, ...]] = {}
        self._collect()
        if facts.expansions:
            self._expand()
        self.size = len(self.profiles)
        self._traits = bytearray([profile.traits for profile in self.profiles])
        self._know_the_sender(self.sender.key)

    def _collect(self) -> None:
        """Take every person once: as first written, with all the places where they stand."""
        profiles: list[Profile] = []
        flags: list[int] = []
        for recipients, place in ((self.message.to, TO), (self.message.cc, CC), (self.message.bcc, BCC)):
            profiles += [self.profile_of(recipient.address) for recipient in recipients]
            flags += [place | _KIND_FLAG[recipient.kind] for recipient in recipients]
        places: dict[str, int] = {}
        for profile, flag in zip(profiles, flags, strict=True):
            places[profile.key] = places.get(profile.key, 0) | flag
        first = {profile.key: profile for profile in reversed(profiles)}
        self.profiles = [first[key] for key in places]
        self._index = dict(zip(places, range(len(places)), strict=True))
        self._places = bytearray(places.values())

    def _know_the_sender(self, key: str) -> None:
        """Nobody is a stranger to themselves, whatever domains are declared."""
        position = self._index.get(key)
        if position is not None:
            self._traits[position] = INTERNAL

    def _expand(self) -> None:
        """Add the members of known lists; their evidence names the list, since the client can only act on that."""
        for position in range(len(self.profiles)):
            members = self.facts.expansions.get(self.profiles[position].key)
            if members is None or not self._places[position] & LIST:
                continue
            self._places[position] &= ~UNEXPANDED
            for member in members:
                self._add_member(member, position)

    def _add_member(self, member: str, position: int) -> None:
        profile = self.profile_of(member)
        if self._index.setdefault(profile.key, len(self.profiles)) == len(self.profiles):
            self.profiles.append(profile)
            self._places.append(MEMBER)
            self._aliases[len(self.profiles) - 1] = self.profiles[position].text

    @functools.cached_property
    def texts(self) -> list[str]:
        """Each recipient as the client wrote it; for a member of a list, the list."""
        texts = [profile.text for profile in self.profiles]
        for position, text in self._aliases.items():
            texts[position] = text
        return texts

    @functools.cached_property
    def organizations(self) -> list[str]:
        """The organization of each recipient."""
        return [profile.organization for profile in self.profiles]

    @property
    def everyone(self) -> int:
        """The mask of all recipients."""
        return (1 << self.size) - 1

    def bit(self, key: str) -> int:
        """Return the mask of one mailbox; 0 when it is not a recipient."""
        position = self._index.get(key)
        return 0 if position is None else 1 << (self.size - 1 - position)

    def by_trait(self, flags: int, excluded: int = 0) -> int:
        """Recipients with any of the traits `flags` and none of `excluded`."""
        return self._select(self._traits, flags, excluded)

    def by_place(self, flags: int, excluded: int = 0) -> int:
        """Recipients in any of the places `flags` and none of `excluded`."""
        return self._select(self._places, flags, excluded)

    def _select(self, codes: bytes | bytearray, flags: int, excluded: int) -> int:
        return int(codes.translate(_truth_table(flags, excluded)) or b"0", 2)

    @functools.cached_property
    def internal(self) -> int:
        """Recipients who belong to us."""
        return self.by_trait(INTERNAL)

    @functools.cached_property
    def visible(self) -> int:
        """Recipients whom the others see: those in To and Cc (RFC 5322 §3.6.3)."""
        return self.by_place(VISIBLE)

    @functools.cached_property
    def names(self) -> list[str]:
        """The display name of each recipient, as it was first written; empty where there is none."""
        message = self.message
        everybody = reversed((*message.to, *message.cc, *message.bcc))
        names = {self.profile_of(recipient.address).key: recipient.name or "" for recipient in everybody}
        return [names.get(profile.key, "") for profile in self.profiles]

    @functools.cached_property
    def rosters(self) -> dict[str, tuple[str, int]]:
        """Handling and members among the recipients, by roster name."""
        handling: dict[str, str] = {}
        members: dict[str, list[int]] = {}
        for key, hits in self.facts.rosters.items():
            position = self._index.get(key)
            if position is None:
                continue
            for hit in hits:
                handling[hit.roster] = hit.handling
                members.setdefault(hit.roster, []).append(position)
        return {name: (handling[name], self._mask_of(positions)) for name, positions in members.items()}

    def _mask_of(self, positions: list[int]) -> int:
        digits = bytearray(b"0" * self.size)
        for position in positions:
            digits[position] = ord("1")
        return int(digits, 2)

    @functools.cached_property
    def disclosures(self) -> Disclosures:
        """Who would learn whose address."""
        return disclosures_of(self)

    @functools.cached_property
    def thread_keys(self) -> frozenset[str]:
        """Mailboxes that were already visible in the conversation."""
        return frozenset(profile.key for profile in self.thread_profiles)

    @functools.cached_property
    def thread_profiles(self) -> tuple[Profile, ...]:
        """Profiles of those who were already visible in the conversation."""
        entries = self.message.thread.recipients
        return tuple(self.profile_of(e.address if isinstance(e, Recipient) else e) for e in entries)

    def remembered(self, key: Hashable, compute: Callable[["View"], int]) -> int:
        """Return the set named `key`, computing it the first time."""
        mask = self._sets.get(key)
        if mask is None:
            mask = self._sets[key] = compute(self)
        return mask

    def mask_where(self, predicate: Callable[[Profile], bool]) -> int:
        """Return the recipients whose profile fulfils a predicate."""
        return int("".join(["1" if predicate(profile) else "0" for profile in self.profiles]) or "0", 2)

    def pick(self, items: list[str], mask: int) -> Iterable[str]:
        """Return the items of the recipients in `mask`, in the order of the message."""
        return compress(items, f"{mask:0{self.size}b}".encode().translate(_TRUTH))

    def written(self, mask: int) -> tuple[str, ...]:
        """Return the recipients in `mask` as the client wrote them, each once."""
        texts = self._written.get(mask)
        if texts is None:
            texts = self._written[mask] = tuple(dict.fromkeys(self.pick(self.texts, mask)))
        return texts

    def organization_count(self, mask: int) -> int:
        """Return how many outside organizations the recipients in `mask` belong to."""
        key = ("organizations", mask)
        count = self._sets.get(key)
        if count is None:
            count = self._sets[key] = len(set(self.pick(self.organizations, mask & ~self.internal)))
        return count
