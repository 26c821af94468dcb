"""Brings the schema up to date, safely even where several replicas start at the same moment."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine

from atesaki.storage.errors import StoreOfNewerVersion

_MIGRATIONS = Path(__file__).parent / "migrations"


def migrate(engine: Engine, write_alone: Callable[[], AbstractContextManager[Connection]]) -> None:
    """Upgrade to the newest schema in one transaction; do nothing where it is there already.

    Only one process migrates at a time, as `Store.write_alone` sees to.
    Raises `StoreOfNewerVersion` where the schema belongs to a newer version of the program.
    """
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    with engine.connect() as connection:
        if _current(connection) == ScriptDirectory.from_config(config).get_current_head():
            return
    with write_alone() as connection:
        config.attributes["connection"] = connection
        _upgrade(config)


def _current(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _upgrade(config: Config) -> None:
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StoreOfNewerVersion(
            "The store was written by a newer version of Atesaki; install that version or restore a backup.",
        ) from error
