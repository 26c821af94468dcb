"""Who a message goes to: each person once, what their address is, and where it stands.

Places are where somebody stands in the message: a sum of the flags below.
A mask is an `int` with one bit a recipient, the first recipient being the highest bit (see ADR 0007).
"""

import functools
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import compress
from operator import attrgetter, itemgetter
from typing import Any, TypeVar

from atesaki.judgement.address import parse_address
from atesaki.judgement.facts import Organization
from atesaki.judgement.message import Message
from atesaki.judgement.profiles import INTERNAL, PARTNER, Profile, profiles_for

TO, CC, BCC, LIST, UNEXPANDED, UNKNOWN_KIND, MEMBER = 1, 2, 4, 8, 16, 32, 64
VISIBLE = TO | CC

_T = TypeVar("_T")
Expansions = Mapping[str, tuple[str, ...] | None]

_KIND_FLAG = {"person": 0, "distribution_list": LIST | UNEXPANDED, "unknown": UNKNOWN_KIND}
_DIGIT = bytes.maketrans(b"\x00\x01", b"01")
_TRUTH = bytes.maketrans(b"01", b"\x00\x01")
_ADDRESS, _KIND = attrgetter("address"), attrgetter("kind")
_PERSONS = {"person"}


class People:
    """Everybody a message goes to, in the order of the message; members of known lists come last.

    `texts` are the recipients as the client wrote them; for a member of a list, the list,
    since that is all a client can act on. `take` takes from a column of `known` what it says of each of them.
    """

    def __init__(
        self,
        message: Message,
        organization: Organization,
        expansions: Expansions | None = None,
    ) -> None:
        self.message = message
        self.sender = parse_address(message.sender.address)
        self.known = profiles_for(organization, self.sender)
        self._collect((*message.to, *message.cc, *message.bcc))
        if expansions:
            self._expand(expansions)
        self._look()

    def _look(self) -> None:
        """Take from the columns what every rule asks for."""
        self.size = len(self.numbers)
        self.everyone = (1 << self.size) - 1
        self.take = _taker(self.numbers)
        self._traits = bytearray(self.take(self.known.traits))
        self._know_the_sender()
        self.internal = self.by_trait(INTERNAL)
        self.partner = self.by_trait(PARTNER)
        self.external = self.everyone & ~(self.internal | self.partner)
        self.visible = self.by_place(VISIBLE)

    def _collect(self, recipients: Sequence[Any]) -> None:
        """Take every person once: as first written, with all the places where they stand."""
        message = self.message
        self.texts = list(map(_ADDRESS, recipients))
        self.numbers = self.known.numbers(self.texts)
        mailboxes = _taker(self.numbers)(self.known.mailboxes)
        self._mailboxes = set(mailboxes)
        self._places = bytearray(b"\x01" * len(message.to) + b"\x02" * len(message.cc) + b"\x04" * len(message.bcc))
        if set(map(_KIND, recipients)) - _PERSONS:
            for position, recipient in enumerate(recipients):
                self._places[position] |= _KIND_FLAG[recipient.kind]
        if len(self._mailboxes) < len(mailboxes):
            self._join(mailboxes)

    def _join(self, mailboxes: Sequence[int]) -> None:
        """Make one entry of everybody who was written more than once."""
        first: dict[int, int] = {}
        for position, mailbox in enumerate(mailboxes):
            self._places[first.setdefault(mailbox, position)] |= self._places[position]
        take = _taker(list(first.values()))
        self.texts, self.numbers = list(take(self.texts)), list(take(self.numbers))
        self._places = bytearray(take(self._places))

    def profile_of(self, text: str) -> Profile:
        """Return what can be said of any address, as this message's sender sees it."""
        return self.known.profiles[self.known.number(text)]

    def _know_the_sender(self) -> None:
        """Nobody is a stranger to themselves, whatever domains are declared."""
        if self.known.mailbox(self.sender.key) in self._mailboxes:
            self._traits[self.keys.index(self.sender.key)] = INTERNAL

    def _expand(self, expansions: Expansions) -> None:
        for position, text in enumerate(tuple(self.texts)):
            members = expansions.get(self.keys[position])
            if members is None or not self._places[position] & LIST:
                continue
            self._places[position] &= ~UNEXPANDED
            for member in members:
                self._add_member(self.known.number(member), text)

    def _add_member(self, number: int, list_text: str) -> None:
        key = self.known.keys[number]
        if self.index.setdefault(key, len(self.keys)) == len(self.keys):
            self.keys.append(key)
            self._mailboxes.add(self.known.mailboxes[number])
            self.texts.append(list_text)
            self.numbers.append(number)
            self._places.append(MEMBER)

    @functools.cached_property
    def keys(self) -> list[str]:
        """The mailbox of each recipient."""
        return list(_taker(self.numbers)(self.known.keys))

    @functools.cached_property
    def index(self) -> dict[str, int]:
        """The position of each mailbox."""
        return dict(zip(self.keys, range(len(self.keys)), strict=True))

    @functools.cached_property
    def profiles(self) -> Sequence[Profile]:
        """The profile of each recipient."""
        return self.take(self.known.profiles)

    @functools.cached_property
    def organizations(self) -> Sequence[int]:
        """The number of each recipient's organization; equal numbers are one organization."""
        return self.take(self.known.organizations)

    @property
    def outside_keys(self) -> list[str]:
        """The mailboxes of those who are not internal."""
        outside = self.everyone & ~self.internal
        return list(self.pick(self.keys, outside)) if outside else []

    def organization_name(self, number: int) -> str:
        """Return the organization with this number."""
        return self.known.organization_names[number]

    @functools.cached_property
    def names(self) -> list[str]:
        """The display name of each recipient, as it was first written; empty where there is none."""
        message = self.message
        everybody = reversed((*message.to, *message.cc, *message.bcc))
        names = {self.profile_of(recipient.address).key: recipient.name or "" for recipient in everybody}
        return [names.get(key, "") for key in self.keys]

    def by_trait(self, flags: int) -> int:
        """Recipients with any of the traits `flags`."""
        return int(self._traits.translate(_truth_table(flags)) or b"0", 2)

    def by_place(self, flags: int) -> int:
        """Recipients in any of the places `flags`."""
        return int(self._places.translate(_truth_table(flags)) or b"0", 2)

    def where(self, answers: Iterable[bool]) -> int:
        """Return the recipients whose answer, in the order of the message, is true."""
        return int(bytes(answers).translate(_DIGIT) or b"0", 2)

    def bit(self, key: str) -> int:
        """Return the mask of one mailbox; 0 when it is not a recipient."""
        position = self.index.get(key)
        return 0 if position is None else 1 << (self.size - 1 - position)

    def first(self, mask: int) -> Profile:
        """Return the profile of the first recipient in `mask`, which is not empty."""
        return self.known.profiles[self.numbers[self.size - mask.bit_length()]]

    def pick(self, items: Iterable[_T], mask: int) -> Iterable[_T]:
        """Return the items, one a recipient, of the recipients in `mask`, in the order of the message."""
        return compress(items, f"{mask:0{self.size}b}".encode().translate(_TRUTH))


@functools.cache
def _truth_table(flags: int) -> bytes:
    return bytes(b"01"[bool(value & flags)] for value in range(256))


def _taker(places: Sequence[int]) -> Callable[[Any], Sequence[Any]]:
    """Return a function that takes what stands at these places of a column, faster than a loop."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda column: [column[place] for place in places]
