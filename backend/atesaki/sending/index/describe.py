"""Describes a recorded message by counts, flags and keyed hashes, to be judged anew without its addresses."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from atesaki.judgement.conditions.text import normalized
from atesaki.judgement.facts import Organization, RosterHit
from atesaki.judgement.message import Message
from atesaki.judgement.organization import normalize_domain
from atesaki.judgement.people import BCC, CC, LIST, TO, UNEXPANDED, UNKNOWN_KIND, People
from atesaki.judgement.profiles import INTERNAL
from atesaki.sending.case import VALID_FOR
from atesaki.sending.history import SETTLED
from atesaki.sending.index.features import Features, Numbers, Person, Sender, SubjectKind
from atesaki.sending.index.keys import domain_chain, is_plain, mailbox_hash
from atesaki.sending.index.records import Body, Personal
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.storage.engine import micros

Acquaintances = Mapping[tuple[str, str], int]
"""Since when a sender knows a recipient, both as pseudonyms."""

Rosters = Mapping[str, tuple[RosterHit, ...]]

_PLACES = (TO, CC, BCC, LIST, UNEXPANDED, UNKNOWN_KIND)
_SETTLED = int(SETTLED.total_seconds() * 1_000_000)
_TELLING = re.compile(r"[a-z0-9]{1,5}").fullmatch


class Known(NamedTuple):
    """What is known besides the records: who we are, who is on a roster, who knows whom."""

    organization: Organization
    rosters: Rosters
    acquaintances: Acquaintances


def people_of(personal: Personal, organization: Organization) -> People:
    """Return whom a recorded message went to."""
    return People(Message(personal.sender, personal.to, personal.cc, personal.bcc), organization)


def department_of(people: People, organization: Organization) -> str:
    """Return the sender's own mail domain where it is one of ours, else nothing.

    An office that gives its departments sub-domains (`welfare.city.example`) sees them apart.
    """
    return people.sender.domain if _is_ours(people.sender.domain, organization) else ""


def described(body: Body, personal: Personal, people: People, known: Known, pseudonyms: Pseudonyms) -> Features:
    """Return the features of a decision."""
    hits = {key: found for key in people.keys if (found := known.rosters.get(key))}
    domains = sorted({people.sender.domain, *(profile.address.domain for profile in people.profiles)} - {""})
    rosters = sorted({(hit.roster, hit.handling) for found in hits.values() for hit in found})
    now = micros(body.expires_at - VALID_FOR)
    exposure = body.exposure
    return Features(
        now=now,
        people=tuple(_People(people, pseudonyms, domains, rosters).described(hits, known.acquaintances, now)),
        sender=Sender(
            domains.index(people.sender.domain) if people.sender.domain else -1,
            is_plain(people.sender),
            mailbox_hash(pseudonyms, people.sender.key),
        ),
        domains=tuple(domain_chain(pseudonyms, domain) for domain in domains),
        rosters=tuple(rosters),
        thread=body.thread,
        item=body.item,
        truncated=body.truncated,
        stale=body.stale,
        history="history" not in body.stale,
        subject=_subject(personal.subject),
        extensions=tuple(_extension(name) for name in personal.attachments),
        exposure=Numbers(exposure.visible, exposure.organizations, exposure.disclosures, body.people),
        revision=body.policy_revision,
        fired=tuple(dict.fromkeys(f"{finding.policy}.{finding.rule}" for finding in body.findings)),
        department=department_of(people, known.organization),
        lists=body.lists,
    )


class _People:
    """The recipients of one message on their way into its features."""

    def __init__(
        self, people: People, pseudonyms: Pseudonyms, domains: Sequence[str], rosters: Sequence[tuple[str, str]]
    ) -> None:
        self._people = people
        self._pseudonyms = pseudonyms
        self._domain = {domain: place for place, domain in enumerate(domains)} | {"": -1}
        self._roster = {name: place for place, (name, _) in enumerate(rosters)}

    def described(self, hits: Rosters, acquaintances: Acquaintances, now: int) -> Iterable[Person]:
        """Yield every recipient, in the order of the message."""
        people = self._people
        sender = self._pseudonyms.of(people.sender.key)
        labels: dict[str, int] = {}
        keys = list(people.keys)
        names = self._pseudonyms.of_all(keys)
        for profile, key, name, places in zip(people.profiles, keys, names, _places(people), strict=True):
            yield Person(
                places=places,
                # Nobody is a stranger to themselves; see `People`.
                traits=INTERNAL if key == people.sender.key else profile.traits,
                organization=labels.setdefault(profile.organization, len(labels)),
                domain=self._domain[profile.address.domain],
                rosters=tuple(self._roster[hit.roster] for hit in hits.get(key, ())),
                known=acquaintances.get((sender, name), now) <= now - _SETTLED,
                plain=is_plain(profile.address),
                mailbox=bytes.fromhex(name),
            )


def _places(people: People) -> list[int]:
    if not people.size:
        return []
    rows = [(flag, f"{people.by_place(flag):0{people.size}b}") for flag in _PLACES]
    return [sum(flag for flag, digits in rows if digits[place] == "1") for place in range(people.size)]


def _subject(text: str | None) -> SubjectKind:
    if text is None:
        return "none"
    return "text" if text.strip() else "blank"


def _extension(name: str) -> str:
    """Return the last ending of a file name where it is short enough to tell of the file only."""
    _, dot, ending = normalized(name).casefold().rstrip(". ").rpartition(".")
    return ending if dot and _TELLING(ending) else ""


def _is_ours(domain: str, organization: Organization) -> bool:
    declared = {_normal(text) for text in organization.internal_domains}
    return any(domain == ours or domain.endswith(f".{ours}") for ours in declared if ours)


def _normal(text: str) -> str:
    try:
        return normalize_domain(text)
    except ValueError:
        return ""
