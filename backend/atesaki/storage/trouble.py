"""Why a store can't be used, in words that hold nothing of what was to be read or written."""

import logging
import sqlite3
from typing import Protocol

from sqlalchemy.exc import DBAPIError

from atesaki.judgement.errors import AtesakiError

_OF_SQLITE = {
    sqlite3.SQLITE_FULL: "the disk is full",
    sqlite3.SQLITE_READONLY: "its file system is read-only, or this account may not write there",
    # A full disk is told like this, too, where the log's index finds no room.
    sqlite3.SQLITE_IOERR: "the disk is full or reports errors",
    sqlite3.SQLITE_CANTOPEN: "its files can't be opened or made",
    sqlite3.SQLITE_BUSY: "another program holds it locked",
    sqlite3.SQLITE_CORRUPT: "its file is damaged",
    sqlite3.SQLITE_NOTADB: "its file is not a database, or is damaged",
}
"""By primary result code (https://www.sqlite.org/rescode.html)."""

_OF_POSTGRESQL = {
    "25006": "the database takes no writes",
    "53100": "the disk of the database is full",
    "53300": "the database has no connection left",
}
"""By SQLSTATE (PostgreSQL, appendix A)."""

_PRIMARY = 0xFF


class Log(Protocol):
    """Takes one line and its values."""

    def log(self, level: int, event: str, /, **values: object) -> object:
        """Write a line of a level of the standard library's."""


def cause_of(error: BaseException, otherwise: str | None = None) -> str:
    """Say why, as the end of a sentence and without a full stop; of what nobody foresaw, `otherwise` or its kind."""
    found = error.orig if isinstance(error, DBAPIError) and error.orig else error
    if isinstance(found, AtesakiError):
        return found.detail.rstrip(".")
    told = _OF_SQLITE.get(getattr(found, "sqlite_errorcode", 0) & _PRIMARY)
    told = told or _OF_POSTGRESQL.get(getattr(found, "sqlstate", None) or "")
    return told or otherwise or type(found).__name__


class Spell:
    """Logs that work which is tried again and again has begun to fail, each cause once, and that it succeeds again.

    What is tried every second would else fill the log, and the disk that it may be about.
    """

    def __init__(self, log: Log, work: str, level: int = logging.WARNING) -> None:
        self._log = log
        self._work = work
        self._level = level
        self._causes: set[str] = set()

    def failed(self, error: BaseException) -> None:
        """Take note of a failure."""
        if (cause := cause_of(error)) not in self._causes:
            self._causes.add(cause)
            self._log.log(self._level, f"{self._work}_failed", error=type(error).__name__, cause=cause)

    def succeeded(self) -> None:
        """Take note of a success."""
        if self._causes:
            self._causes.clear()
            self._log.log(logging.INFO, f"{self._work}_recovered")
