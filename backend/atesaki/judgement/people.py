"""Who a message goes to: each person once, what their address is, and where it stands.

Traits are what an address is, places are where it stands in this message; both are sums of the flags below.
A mask is an `int` with one bit a recipient, the first recipient being the highest bit (see ADR 0007).
"""

import functools
from collections.abc import Iterable, Mapping
from itertools import compress

from msgspec import Struct

from atesaki.judgement.address import Address, parse_address
from atesaki.judgement.facts import Organization
from atesaki.judgement.look_alike import FREQUENT_PROVIDERS, look_alike_of
from atesaki.judgement.message import Message
from atesaki.judgement.organization import circle_of, is_free_mail, organization_of

INTERNAL, PARTNER, FREE_MAIL, LOOK_ALIKE, UNREADABLE = 1, 2, 4, 8, 16
TO, CC, BCC, LIST, UNEXPANDED, UNKNOWN_KIND, MEMBER = 1, 2, 4, 8, 16, 32, 64
VISIBLE = TO | CC

Expansions = Mapping[str, tuple[str, ...] | None]

_PROFILES_KEPT = 1 << 18
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
        self._kept: dict[str, Profile] = {}

    def profiles(self, texts: list[str]) -> list[Profile]:
        """Return the profile of each address; those of late are kept, and looked up all at once."""
        try:
            return list(map(self._kept.__getitem__, texts))
        except KeyError:
            return [self.profile(text) for text in texts]

    def profile(self, text: str) -> Profile:
        """Return the profile of one address."""
        profile = self._kept.get(text)
        if profile is None:
            if len(self._kept) >= _PROFILES_KEPT:
                self._kept.clear()
            profile = self._kept[text] = self._profile(text)
        return profile

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


class People:
    """Everybody a message goes to, in the order of the message; members of known lists come last.

    `texts` are the recipients as the client wrote them; for a member of a list, the list,
    since that is all a client can act on.
    """

    def __init__(
        self,
        message: Message,
        organization: Organization,
        expansions: Mapping[str, tuple[str, ...] | None] | None = None,
    ) -> None:
        self.message = message
        self.sender = parse_address(message.sender.address)
        self._classifier = classifier(organization, self.sender)
        self._places = self._collect()
        self.texts = [profile.text for profile in self.profiles]
        if expansions:
            self._expand(expansions)
        self.size = len(self.profiles)
        self.everyone = (1 << self.size) - 1
        self._traits = bytearray([profile.traits for profile in self.profiles])
        self._know_the_sender()

    def _collect(self) -> bytearray:
        """Take every person once: as first written, with all the places where they stand."""
        profiles: list[Profile] = []
        flags: list[int] = []
        kind_flag = _KIND_FLAG
        for recipients, place in ((self.message.to, TO), (self.message.cc, CC), (self.message.bcc, BCC)):
            profiles += self._classifier.profiles([recipient.address for recipient in recipients])
            flags += [place | kind_flag[recipient.kind] for recipient in recipients]
        self.profiles = profiles
        self.index = {profile.key: position for position, profile in enumerate(profiles)}
        return bytearray(flags) if len(self.index) == len(profiles) else self._joined(flags)

    def _joined(self, flags: list[int]) -> bytearray:
        """Make one entry of everybody who was written more than once."""
        places: dict[str, int] = {}
        first: dict[str, Profile] = {}
        for profile, flag in zip(self.profiles, flags, strict=True):
            places[profile.key] = places.get(profile.key, 0) | flag
            first.setdefault(profile.key, profile)
        self.profiles = list(first.values())
        self.index = {key: position for position, key in enumerate(places)}
        return bytearray(places.values())

    def profile_of(self, text: str) -> Profile:
        """Return what can be said of any address, as this message's sender sees it."""
        return self._classifier.profile(text)

    def _know_the_sender(self) -> None:
        """Nobody is a stranger to themselves, whatever domains are declared."""
        position = self.index.get(self.sender.key)
        if position is not None:
            self._traits[position] = INTERNAL

    def _expand(self, expansions: Expansions) -> None:
        for position, text in enumerate(tuple(self.texts)):
            members = expansions.get(self.profiles[position].key)
            if members is None or not self._places[position] & LIST:
                continue
            self._places[position] &= ~UNEXPANDED
            for member in members:
                self._add_member(self.profile_of(member), text)

    def _add_member(self, profile: Profile, list_text: str) -> None:
        if self.index.setdefault(profile.key, len(self.profiles)) == len(self.profiles):
            self.profiles.append(profile)
            self.texts.append(list_text)
            self._places.append(MEMBER)

    @property
    def keys(self) -> Iterable[str]:
        """The mailbox of each recipient, once."""
        return self.index.keys()

    @functools.cached_property
    def organizations(self) -> list[str]:
        """The organization of each recipient."""
        return [profile.organization for profile in self.profiles]

    @functools.cached_property
    def names(self) -> list[str]:
        """The display name of each recipient, as it was first written; empty where there is none."""
        message = self.message
        everybody = reversed((*message.to, *message.cc, *message.bcc))
        names = {self.profile_of(recipient.address).key: recipient.name or "" for recipient in everybody}
        return [names.get(key, "") for key in self.keys]

    def by_trait(self, flags: int, excluded: int = 0) -> int:
        """Recipients with any of the traits `flags` and none of `excluded`."""
        return int(self._traits.translate(_truth_table(flags, excluded)) or b"0", 2)

    def by_place(self, flags: int, excluded: int = 0) -> int:
        """Recipients in any of the places `flags` and none of `excluded`."""
        return int(self._places.translate(_truth_table(flags, excluded)) or b"0", 2)

    def bit(self, key: str) -> int:
        """Return the mask of one mailbox; 0 when it is not a recipient."""
        position = self.index.get(key)
        return 0 if position is None else 1 << (self.size - 1 - position)

    def mask_of(self, positions: Iterable[int]) -> int:
        """Return the recipients at these positions."""
        digits = bytearray(b"0" * self.size)
        for position in positions:
            digits[position] = ord("1")
        return int(digits or b"0", 2)

    def pick(self, items: Iterable[str], mask: int) -> Iterable[str]:
        """Return the items, one a recipient, of the recipients in `mask`, in the order of the message."""
        return compress(items, f"{mask:0{self.size}b}".encode().translate(_TRUTH))
