"""Opens the store for commands that look into one, or that may be what an installation begins with."""

import typer

from atesaki.settings import Settings
from atesaki.storage.engine import DATABASE_NAME, Store, open_store
from atesaki.storage.errors import StoreUnavailable


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
    return settings.database_url is None and not (settings.data_dir / DATABASE_NAME).exists()


def tell_if_new(settings: Settings) -> None:
    """Say on standard error that a store will be new; whoever mistyped the folder sees it at once."""
    if lacks_store(settings):
        folder = settings.data_dir.absolute()
        typer.echo(f"There is no store in {folder} yet; what is written begins a new one.", err=True)
