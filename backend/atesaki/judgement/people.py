"""Who a message goes to: each person once, what their address is, and where it stands.

Places are where somebody stands in the message: a sum of the flags below.
A mask is an `int` with one bit a recipient, the first recipient being the highest bit (see ADR 0007).
"""

import functools
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import compress
from typing import TypeVar

from atesaki.judgement.address import NO_ADDRESS, parse_address
from atesaki.judgement.facts import Organization
from atesaki.judgement.masks import as_mask, chosen, taker, truth_table
from atesaki.judgement.message import Message, Recipient
from atesaki.judgement.profiles import ALIAS, FREE_MAIL, INTERNAL, PARTNER, UNREADABLE, Profile, profiles_for

TO, CC, BCC, LIST, UNEXPANDED, UNKNOWN_KIND, MEMBER = 1, 2, 4, 8, 16, 32, 64
VISIBLE = TO | CC

_T = TypeVar("_T")
Members = tuple[str | None, ...]
Expansions = Mapping[str, Members | None]

_KIND_FLAG = {"person": 0, "distribution_list": LIST | UNEXPANDED, "unknown": UNKNOWN_KIND}
_DIGIT = bytes.maketrans(b"\x00\x01", b"01")
_TRUTH = bytes.maketrans(b"01", b"\x00\x01")


