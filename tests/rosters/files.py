"""Roster files as they arrive, and what a roster is registered with."""

import io

from atesaki.rosters.import_csv import Rejection, read_members
from atesaki.rosters.roster import Member, RosterDraft


def read(data: str | bytes) -> list[Member | Rejection]:
    """Everything that a file says."""
    return list(read_members(file_of(data)))


def addresses(data: str | bytes) -> list[str]:
    """The addresses of a file in their order."""
    return [row.address for row in read(data) if isinstance(row, Member)]


def rejections(data: str | bytes) -> list[tuple[int, str]]:
    """Line and reason of what a file's reader rejected."""
    return [(row.line, row.reason.value) for row in read(data) if isinstance(row, Rejection)]


def file_of(data: str | bytes) -> io.BytesIO:
    """A file of these bytes, or of this text in UTF-8."""
    return io.BytesIO(data.encode() if isinstance(data, str) else data)


def draft(name: str = "volunteers") -> RosterDraft:
    """A protected roster."""
    return RosterDraft(name, "Mori", "Shift plans", "protected")


def many(count: int, prefix: str = "user") -> str:
    """A file with a header and `count` people."""
    return "name,email\n" + "".join(f"User {at},{prefix}{at}@host{at % 500}.example.jp\n" for at in range(count))
