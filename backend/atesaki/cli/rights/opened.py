"""Opens what the commands about rights change; on SQLite only while no server writes to the store."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer

from atesaki.cli.journal.opened import opened, settings_of, writing
from atesaki.foundation import recorder
from atesaki.rights import Rights, open_rights
from atesaki.rosters.rosters import Rosters
from atesaki.sending.pseudonym import open_pseudonyms


@contextmanager
def rights_of(context: typer.Context) -> Iterator[Rights]:
    """Periods, holds, look-up and requests, with a journal that runs meanwhile."""
    with opened(context) as store, writing(context, store) as journal:
        rosters, days = Rosters(store, recorder(journal)), settings_of(context).retention_days
        yield open_rights(store, journal, open_pseudonyms(store), rosters, retention_days=days)
