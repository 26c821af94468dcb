"""What is exported, and the entry that is recorded where personal data is in it."""

import datetime as dt

from msgspec import Struct

from atesaki.journal.record import Entry, without_addresses


class Selection(Struct, frozen=True, kw_only=True):
    """What to export: records of the moments from `since` up to `until`, `None` for open ends.

    An export ends at each stream's newest checkpoint, so that all of it is proven; with `unsigned` it also holds
    what no checkpoint covers yet.
    `known` are checkpoints that the receiver keeps: the export will show that it continues them.
    """

    since: dt.datetime | None = None
    until: dt.datetime | None = None
    personal: bool = False
    unsigned: bool = False
    known: tuple[str, ...] = ()


def viewed(subject: str, *, purpose: str, by: str, selection: Selection | None = None) -> Entry:
    """Make the entry that must be durable before anybody is shown personal data.

    The purpose stays for ever, so addresses are taken out of it.
    """
    body: dict[str, object] = {"purpose": without_addresses(purpose)}
    if selection is not None:
        body |= {"since": selection.since, "until": selection.until}
    return Entry("personal_data.viewed", subject, body, {"by": by})
