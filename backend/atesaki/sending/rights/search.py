"""Reads all personal data of the journal for one person, page by page."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from atesaki.sending.rights import kept
from atesaki.sending.rights.kept import Kept
from atesaki.sending.rights.redaction import Mention, mentions
from atesaki.sending.rights.whom import Whom
from atesaki.storage.engine import Store


class Found(NamedTuple):
    """A record that names the person, and where."""

    kept: Kept
    mentions: list[Mention]


def found_in_journal(store: Store, whom: Whom, told: Callable[[int], object] = lambda _: None) -> Iterator[Found]:
    """Give every record that names the person, oldest first; `told` hears how many were read."""
    read = 0
    for page in kept.every(store):
        yield from found_among(page, whom)
        read += len(page)
        told(read)


def found_among(page: Iterable[Kept], whom: Whom) -> Iterator[Found]:
    """Give those of some records that name the person."""
    for each in page:
        if found := mentions(each.blob, whom):
            yield Found(each, found)
