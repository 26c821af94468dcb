"""What can be said of an address without the message it stands in, kept between messages in columns.

Traits are what an address is: a sum of the flags below.
"""

import functools
import itertools
from array import array
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct

from atesaki.judgement.address import Address, parse_address
from atesaki.judgement.facts import Organization
from atesaki.judgement.look_alike import FREQUENT_PROVIDERS, look_alike_of, other_ending_of
from atesaki.judgement.masks import taker
from atesaki.judgement.organization import Circle, circle_of, hosts_mailing_lists, is_free_mail, organization_of

INTERNAL, PARTNER, FREE_MAIL, LOOK_ALIKE, UNREADABLE = 1, 2, 4, 8, 16
ALIAS = 32
"""Another text for a mailbox that was met before; stands in the columns only."""

MAILING_LIST = 64
"""A list by its domain: Gmail tells nobody apart, and Outlook takes an outside list for a person."""

OTHER_ENDING = 128
"""The name of ours or a partner's under another ending; who has this has no `LOOK_ALIKE`."""

MOST_ADDRESSES: Final = 1 << 18
"""Beyond so many addresses, some dozen MB, the memory starts afresh."""

_STEP: Final = 1 << 10
_AUDIENCE_TRAIT = {"internal": INTERNAL, "partner": PARTNER, "external": 0}


class Profile(Struct, frozen=True, gc=False):
    """All that can be said of one address; `key` is its mailbox, `resembles` the known domain that its own is like."""

    text: str
    address: Address
    key: str
    organization: str
    traits: int
    resembles: str | None


class Unmet(Exception):
    """More addresses than may be read at once were never met before."""


class Profiles:
    """The addresses met so far, each with a number; columns hold, at that number, what is known of it.

    `given` are the numbers in the order in which their columns were filled.

    Looking at one profile after the other would miss the processor's caches several times a recipient;
    a column of small values stays in them.
    """

    def __init__(self, circle: Circle) -> None:
        self._circle = circle
        self._known_domains = FREQUENT_PROVIDERS | circle.internal | circle.partner
        self._free = _numbers()
        self._numbers: dict[str, int] = {}
        self.given: list[int] = []
        self._mailbox_numbers: dict[str, int] = {}
        self._organization_numbers: dict[str, int] = {}
        self.profiles: list[Profile] = []
        self.keys: list[str] = []
        self.mailboxes = array("I")
        self.traits = bytearray()
        self.organizations = array("I")
        self.organization_names: dict[int, str] = {}

    def numbers(self, texts: Sequence[str], at_once: int | None = None) -> list[int]:
        """Return the number of each address, looked up all at once where all were met before.

        Raises `Unmet` where more than `at_once` have to be read first: a domain in Japanese takes a millisecond.
        """
        # Texts keep their hashes: with all of them at hand, and so few steps from one to the next as `taker` needs,
        # the processor fetches several entries from memory at once.
        hash(tuple(texts))
        try:
            return list(taker(texts)(self._numbers))
        except KeyError:
            if at_once is not None and len(self.unmet(texts)) > at_once:
                raise Unmet from None
            return [self.number(text) for text in texts]

    def unmet(self, texts: Iterable[str]) -> list[str]:
        """Return those of the addresses that were never met."""
        return [text for text in texts if text not in self._numbers]

    def number(self, text: str) -> int:
        """Return the number of one address."""
        number = self._numbers.get(text)
        return self.add(self._profile(text)) if number is None else number

    def mailbox(self, key: str) -> int | None:
        """Return the number of a mailbox, `None` where no address of it was met."""
        return self._mailbox_numbers.get(key)

    @property
    def met(self) -> int:
        """How many addresses were met."""
        return len(self._numbers)

    @property
    def room(self) -> int:
        """The length of the columns, above every number."""
        return len(self.organizations)

    def add(self, profile: Profile) -> int:
        """Keep a profile and return its number."""
        number = next(self._free)
        self._make_room(number, profile)
        self.profiles[number] = profile
        # Mostly the key is the text, and then one object: comparing them means comparing pointers.
        self.keys[number] = profile.text if profile.text == profile.key else profile.key
        mailbox = self.mailboxes[number] = self._mailbox_numbers.setdefault(profile.key, number)
        self.traits[number] = profile.traits | (0 if mailbox == number else ALIAS)
        organization = self._organization_numbers.setdefault(profile.organization, number)
        self.organization_names[organization] = profile.organization
        self.organizations[number] = organization
        # Last, because other threads read, and add, at the same time.
        self.given.append(number)
        self._numbers[profile.text] = number
        return number

    def _make_room(self, number: int, blank: Profile) -> None:
        # Two threads at once make more room than is needed, which harms nobody.
        if number >= len(self.profiles):
            self.profiles += [blank] * _STEP
        if number >= len(self.keys):
            self.keys += [""] * _STEP
        for column in (self.mailboxes, self.traits, self.organizations):
            if number >= len(column):
                column.extend([0] * _STEP)

    def _profile(self, text: str) -> Profile:
        address = parse_address(text)
        traits = _AUDIENCE_TRAIT[self._circle.audience(address)] if address.readable else UNREADABLE
        familiar = traits & (INTERNAL | PARTNER)
        resembles, alike = self._resemblance(address.domain) if address.domain and not familiar else (None, 0)
        traits |= alike
        traits |= FREE_MAIL if address.readable and is_free_mail(address.domain) else 0
        traits |= MAILING_LIST if traits & FREE_MAIL and hosts_mailing_lists(address.domain) else 0
        return Profile(text, address, address.key, organization_of(address), traits, resembles)

    def _resemblance(self, domain: str) -> tuple[str | None, int]:
        if resembles := look_alike_of(domain, self._known_domains):
            return resembles, LOOK_ALIKE
        resembles = other_ending_of(domain, self._circle.internal, self._circle.partner)
        return resembles, OTHER_ENDING if resembles else 0


class _Kept:
    """The profiles of one organization, begun afresh when they are too many."""

    def __init__(self, circle: Circle) -> None:
        self._circle = circle
        self._profiles = Profiles(circle)

    def current(self) -> Profiles:
        if self._profiles.met >= MOST_ADDRESSES:
            self._profiles = Profiles(self._circle)
        return self._profiles


def _numbers() -> Iterator[int]:
    """Count from 0, with numbers that are made a block at a time and so lie side by side in memory.

    A message to hundreds looks at as many of them. No Python code runs in between, so threads may share the iterator.
    """
    blocks = map(range, itertools.count(0, _STEP), itertools.count(_STEP, _STEP))
    return itertools.chain.from_iterable(map(list, blocks))


@functools.lru_cache(maxsize=1 << 8)
def _kept(organization: Organization, sender_text: str) -> _Kept:
    return _Kept(circle_of(organization, parse_address(sender_text)))


def profiles_for(organization: Organization, sender: Address) -> Profiles:
    """Return the profiles as an organization sees them; whoever took them may use them to the end of a message.

    The sender matters only where no internal domain is declared: then the sender's own domain is internal.
    """
    undeclared = not organization.internal_domains and sender.readable and not is_free_mail(sender.domain)
    return _kept(organization, f"sender@{sender.domain}" if undeclared else "").current()
