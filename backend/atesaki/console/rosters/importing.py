"""Import with preview: upload a file, see and correct how it is read, see what would change, confirm."""

from __future__ import annotations

from contextlib import AbstractContextManager
from http import HTTPStatus
from typing import IO, Any

from starlette.responses import Response

from atesaki.console.rosters import mapping, words
from atesaki.console.rosters.ports import Ports, own_roster, path_of
from atesaki.console.rosters.sheets import changes_sheet, sheet
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import page, redirect
from atesaki.console.shell.text import mark as _
from atesaki.judgement.errors import AtesakiError
from atesaki.rosters.comparison import side_by_side
from atesaki.rosters.errors import RosterChanged, RosterFileUnreadable, RosterWouldBeEmpty
from atesaki.rosters.import_csv import ReadRow, read_members
from atesaki.rosters.layout import MAX_COLUMNS, Layout, suggested_layout
from atesaki.rosters.members import each_member
from atesaki.rosters.preview import Preview, preview, rejected_rows
from atesaki.rosters.reasons import sentence
from atesaki.rosters.registry import Registered
from atesaki.rosters.rosters import Origin, base_of
from atesaki.rosters.sources import source_of

_NO_FILE = _("Choose a file first.")
_TOO_LARGE = _("The file is larger than %(size)s MB.")
_DONE = _("Imported: %(accepted)s members are on the roster now.")
_MEGABYTE = 1_000_000
"""One of the two that people mean by MB."""


class Importing:
    """The import of one roster."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports

    def choose(self, ask: Ask) -> Response:
        """Ask for a file."""
        return self._ask_for_file(ask, own_roster(ask, self._ports))

    def upload(self, ask: Ask) -> Response:
        """Keep the file for an hour, and show how it would be read."""
        roster, given = own_roster(ask, self._ports), ask.upload("file")
        if given is None:
            return self._ask_for_file(ask, roster, ask.text(_NO_FILE))
        if (given.size or 0) > self._ports.max_import_bytes:
            size = self._ports.max_import_bytes // _MEGABYTE
            return self._ask_for_file(ask, roster, ask.text(_TOO_LARGE, size=size))
        try:
            suggested_layout(given.file)
        except AtesakiError as error:
            return self._ask_for_file(ask, roster, ask.sentence(error))
        upload = self._ports.uploads.keep(roster.name, ask.person.key, given.file)
        return redirect(ask, path_of(roster.name, f"/import/{upload}"))

    def preview(self, ask: Ask) -> Response:
        """Show how the file is read and what an import would change."""
        roster = own_roster(ask, self._ports)
        with self._file(ask, roster) as file:
            try:
                layout, problem = mapping.layout_from(file, ask.query), ""
            except AtesakiError as error:
                layout, problem = suggested_layout(file), ask.sentence(error)
            try:
                return self._shown(ask, roster, file, layout, problem)
            except RosterFileUnreadable as error:
                # A fault below the first rows comes to light only now.
                return self._ask_for_file(ask, roster, ask.sentence(error))

    def confirm(self, ask: Ask) -> Response:
        """Import exactly what was shown."""
        roster = own_roster(ask, self._ports)
        with self._file(ask, roster) as file:
            layout = mapping.layout_from(file, ask.value)
            if ask.value("needs_sure") and not ask.value("sure"):
                return self._shown(ask, roster, file, layout, unsure=True)
            origin = Origin(ask.person.author, ask.value("base"), {"kind": "file"})
            try:
                report = self._ports.rosters.replace(roster.name, read_members(file, layout), origin)
            except RosterChanged as error:
                return self._shown(ask, own_roster(ask, self._ports), file, layout, ask.sentence(error))
            except RosterWouldBeEmpty:
                return self._shown(ask, roster, file, layout, ask.text(words.WARNINGS["empty"]))
        self._ports.uploads.drop(ask.path("upload"))
        accepted = f"{report.accepted:,}"
        return redirect(ask, path_of(roster.name), said=ask.text(_DONE, accepted=accepted))

    def rejected(self, ask: Ask) -> Response:
        """Hand out the rows that would not be imported, with line and reason."""
        with self._file(ask, own_roster(ask, self._ports)) as file:
            layout = mapping.layout_from(file, ask.query)
            header = [ask.text(_("Line")), ask.text(_("Reason")), ask.text(_("The row as it stands in the file"))]
            return sheet("rejected.csv", header, (_rejected(ask, row) for row in rejected_rows(file, layout)))

    def changes(self, ask: Ask) -> Response:
        """Hand out everybody who would join, leave or change; that somebody looked is recorded first."""
        roster = own_roster(ask, self._ports)
        with self._file(ask, roster) as file, side_by_side(each_member(self._ports.store, roster)) as both:
            preview(file, mapping.layout_from(file, ask.value), both)
            self._ports.rosters.viewed(roster.name, "roster_comparison", roster.members, ask.person.author)
            return sheet("changes.csv", *changes_sheet(ask, both.all_changes()))

    def _file(self, ask: Ask, roster: Registered) -> AbstractContextManager[IO[bytes]]:
        return self._ports.uploads.opened(ask.path("upload"), roster.name, ask.person.key)

    def _ask_for_file(self, ask: Ask, roster: Registered, problem: str = "") -> Response:
        return page(
            ask,
            "rosters/import.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK,
            roster=roster,
            source=source_of(self._ports.store, roster.id),
            problem=problem,
            path_of=path_of,
        )

    def _shown(  # noqa: PLR0913  # Each is a part of the page.
        self, ask: Ask, roster: Registered, file: IO[bytes], layout: Layout, problem: str = "", *, unsure: bool = False
    ) -> Response:
        with side_by_side(each_member(self._ports.store, roster)) as both:
            seen = preview(file, layout, both)
        counts = seen.comparison.counts
        if counts["left"] or counts["changed"]:
            self._ports.rosters.viewed(roster.name, "roster_comparison", roster.members, ask.person.author)
        return page(
            ask,
            "rosters/preview.html",
            status=HTTPStatus.CONFLICT if problem or unsure else HTTPStatus.OK,
            roster=roster,
            base=base_of(roster),
            problem=problem,
            unsure=unsure,
            **_read(ask, seen),
        )


def _read(ask: Ask, seen: Preview) -> dict[str, Any]:
    layout = seen.layout
    return {
        "seen": seen,
        "comparison": seen.comparison,
        "upload": ask.path("upload"),
        "fields": mapping.fields_of(layout),
        "meaning_of": dict(mapping.fields_of(layout)),
        "query": mapping.query_of(layout),
        "width": min(max((len(row.cells) for row in seen.rows), default=0), MAX_COLUMNS),
        "reasons": lambda reason: sentence(reason, ask.locale),
        "encodings": words.ENCODINGS,
        "delimiters": {layout.delimiter: layout.delimiter, **words.DELIMITERS},
        "warnings": [ask.text(words.WARNINGS[name]) for name in seen.warnings],
        "changes": words.CHANGES,
        "path_of": path_of,
    }


def _rejected(ask: Ask, read: ReadRow) -> list[str]:
    reasons = " ".join(sentence(reason, ask.locale) for reason in read.reasons)
    return [str(read.row.line), reasons, *read.row.cells]
