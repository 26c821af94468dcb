"""Answers the leaves of rules for one old message: true, false, or can't be told (`None`); never a guess."""

import datetime as dt
from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from atesaki.judgement.conditions import Predicate, compile_condition
from atesaki.judgement.conditions.condition import (
    AttachmentFilter,
    Condition,
    ExposureFilter,
    TextFilter,
    ThreadFilter,
)
from atesaki.judgement.conditions.text import normalized
from atesaki.judgement.facts import Facts, Organization
from atesaki.judgement.message import Message
from atesaki.judgement.message import Sender as MessageSender
from atesaki.judgement.people import People
from atesaki.judgement.policy import Active
from atesaki.judgement.view import View
from atesaki.sending.index.features import Features
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.replay.leaves import Leaf
from atesaki.sending.replay.patterns import Shadow, Test, Verdict, addresses_test, both

PICTURES: Final = frozenset({"", "png", "jpg", "jpeg", "gif", "bmp", "svg", "webp", "tif", "tiff", "ico", "emf", "wmf"})
"""Endings that a picture inside the body may have; whatever has another one is a file."""

Answer = Callable[[Features], Verdict]
Asked = Callable[[str, str], bool]
"""Tells whether the policies of a revision asked for a source of facts, such as `history`."""

_NOBODY = People(Message(MessageSender("nobody@atesaki.invalid"), (), (), ()), Organization())


class Sight:
    """Looks at old messages of one organization; `directories` tells whether its server asks any."""

    def __init__(self, organization: Organization, pseudonyms: Pseudonyms, asked: Asked, *, directories: bool) -> None:
        self._organization = organization
        self._pseudonyms = pseudonyms
        self._asked = asked
        self._directories = directories
        self._zone = ZoneInfo(organization.time_zone)

    def answer(self, leaf: Leaf) -> Answer:
        """Return how to answer a leaf; `patterns` are no matter of the message as a whole and answer true.

        `groups` and `members` are true where the judgement has all that there was to know.
        """
        makers: dict[str, Callable[[Any], Answer]] = {
            **_MAKERS,
            "time": lambda wanted: self._at(compile_condition(Condition(time=wanted))),
            "sender": lambda patterns: _of_sender(addresses_test(patterns, self._pseudonyms)),
            "active": self._in_force,
            "until": lambda last: lambda features: self._day(features) <= last,
            # Where nobody asked for the history, nobody was learned either.
            "first_time": lambda _: lambda features: True if self._asked(features.revision, "history") else None,
            "groups": lambda _: self._groups,
            "members": lambda _: self._members,
            "patterns": lambda _: lambda _: True,
        }
        return makers[leaf.key](leaf.value)

    def _day(self, features: Features) -> dt.date:
        return features.moment.astimezone(self._zone).date()

    def _groups(self, features: Features) -> Verdict:
        """Where nobody could tell groups, the judgement itself says what follows."""
        return None if self._directories and "sender_groups" not in features.stale else True

    def _members(self, features: Features) -> Verdict:
        """Whoever read a list is nowhere kept; a draft may ask for lists where nobody did."""
        unasked = self._directories and not self._asked(features.revision, "expansions")
        return None if features.lists or unasked else True

    def _at(self, holds: Predicate) -> Answer:
        def answer(features: Features) -> Verdict:
            view = View(_NOBODY, Facts(now=features.moment, organization=self._organization))
            return holds(view) is not None

        return answer

    def _in_force(self, active: Active) -> Answer:
        first, last = active.from_ or dt.date.min, active.until or dt.date.max
        return lambda features: first <= self._day(features) <= last


def shadows(features: Features) -> list[Shadow]:
    """Return what is kept of the address of each recipient."""
    chains = (*features.domains, ())
    return [Shadow(chains[person.domain], person.mailbox, person.plain) for person in features.people]


def _of_sender(test: Test) -> Answer:
    def answer(features: Features) -> Verdict:
        sender = features.sender
        chain = features.domains[sender.domain] if sender.domain >= 0 else ()
        return test(Shadow(chain, sender.mailbox, sender.plain))

    return answer


def _unknown(_: object) -> Answer:
    return lambda _: None


def _subject(condition: TextFilter) -> Answer:
    searched = bool(condition.contains or condition.matches)

    def answer(features: Features) -> Verdict:
        if features.subject == "none" or condition.empty is (features.subject == "text"):
            return False
        return None if searched else True

    return answer


def _exposure(condition: ExposureFilter) -> Answer:
    thresholds = (condition.disclosures, condition.people, condition.organizations)
    least = [threshold.at_least if threshold else 0 for threshold in thresholds]

    def answer(features: Features) -> Verdict:
        numbers = features.exposure
        found = (numbers.disclosures, numbers.people, numbers.organizations)
        return all(number >= wanted for number, wanted in zip(found, least, strict=True))

    return answer


def _thread(condition: ThreadFilter) -> Answer:
    kinds = {condition.kind} if isinstance(condition.kind, str) else set(condition.kind)
    asks_for_people = condition.known is not None

    def answer(features: Features) -> Verdict:
        if features.thread not in kinds:
            return False
        return None if asks_for_people else True

    return answer


def _item(wanted: str) -> Answer:
    return lambda features: features.item == wanted


def _added(_: object) -> Answer:
    return lambda features: None if features.thread in {"reply", "reply_all"} else True


def _attachments(condition: AttachmentFilter) -> Answer:
    written = condition.extension
    endings = None if written is None else {normalized(text).casefold().lstrip(".") for text in written}
    last_parts = None if endings is None else {ending.rpartition(".")[2] for ending in endings}

    def of_any(features: Features) -> Verdict:
        return True if condition.any is None else _is(_has_file(features), wanted=condition.any)

    def of_mention(features: Features) -> Verdict:
        if condition.missing_although_mentioned is None:
            return True
        has_file = _has_file(features)
        return not condition.missing_although_mentioned if has_file else None

    def of_named(features: Features) -> Verdict:
        if last_parts is None and condition.name is None and condition.size is None:
            return True
        possible = [ending for ending in features.extensions if last_parts is None or ending in {"", *last_parts}]
        if not possible:
            return False
        told = condition.name is None and condition.size is None and endings is not None
        return True if told and (set(possible) - PICTURES) & (endings or set()) else None

    return lambda features: both(both(of_any(features), of_mention(features)), of_named(features))


def _has_file(features: Features) -> Verdict:
    if not features.extensions:
        return False
    return True if any(ending not in PICTURES for ending in features.extensions) else None


def _is(answer: Verdict, *, wanted: bool) -> Verdict:
    return None if answer is None else answer is wanted


_MAKERS: Final[dict[str, Callable[[Any], Answer]]] = {
    "subject": _subject,
    "body": _unknown,
    "greeting_mismatch": _unknown,
    "exposure": _exposure,
    "thread": _thread,
    "item": _item,
    "added_to_thread": _added,
    "attachments": _attachments,
}
