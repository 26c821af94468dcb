"""Two people who describe one roster at once, on SQLite and PostgreSQL: nobody's description is replaced unseen."""

import contextlib
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.fakes.journal import ListedJournal
from tests.rosters.files import draft, file_of
from typing_extensions import override

from atesaki.rosters.errors import RosterChanged, RosterNotFound
from atesaki.rosters.roster import RosterDraft, description_of
from atesaki.rosters.rosters import Rosters
from atesaki.storage.engine import Store

PURPOSES = ("one", "other")


def purpose(text: str) -> RosterDraft:
    """What is said of the volunteers."""
    return RosterDraft("volunteers", "Mori", text, "protected")


class SlowJournal(ListedJournal):
    """A journal in which both who change something meet before either writes."""

    def __init__(self) -> None:
        super().__init__()
        self._both = threading.Barrier(2)

    @override
    def __call__(
        self, kind: str, subject: str, body: Mapping[str, object], personal: Mapping[str, object] | None
    ) -> None:
        """Keep the entry, once the other one has come."""
        super().__call__(kind, subject, body, personal)
        if body["change"] == "edited":
            with contextlib.suppress(threading.BrokenBarrierError):
                self._both.wait(timeout=2)


@pytest.mark.parametrize("seen", [True, False])
def test_of_two_at_once_one_is_accepted_and_the_other_one_told(store: Store, *, seen: bool) -> None:
    """Both have looked and recorded when they write; the journal says which change failed."""
    journal = SlowJournal()
    rosters = Rosters(store, journal)
    version = description_of(rosters.create(draft()))

    def edit(text: str) -> bool:
        try:
            Rosters(store, journal).edit(purpose(text), seen=version if seen else None)
        except RosterChanged:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        accepted = [text for text, done in zip(PURPOSES, threads.map(edit, PURPOSES), strict=True) if done]
    assert [rosters.get("volunteers").purpose] == accepted
    changes = [entry.body["change"] for entry in journal.entries]
    assert changes == ["created", "edited", "edited", "edited_failed"]


def test_what_is_no_longer_in_force_is_refused_before_it_is_recorded(store: Store) -> None:
    """Whoever looks again may save; new members are no other description, a namesake is another roster."""
    journal = ListedJournal()
    rosters = Rosters(store, journal)
    old = description_of(rosters.create(draft()))
    rosters.replace_members("volunteers", file_of("a@x.jp\n"))
    newer = description_of(rosters.edit(purpose("theirs"), seen=old))
    recorded = len(journal.entries)
    with pytest.raises(RosterChanged):
        rosters.edit(purpose("mine"), seen=old)
    assert len(journal.entries) == recorded
    assert rosters.edit(purpose("mine"), seen=newer).purpose == "mine"
    rosters.delete("volunteers")
    rosters.create(purpose("mine"))
    with pytest.raises(RosterChanged):
        rosters.edit(draft(), seen=newer)


def test_a_roster_deleted_in_the_meantime_is_not_described(store: Store) -> None:
    """It says so, and not that somebody changed it."""
    Rosters(store, ListedJournal()).create(draft())

    class Deleting(ListedJournal):
        """A journal during whose record somebody deletes the roster."""

        @override
        def __call__(
            self, kind: str, subject: str, body: Mapping[str, object], personal: Mapping[str, object] | None
        ) -> None:
            """Delete, then keep the entry."""
            if body["change"] == "edited":
                Rosters(store, ListedJournal()).delete("volunteers")
            super().__call__(kind, subject, body, personal)

    with pytest.raises(RosterNotFound):
        Rosters(store, Deleting()).edit(purpose("mine"))
