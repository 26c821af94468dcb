"""Takes the journal home: the records of a search or of some days, streamed in the format that was chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import ClassVar, Final, NamedTuple, Protocol

from starlette.responses import Response, StreamingResponse

from atesaki.console.journal.finding import BadDay, filters_of, query_from
from atesaki.console.journal.purpose import NO_PURPOSE, purpose_of
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import headers_of_file, redirect
from atesaki.journal.export import MEDIA_TYPES, Format, Selection
from atesaki.judgement.errors import AtesakiError
from atesaki.sending.index.search import DecisionSearch

FORMATS: Final[dict[Format, str]] = {"jsonl": "JSON Lines", "csv": "CSV", "parquet": "Parquet"}
DEFAULT: Final[Format] = "jsonl"
_DAYS: Final = {"since", "until"}


class PurposeMissing(AtesakiError):
    """Personal data was asked for without saying what for."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "invalid-request"


class Taken(Protocol):
    """An export under way."""

    def __iter__(self) -> Iterator[bytes]:
        """Give the file in pieces."""


class Exports(NamedTuple):
    """How an export is made: signed first, recorded where people are in it, then streamed."""

    checkpoint: Callable[[], object]
    open: Callable[[Selection, Format, Iterable[str] | None], Taken]
    record_look: Callable[[Selection, str, str], object]


class Routes:
    """The form below the search."""

    def __init__(self, search: DecisionSearch, exports: Exports, hash_of: Callable[[str], bytes]) -> None:
        self._search = search
        self._exports = exports
        self._hash_of = hash_of

    def take(self, ask: Ask) -> Response:
        """Stream the file; a day that can't be read leads back to the search, which says so."""
        query = query_from(ask, self._hash_of)
        try:
            filters = filters_of(query, ask.zone)
        except BadDay:
            return redirect(ask, "/journal", **query.given)
        chosen = next((each for each in FORMATS if each == ask.value("format")), DEFAULT)
        selection = Selection(since=filters.since, until=filters.until, personal=ask.value("personal") == "yes")
        if selection.personal:
            self._record_look(ask, selection)
        self._exports.checkpoint()
        subjects = None if query.given.keys() <= _DAYS else self._search.ids(filters)
        return _streamed(self._exports.open(selection, chosen, subjects), chosen)

    def _record_look(self, ask: Ask, selection: Selection) -> None:
        purpose = purpose_of(ask)
        if not purpose:
            raise PurposeMissing(NO_PURPOSE, field="purpose")
        self._exports.record_look(selection, purpose, ask.person.author)


def _streamed(pieces: Taken, chosen: Format) -> Response:
    headers = headers_of_file(f"atesaki-journal.{chosen}")
    return StreamingResponse(iter(pieces), media_type=MEDIA_TYPES[chosen], headers=headers)
