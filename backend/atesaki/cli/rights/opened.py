"""Opens what the commands about rights show and change."""

from collections.abc import Iterator
from contextlib import contextmanager

import typer
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from atesaki.cli.stored import opened, settings_of, writing
from atesaki.foundation import recorder
from atesaki.journal import Journal
from atesaki.rights import Rights, open_rights
from atesaki.rosters.rosters import Rosters
from atesaki.sending.pseudonym import open_pseudonyms
from atesaki.storage.engine import Store


@contextmanager
def rights_of(context: typer.Context) -> Iterator[Rights]:
    """Periods, holds, look-up and requests to be changed; on SQLite only while no server writes to the store."""
    with opened(context) as store, writing(settings_of(context), store) as journal:
        yield _rights(context, store, journal)


@contextmanager
def rights_to_show(context: typer.Context) -> Iterator[Rights]:
    """The same to be shown, beside a running server too: this journal is never started and refuses to record."""
    with opened(context) as store:
        yield _rights(context, store, Journal(store, Ed25519PrivateKey.generate()))


def _rights(context: typer.Context, store: Store, journal: Journal) -> Rights:
    rosters, days = Rosters(store, recorder(journal)), settings_of(context).retention_days
    return open_rights(store, journal, open_pseudonyms(store), rosters, retention_days=days)
