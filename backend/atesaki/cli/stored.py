"""Opens the store and the journal for commands that look into one, or that may be what an installation begins with."""

import contextlib
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from atesaki.cli.refusal import one_sentence
from atesaki.journal import Journal, Limits
from atesaki.journal.key import key_file, load_or_create_key
from atesaki.settings import Settings, read_settings
from atesaki.storage.engine import DATABASE_NAME, Store, open_store
from atesaki.storage.errors import StoreUnavailable

DataDir = Annotated[Path | None, typer.Option(help="Folder of the SQLite store.", envvar="ATESAKI_DATA_DIR")]
DatabaseUrl = Annotated[str | None, typer.Option(help="postgresql://… instead.", envvar="ATESAKI_DATABASE_URL")]


def choose_store(context: typer.Context, data_dir: DataDir = None, database_url: DatabaseUrl = None) -> None:
    """Take the flags that stand before the command of a group; `settings_of` reads them."""
    context.obj = {"data_dir": data_dir, "database_url": database_url}


def settings_of(context: typer.Context) -> Settings:
    """Return the settings of a command whose group lets one choose the store; raises `SettingsError`."""
    return read_settings(**context.obj)


@contextlib.contextmanager
def opened(context: typer.Context, *, new: bool = False) -> Iterator[Store]:
    """The store, a `new` one where there is none; what the caller can mend is one sentence and exit code 1."""
    with one_sentence():
        settings = settings_of(context)
        if new:
            tell_if_new(settings)
        with contextlib.closing(open_store(settings.store_address) if new else existing_store(settings)) as store:
            yield store


@contextlib.contextmanager
def writing(settings: Settings, store: Store) -> Iterator[Journal]:
    """A journal to write to; on SQLite only while no server writes to the store."""
    limits = Limits(retention=dt.timedelta(days=settings.retention_days))
    journal = Journal(store, load_or_create_key(key_file(settings)), limits=limits)
    journal.start()
    try:
        yield journal
    finally:
        journal.stop()


def existing_store(settings: Settings) -> Store:
    """Open the store of the settings; none is made, so that a mistyped folder never passes for an empty journal.

    Raises `StoreUnavailable` with one sentence.
    """
    if lacks_store(settings):
        folder = settings.data_dir.absolute()
        raise StoreUnavailable(f"There is no store in {folder}; name its folder by ATESAKI_DATA_DIR.", field="data_dir")
    return open_store(settings.store_address)


def lacks_store(settings: Settings) -> bool:
    """Tell whether the data directory has no store yet."""
    try:
        return settings.database_url is None and not (settings.data_dir / DATABASE_NAME).exists()
    except OSError:
        # Whether there is one can't be seen; opening it says why.
        return False


def tell_if_new(settings: Settings) -> None:
    """Say on standard error that a store will be new; whoever mistyped the folder sees it at once."""
    if lacks_store(settings):
        folder = settings.data_dir.absolute()
        typer.echo(f"There is no store in {folder} yet; what is written begins a new one.", err=True)
