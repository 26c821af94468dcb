"""A roster that follows a group of the directory: choose it, look what would change, confirm."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import Response

from atesaki.console.rosters import words
from atesaki.console.rosters.ports import Ports, own_roster, path_of
from atesaki.console.rosters.turns import AskedAlready, Turns
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import as_warning, page, redirect
from atesaki.console.shell.text import mark as _
from atesaki.directory.errors import DirectoryError
from atesaki.directory.port import GroupList
from atesaki.judgement.errors import AtesakiError
from atesaki.rosters.errors import RosterChanged
from atesaki.rosters.registry import Registered
from atesaki.rosters.rosters import Origin, base_of
from atesaki.rosters.sources import Source, source_of
from atesaki.rosters.sync import GroupChanged, SyncPreview

_FOLLOWS = _("The roster follows the group “%(group)s” from now on.")
_STOPPED = _("The roster no longer follows a group. Its members stay.")
_SYNCED = _("The roster is in step with its group.")
_NOT_SYNCED = _("The sync did not work; this page says why.")
_LONGEST = 200
_NO_ANSWER = (DirectoryError, AskedAlready)


class Following:
    """The source of one roster."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._turns = Turns()

    def show(self, ask: Ask) -> Response:
        """Show the source, the groups that were searched for, or what following one of them would change."""
        roster = own_roster(ask, self._ports)
        chosen = self._chosen(ask.query("provider"), ask.query("group"), ask.query("group_name"))
        if chosen is not None and chosen.group_id:
            return self._looked(ask, roster, chosen)
        return self._choose(ask, roster, ask.query("provider"))

    def confirm(self, ask: Ask) -> Response:
        """Import the group that was shown, and follow it."""
        roster = own_roster(ask, self._ports)
        chosen = self._chosen(ask.value("provider"), ask.value("group"), ask.value("group_name"))
        if chosen is None:
            return self._choose(ask, roster, "")
        origin = Origin(ask.person.author, ask.value("base"))
        if ask.value("needs_sure") and not ask.value("sure"):
            return self._looked(ask, roster, chosen, unsure=True)
        try:
            with self._turns.one():
                self._ports.sync.connect(roster.name, chosen, origin, ask.value("seen"))
        except (GroupChanged, RosterChanged) as error:
            return self._looked(ask, roster, chosen, ask.sentence(error))
        except _NO_ANSWER as error:
            return self._choose(ask, roster, chosen.provider, error)
        return redirect(ask, path_of(roster.name), said=ask.text(_FOLLOWS, group=chosen.group_name))

    def now(self, ask: Ask) -> Response:
        """Bring the roster in step at once."""
        roster = own_roster(ask, self._ports)
        with self._turns.one():
            source = self._ports.sync.run(roster.name)
        done = source is not None and source.problem in {None, "group-incomplete"}
        said = ask.text(_SYNCED) if done else as_warning(ask.text(_NOT_SYNCED))
        return redirect(ask, path_of(roster.name), said=said)

    def stop(self, ask: Ask) -> Response:
        """Follow no group any more."""
        roster = own_roster(ask, self._ports)
        self._ports.sync.disconnect(roster.name, ask.person.author)
        return redirect(ask, path_of(roster.name), said=ask.text(_STOPPED))

    def _chosen(self, provider: str, group: str, name: str) -> Source | None:
        if provider not in self._ports.directories:
            return None
        return Source(provider, group[:_LONGEST], name[:_LONGEST] or group[:_LONGEST])

    def _choose(self, ask: Ask, roster: Registered, provider: str, refused: AtesakiError | None = None) -> Response:
        search, found, problem = ask.query("search")[:_LONGEST], GroupList((), more=False), refused
        searched = provider in self._ports.directories and not refused
        if searched:
            try:
                with self._turns.one():
                    found = self._ports.directories[provider].groups(search)
            except AtesakiError as error:
                problem = error
        return page(
            ask,
            "rosters/groups.html",
            status=refused.status if refused else HTTPStatus.OK,
            roster=roster,
            source=source_of(self._ports.store, roster.id),
            directories=self._ports.directories,
            providers=words.PROVIDERS,
            provider=provider,
            search=search,
            searched=searched,
            found=found,
            problem=ask.sentence(problem) if problem else "",
            path_of=path_of,
        )

    def _looked(
        self, ask: Ask, roster: Registered, chosen: Source, problem: str = "", *, unsure: bool = False
    ) -> Response:
        """Show what would change; a directory that gives no answer leads back to the choice, not to a dead end."""
        try:
            with self._turns.one():
                seen: SyncPreview = self._ports.sync.preview(roster.name, chosen)
        except _NO_ANSWER as error:
            return self._choose(ask, roster, chosen.provider, error)
        counts = seen.comparison.counts
        if any(counts.values()):
            # Who would join is news to them too: the directory tells it, not a file of their own.
            people = seen.comparison.former + counts["joined"]
            self._ports.rosters.viewed(roster.name, "roster_comparison", people, ask.person.author)
        return page(
            ask,
            "rosters/sync.html",
            status=_status(problem, unsure=unsure),
            roster=roster,
            base=base_of(roster),
            chosen=chosen,
            seen=seen,
            comparison=seen.comparison,
            providers=words.PROVIDERS,
            changes=words.CHANGES,
            problem=problem,
            unsure=unsure,
            path_of=path_of,
        )


def _status(problem: str, *, unsure: bool) -> HTTPStatus:
    if problem:
        return HTTPStatus.CONFLICT
    return HTTPStatus.UNPROCESSABLE_ENTITY if unsure else HTTPStatus.OK
