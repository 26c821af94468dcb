"""Opens what has to do with retention and the rights of people: periods, holds, look-up, erasure."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from atesaki.foundation import recorder
from atesaki.journal import Journal
from atesaki.rosters.members import find_hits
from atesaki.rosters.rosters import Rosters
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.rights.erase import Eraser
from atesaki.sending.rights.erasures import Erasures
from atesaki.sending.rights.expiry import Expiry
from atesaki.sending.rights.holds import Holds
from atesaki.sending.rights.index import Index
from atesaki.sending.rights.lookup import Lookup
from atesaki.sending.rights.periods import Retention
from atesaki.sending.rights.traces import RosterMembership
from atesaki.sending.rights.upkeep import RightsUpkeep
from atesaki.storage.engine import Store


class Rights(NamedTuple):
    """Periods, holds, look-up and requests; `upkeep` does in the background what they ask for."""

    retention: Retention
    holds: Holds
    lookup: Lookup
    erasures: Erasures
    upkeep: RightsUpkeep


def open_rights(  # noqa: PLR0913  # Each is another slice that rights stand on.
    store: Store,
    journal: Journal,
    pseudonyms: Pseudonyms,
    rosters: Rosters,
    *,
    retention_days: int,
    forget: Callable[[str], object] = lambda _: None,
) -> Rights:
    """Open all of it; `forget` is told the pseudonym of who is gone."""
    record, index = recorder(journal), Index(store, pseudonyms)
    retention, requests = Retention(store, record, retention_days), Erasures(store, pseudonyms, record)
    expiry = Expiry(store, retention, record, partial(find_hits, store))
    membership = RosterMembership(store, rosters)
    eraser = Eraser(store, requests=requests, record=record, index=index, rosters=membership, forget=forget)
    return Rights(
        retention=retention,
        holds=Holds(store, pseudonyms, record),
        lookup=Lookup(store, pseudonyms, record, index),
        erasures=requests,
        upkeep=RightsUpkeep(store, expiry, eraser),
    )
