"""Shortcuts by which people are looked at say the same as looking at one after the other."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from atesaki.judgement.address import parse_address
from atesaki.judgement.facts import Facts, Organization
from atesaki.judgement.message import Message, Recipient, Sender
from atesaki.judgement.organization import organization_of
from atesaki.judgement.people import People
from atesaki.judgement.view import View

# Few mailboxes, each written in several ways, so that many are written twice.
TEXTS = [
    f"{local}@{domain}"
    for local in ("a", "A", "b", "b+x")
    for domain in ("gmail.com", "our.example", "x.example", "unreadable")
]
OUR = Organization(internal_domains=("our.example",))
LISTS = st.lists(st.sampled_from(TEXTS).map(Recipient), max_size=8).map(tuple)


def written_to(to: tuple[Recipient, ...], cc: tuple[Recipient, ...], bcc: tuple[Recipient, ...]) -> People:
    """Return the people of a message."""
    return People(Message(Sender("me@our.example"), to, cc, bcc), OUR)


@given(LISTS, LISTS, LISTS)
def test_everybody_stands_once_as_first_written_with_all_places(
    to: tuple[Recipient, ...], cc: tuple[Recipient, ...], bcc: tuple[Recipient, ...]
) -> None:
    """However often and however differently a mailbox is written, its first text and all its places remain."""
    people = written_to(to, cc, bcc)
    known = people.known
    first: dict[str, str] = {}
    places: dict[str, int] = {}
    for field, recipients in ((1, to), (2, cc), (4, bcc)):
        for recipient in recipients:
            key = known.keys[known.number(recipient.address)]
            first.setdefault(key, recipient.address)
            places[key] = places.get(key, 0) | field
    assert dict(zip(people.keys, people.texts, strict=True)) == first
    assert people.keys == list(first)
    for flag in (1, 2, 4):
        assert people.by_place(flag) == people.where([bool(places[key] & flag) for key in people.keys])


@given(LISTS, LISTS, st.integers(min_value=0))
def test_places_are_those_of_the_texts(to: tuple[Recipient, ...], cc: tuple[Recipient, ...], bits: int) -> None:
    """Where recipients stand is the same whether it is known from the mask or looked for."""
    people = written_to(to, cc, ())
    mask = bits & people.everyone
    texts = people.written(mask)
    place = {each.address: number for number, each in enumerate((*to, *cc))}
    assert texts == tuple(dict.fromkeys(people.pick(people.texts, mask)))
    assert people.places(texts) == sum(1 << (len((*to, *cc)) - 1 - place[text]) for text in texts)
    assert people.places((*texts, "nobody@x.example")) == people.places(texts)


@given(LISTS, st.data())
def test_bytes_are_told_apart_like_other_columns(to: tuple[Recipient, ...], data: st.DataObject) -> None:
    """A column of bytes gives the same recipients as one of any numbers."""
    people = written_to(to, (), ())
    column = data.draw(st.lists(st.integers(0, 3), min_size=people.size, max_size=people.size))
    wanted = data.draw(st.sets(st.integers(0, 3)))
    assert people.where_in(bytes(column), wanted) == people.where_in(column, wanted)


@given(LISTS, LISTS, st.integers(min_value=0))
def test_organizations_are_counted_as_they_are_named(
    to: tuple[Recipient, ...], cc: tuple[Recipient, ...], bits: int
) -> None:
    """Counting needs no names where everybody is an organization of their own."""
    people = written_to(to, cc, ())
    view = View(people, Facts(dt.datetime(2026, 11, 27, tzinfo=dt.UTC), OUR))
    mask = bits & people.everyone
    outside = people.pick(people.keys, mask & ~people.internal)
    assert view.organization_count(mask) == len({organization_of(parse_address(key)) for key in outside})
