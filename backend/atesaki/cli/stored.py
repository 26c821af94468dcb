"""Opens the store for commands that look into one."""

from atesaki.settings import Settings
from atesaki.storage.engine import DATABASE_NAME, Store, open_store
from atesaki.storage.errors import StoreUnavailable


def existing_store(settings: Settings) -> Store:
    """Open the store of the settings; none is made, so that a mistyped folder never passes for an empty journal.

    Raises `StoreUnavailable` with one sentence.
    """
    folder = settings.data_dir.absolute()
    if settings.database_url is None and not (folder / DATABASE_NAME).exists():
        raise StoreUnavailable(f"There is no store in {folder}; name its folder by ATESAKI_DATA_DIR.", field="data_dir")
    return open_store(settings.store_address)