class People:
    """Everybody a message goes to, in the order of the message; members of known lists come last.

    `texts` are the recipients as the client wrote them; for a member of a list, the list,
    since that is all a client can act on. `take` takes from a column of `known` what it says of each of them;
    `mailboxes` are the numbers there of those who were written.
    """

    _repeats = False
    """Whether somebody was written more than once, or is a member of a list."""

    _groups = False
    """Whether several recipients may be contact groups without an address."""

    behind_lists = 0
    """Who gets the message as a member of a list alone."""

    def __init__(
        self,
        message: Message,
        organization: Organization,
        expansions: Expansions | None = None,
        at_once: int | None = None,
    ) -> None:
        """Look at the recipients; raises `Unmet` where more than `at_once` addresses have to be read first."""
        self.message = message
        self.sender = parse_address(message.sender.address)
        self.known = profiles_for(organization, self.sender)
        self._repeats = bool(expansions)
        self._collect(at_once)
        if expansions:
            self._expand(expansions)
            self._take_traits()
            self.behind_lists = self.by_place(MEMBER)
        self._settle()

    def _look(self) -> None:
        """Take from the columns what every rule asks for."""
        self._take_traits()
        self._settle()

    def _take_traits(self) -> None:
        self.size = len(self.numbers)
        self.take = taker(self.numbers)
        self._traits = bytearray(self.take(self.known.traits))

    def _settle(self) -> None:
        """Work out, once, what every rule asks for."""
        self.everyone = (1 << self.size) - 1
        self._know_the_sender()
        self.internal = self.by_trait(INTERNAL)
        self.partner = self.by_trait(PARTNER)
        self.external = self.everyone & ~(self.internal | self.partner)
        self.visible = self.by_place(VISIBLE)
        self._written: dict[int, tuple[str, ...]] = {}

    def _collect(self, at_once: int | None) -> None:
        """Take every person once: as first written, with all the places where they stand."""
        message = self.message
        self.texts = list(message.addresses)
        self.numbers = self.known.numbers(self.texts, at_once)
        self._take_traits()
        self._places = bytearray(b"\x01" * len(message.to) + b"\x02" * len(message.cc) + b"\x04" * len(message.bcc))
        for position in message.no_persons:
            self._places[position] |= _KIND_FLAG[message.recipients[position].kind]
        # The first text of a mailbox has the mailbox's number.
        mailboxes = self.take(self.known.mailboxes) if self.by_trait(ALIAS) else self.numbers
        self.mailboxes = set(mailboxes)
        if len(self.mailboxes) < len(mailboxes):
            identities = self._told_apart(mailboxes)
            if len(set(identities)) < len(identities):
                self._join(identities)

    def _told_apart(self, mailboxes: Sequence[int]) -> Sequence[int | str]:
        """Return the mailbox of each; of a contact group without an address, its name, or nothing that others have."""
        nobody = self.known.mailbox(NO_ADDRESS)
        if nobody not in self.mailboxes:
            return mailboxes
        self._groups = True
        pairs = enumerate(zip(mailboxes, self.message.recipients, strict=True))
        return [each.name or -1 - place if number == nobody else number for place, (number, each) in pairs]

    def _join(self, mailboxes: Sequence[int | str]) -> None:
        """Make one entry of everybody who was written more than once."""
        self._repeats = True
        positions = range(len(mailboxes))
        # Written from the last to the first, so that the first remains.
        first = dict(zip(reversed(mailboxes), reversed(positions), strict=True))
        kept = sorted(first.values())
        for position in set(positions).difference(kept):
            self._places[first[mailboxes[position]]] |= self._places[position]
        take = taker(kept)
        self.texts, self.numbers = list(take(self.texts)), list(take(self.numbers))
        self._places = bytearray(take(self._places))
        self._take_traits()

    def profile_of(self, text: str) -> Profile:
        """Return what can be said of any address, as this message's sender sees it."""
        return self.known.profiles[self.known.number(text)]

    def _know_the_sender(self) -> None:
        """Nobody is a stranger to themselves, whatever domains are declared."""
        self.sender_self = 0
        written = self.known.mailbox(self.sender.key) in self.mailboxes
        if written or (self.behind_lists and self.sender.key in self.index):
            position = self.keys.index(self.sender.key)
            self._traits[position] = INTERNAL
            self.sender_self = 1 << (self.size - 1 - position)

    def _expand(self, expansions: Expansions) -> None:
        for position, text in enumerate(tuple(self.texts)):
            if self.keys[position] not in expansions:
                continue
            # The directory knows better what is a list than a client, which may see an address and nothing else.
            self._places[position] |= LIST | UNEXPANDED
            members = expansions[self.keys[position]] or (None,)
            if None not in members:
                self._places[position] &= ~UNEXPANDED
            for member in filter(None, members):
                self._add_member(self.known.number(member), text)

    def _add_member(self, number: int, list_text: str) -> None:
        key = self.known.keys[number]
        if self.index.setdefault(key, len(self.keys)) == len(self.keys):
            self.keys.append(key)
            self.texts.append(list_text)
            self.numbers.append(number)
            self._places.append(MEMBER)

    @functools.cached_property
    def keys(self) -> list[str]:
        """The mailbox of each recipient."""
        return list(taker(self.numbers)(self.known.keys))

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
        numbers = self.take(self.known.organizations)
        if not self._groups:
            return numbers
        pairs = enumerate(zip(numbers, self.keys, strict=True))
        return [-1 - place if key == NO_ADDRESS else number for place, (number, key) in pairs]

    @functools.cached_property
    def sharing(self) -> int:
        """Recipients outside who may be of one organization with others."""
        return self.everyone & ~(self.internal | self.alone)

    @property
    def pattern(self) -> tuple[bytes, bytes, tuple[int, ...]]:
        """Return where everybody stands, what they are, and which of them are of one outside organization.

        The last tells, of each who may share theirs, which of these was the first of it.
        """
        first: dict[int, int] = {}
        several = self.pick(self.organizations, self.sharing) if self.sharing & (self.sharing - 1) else ()
        return bytes(self._places), bytes(self._traits), tuple(map(first.setdefault, several, range(self.size)))

    @functools.cached_property
    def alone(self) -> int:
        """Recipients who are an organization of their own, as everybody is at a mailbox provider."""
        return self.by_trait(FREE_MAIL | UNREADABLE)

    def organization_name(self, number: int) -> str:
        """Return the organization with this number."""
        return self.known.organization_names.get(number, NO_ADDRESS)

    def written(self, mask: int) -> tuple[str, ...]:
        """Return the recipients in `mask` as the client wrote them, each once; equal masks give the same object."""
        texts = self._written.get(mask)
        if texts is None:
            picked = self.pick(self.texts, mask)
            texts = self._written[mask] = tuple(dict.fromkeys(picked) if self._repeats else picked)
        return texts

    def mask_of(self, texts: tuple[str, ...]) -> int | None:
        """Return the recipients of whom `written` returned these texts, `None` for any others."""
        return next((mask for mask, kept in self._written.items() if kept is texts), None) if texts else 0

    def in_every_writing(self, texts: tuple[str, ...], among: Iterable[Recipient]) -> tuple[str, ...]:
        """Return the texts, and behind them all others among these recipients that write the same mailboxes."""
        if not self._repeats or not texts:
            return texts
        wanted = {self.profile_of(text).key for text in texts}
        others = (each.address for each in among if self.profile_of(each.address).key in wanted)
        return tuple(dict.fromkeys((*texts, *others)))

    def through(self, mask: int) -> int:
        """Return who gets the message through the lists in `mask` alone."""
        if not self.behind_lists:
            return 0
        # A member's text is that of the list, which one member alone does not stand for.
        lists = set(self.pick(self.texts, mask & ~self.behind_lists))
        return self.behind_lists & self.where(map(lists.__contains__, self.texts))

    def places(self, texts: tuple[str, ...]) -> int:
        """Return where in To, Cc and Bcc, counted through, these texts stand, as a mask with a bit for every writing.

        What the client didn't write is left out; what `written` returned needn't be looked for.
        """
        mask = None if self._repeats else self.mask_of(texts)
        if mask is not None:
            return mask
        standing = bytearray(len(self.message.recipients))
        for text in texts:
            if text in self._position:
                standing[self._position[text]] = 1
        return as_mask(standing.translate(_DIGIT))

    @functools.cached_property
    def _position(self) -> dict[str, int]:
        return {address: place for place, address in enumerate(self.message.addresses)}

    @functools.cached_property
    def names(self) -> list[str]:
        """The display name of each recipient, as it was first written; empty where there is none."""
        everybody = reversed(self.message.recipients)
        names = {self.profile_of(recipient.address).key: recipient.name or "" for recipient in everybody}
        return [names.get(key, "") for key in self.keys]

    def by_trait(self, flags: int) -> int:
        """Recipients with any of the traits `flags`."""
        return as_mask(self._traits.translate(truth_table(flags)))

    def by_place(self, flags: int) -> int:
        """Recipients in any of the places `flags`."""
        return as_mask(self._places.translate(truth_table(flags)))

    def where(self, answers: Iterable[bool]) -> int:
        """Return the recipients whose answer, in the order of the message, is true."""
        return as_mask(bytes(answers).translate(_DIGIT))

    def where_in(self, column: Sequence[int], wanted: Collection[int]) -> int:
        """Return the recipients whose value in a column of theirs is wanted; bytes are told apart at once."""
        if isinstance(column, bytes):
            return as_mask(column.translate(chosen(frozenset(wanted))))
        return self.where(map(wanted.__contains__, column))

    def bit(self, key: str) -> int:
        """Return the mask of one mailbox; 0 when it is not a recipient."""
        position = self.index.get(key)
        return 0 if position is None else 1 << (self.size - 1 - position)

    def first(self, mask: int) -> Profile:
        """Return the profile of the first recipient in `mask`, which is not empty."""
        return self.known.profiles[self.numbers[self.size - mask.bit_length()]]

    def pick(self, items: Iterable[_T], mask: int) -> Iterable[_T]:
        """Return the items, one a recipient, of the recipients in `mask`, in the order of the message."""
        if mask == self.everyone:
            return items
        return compress(items, f"{mask:0{self.size}b}".encode().translate(_TRUTH))
