"""`atesaki journal reindex`: builds the index of the journal again."""

import contextlib
from functools import partial
from typing import NamedTuple

import typer

from atesaki.cli.stored import opened
from atesaki.judgement.facts import Organization
from atesaki.rosters.members import find_hits
from atesaki.sending.index.indexer import Indexer
from atesaki.sending.organization import stored_organization
from atesaki.sending.pseudonym import open_pseudonyms
from atesaki.storage.engine import Store
from atesaki.storage.lock import FileLock


class _Stored(NamedTuple):
    """The organization as it stands in the store."""

    value: Organization


def reindex(context: typer.Context) -> None:
    """Build search index, figures and what-if features again from the journal; the journal itself is only read."""
    with opened(context) as store, _alone(store):
        organization = _Stored(stored_organization(store).organization)
        indexer = Indexer(store, open_pseudonyms(store), organization, partial(find_hits, store))
        total = indexer.reindex(_tell)
    typer.echo(f"Indexed {total:,} records.")


def _tell(indexed: int, total: int) -> None:
    typer.echo(f"{indexed:,} of {total:,} records …", err=True)


def _alone(store: Store) -> contextlib.AbstractContextManager[None]:
    """Keep a server from writing to a store on SQLite meanwhile; raises `StoreInUse` where one does."""
    return contextlib.nullcontext() if store.path is None else FileLock(store.path)
