"""One contract for rosters on SQLite and PostgreSQL: changes are journaled, whole, and safe in both directions."""

import time

import pytest
from sqlalchemy import func, insert, select
from tests.fakes.journal import ListedJournal
from tests.rosters.files import draft, file_of, many

from atesaki.judgement.facts import RosterHit
from atesaki.rosters.cells import Reason
from atesaki.rosters.errors import (
    RosterBusy,
    RosterExists,
    RosterInvalid,
    RosterNotFound,
    RostersUnavailable,
    RosterWouldBeEmpty,
)
from atesaki.rosters.import_csv import Rejection
from atesaki.rosters.roster import RosterDraft
from atesaki.rosters.rosters import ImportReport, Rosters
from atesaki.storage.engine import Store
from atesaki.storage.tables import roster_members
from atesaki.storage.tables import rosters as rosters_table


@pytest.fixture
def journal() -> ListedJournal:
    """The journal that the rosters of a test write to."""
    return ListedJournal()


@pytest.fixture
def rosters(store: Store, journal: ListedJournal) -> Rosters:
    """Rosters with one, “volunteers”, that has no members yet."""
    empty = Rosters(store, journal)
    empty.create(draft())
    return empty


def kept_rows(store: Store) -> int:
    """Rows of members in the store, in force or not."""
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(roster_members)) or 0


def test_created_roster_is_listed_empty(rosters: Rosters) -> None:
    """A roster exists before its members do."""
    (roster,) = rosters.all()
    assert (roster.name, roster.owner, roster.purpose, roster.handling) == (
        "volunteers",
        "Mori",
        "Shift plans",
        "protected",
    )
    assert (roster.members, roster.revision) == (0, 0)


def test_second_roster_of_a_name_is_refused(rosters: Rosters, journal: ListedJournal) -> None:
    """A name means one list of people; composed and decomposed letters are the same name."""
    rosters.create(draft("ガ"))
    before = len(journal.entries)
    with pytest.raises(RosterExists):
        rosters.create(draft("ガ"))
    assert len(journal.entries) == before


@pytest.mark.parametrize("name", ["", "  ", "a/b", "a\nb", "a\x00b", ".", "..", "\ud800", "x" * 101])
def test_unreadable_names_are_refused(rosters: Rosters, name: str) -> None:
    """A name is text that a person can read and a URL can hold."""
    with pytest.raises(RosterInvalid) as caught:
        rosters.create(draft(name))
    assert caught.value.field == "name"


@pytest.mark.parametrize("name", ["nobody", "with\x00zero", "ü/ü"])
def test_unknown_name_is_not_found(rosters: Rosters, name: str) -> None:
    """Whatever is asked for, an unknown name is simply unknown."""
    with pytest.raises(RosterNotFound):
        rosters.get(name)


def test_import_reports_accepted_duplicates_and_rejected(rosters: Rosters) -> None:
    """Repeated people are counted after their addresses are made comparable."""
    file = "name,email\nA,taro.yamada@gmail.com\nA2,TaroYamada+x@googlemail.com\nB,b@x.jp\nC,oops\n"
    assert rosters.replace_members("volunteers", file_of(file)) == ImportReport(
        accepted=2, duplicates=1, rejected=(Rejection(5, Reason.NO_AT),), rejected_count=1
    )
    assert rosters.get("volunteers").members == 2


def test_import_replaces_all_former_members(rosters: Rosters, store: Store) -> None:
    """Who left the list is on no roster any more, and no row of them remains."""
    rosters.replace_members("volunteers", file_of("a@x.jp\nb@x.jp\n"))
    rosters.replace_members("volunteers", file_of("b@x.jp\nc@x.jp\nd@x.jp\n"))
    assert rosters.find("a@x.jp") == ()
    assert rosters.find("B@X.jp") == (RosterHit("volunteers", "protected"),)
    assert kept_rows(store) == 3


def test_import_that_would_empty_a_roster_is_refused(rosters: Rosters) -> None:
    """A wrong file must not take protection from everybody."""
    rosters.replace_members("volunteers", file_of("a@x.jp\n"))
    with pytest.raises(RosterWouldBeEmpty):
        rosters.replace_members("volunteers", file_of("name,email\nA,oops\n"))
    assert rosters.find("a@x.jp") != ()


def test_roster_is_emptied_where_that_is_meant(rosters: Rosters, store: Store) -> None:
    """Someone who says so may empty a roster."""
    rosters.replace_members("volunteers", file_of("a@x.jp\n"))
    report = rosters.replace_members("volunteers", file_of("name,email\n"), allow_empty=True)
    assert (report.accepted, rosters.get("volunteers").members, kept_rows(store)) == (0, 0, 0)


def test_mostly_rejected_file_still_reports(rosters: Rosters) -> None:
    """The first thousand rejections are listed and all of them counted."""
    report = rosters.replace_members("volunteers", file_of("email\na@x.jp\n" + "oops\n" * 1_500))
    assert (report.accepted, len(report.rejected), report.rejected_count) == (1, 1_000, 1_500)


def test_broken_file_leaves_the_old_members_in_force(rosters: Rosters, store: Store) -> None:
    """A file that turns out unreadable after thousands of rows changes nothing and leaves nothing behind."""
    rosters.replace_members("volunteers", file_of("a@x.jp\n"))
    with pytest.raises(Exception, match="never closed"):
        rosters.replace_members("volunteers", file_of(many(4_500) + '"b@x.jp\n'))
    assert (rosters.get("volunteers").members, kept_rows(store)) == (1, 1)


def test_change_that_cannot_be_recorded_does_not_happen(rosters: Rosters, journal: ListedJournal, store: Store) -> None:
    """No change is in force that the journal doesn't know."""
    rosters.replace_members("volunteers", file_of("a@x.jp\n"))
    journal.broken = RostersUnavailable("Out of order.")
    with pytest.raises(RostersUnavailable):
        rosters.replace_members("volunteers", file_of("b@x.jp\n"))
    with pytest.raises(RostersUnavailable):
        rosters.delete("volunteers")
    with pytest.raises(RostersUnavailable):
        rosters.export("volunteers")
    journal.broken = None
    assert rosters.find("a@x.jp") != ()
    assert kept_rows(store) == 1


def test_rows_of_an_import_that_died_are_cleared_away(rosters: Rosters, store: Store) -> None:
    """A crash between the rows and the switch leaves the old members in force; the next import tidies up."""
    rosters.replace_members("volunteers", file_of("a@x.jp\n"))
    with store.write() as connection:
        number = connection.scalar(select(rosters_table.c.id))
        row = {"roster_id": number, "revision": 2, "mailbox_key": "z@x.jp", "address": "z@x.jp", "name": None}
        connection.execute(insert(roster_members).values(row))
    assert rosters.find("z@x.jp") == ()
    rosters.replace_members("volunteers", file_of("b@x.jp\n"))
    assert rosters.find("z@x.jp") == ()
    assert kept_rows(store) == 1


def test_slower_of_two_imports_is_told_and_changes_nothing(rosters: Rosters, store: Store) -> None:
    """Two imports at a time never mix their members."""

    def overtaken(_: int) -> None:
        rosters.replace_members("volunteers", file_of("second@x.jp\n"))

    with pytest.raises(RosterBusy):
        rosters.replace_members("volunteers", file_of("first@x.jp\n"), progress=overtaken)
    assert rosters.find("second@x.jp") != ()
    assert rosters.find("first@x.jp") == ()
    assert kept_rows(store) == 1


def test_roster_deleted_during_an_import_stays_deleted(rosters: Rosters, store: Store) -> None:
    """The import is told, and leaves no rows."""
    with pytest.raises(RosterBusy):
        rosters.replace_members("volunteers", file_of(many(2_001)), progress=lambda _: rosters.delete("volunteers"))
    assert rosters.all() == []
    assert kept_rows(store) == 0


def test_edit_changes_the_handling_at_once(rosters: Rosters) -> None:
    """From protected to sensitive, for the same members."""
    rosters.replace_members("volunteers", file_of("a@x.jp\n"))
    rosters.edit(RosterDraft("volunteers", "Mori", "Applications", "sensitive"))
    assert rosters.find("a@x.jp") == (RosterHit("volunteers", "sensitive"),)


def test_address_on_two_rosters_has_two_hits(rosters: Rosters) -> None:
    """Hits come in the order of roster names."""
    rosters.create(RosterDraft("committee", "", "", "open"))
    for name in ("volunteers", "committee"):
        rosters.replace_members(name, file_of("a@x.jp\n"))
    assert rosters.find("a@x.jp") == (RosterHit("committee", "open"), RosterHit("volunteers", "protected"))


def test_every_change_is_recorded_with_before_and_after(rosters: Rosters, journal: ListedJournal) -> None:
    """The journal says what changed, in counts and without an address."""
    rosters.replace_members("volunteers", file_of("a@x.jp\nb@x.jp\n"))
    rosters.edit(RosterDraft("volunteers", "Mori", "Shift plans", "open"))
    rosters.delete("volunteers")
    empty = {"members": 0, "revision": 0, "handling": "protected"}
    full = {"members": 2, "revision": 1, "handling": "protected"}
    opened = {"members": 2, "revision": 1, "handling": "open"}
    assert [entry.body for entry in journal.entries] == [
        {"change": "created", "before": None, "after": empty},
        {"change": "members_replaced", "before": empty, "after": full},
        {"change": "edited", "before": full, "after": opened},
        {"change": "deleted", "before": opened, "after": None},
    ]
    assert {(entry.kind, entry.subject) for entry in journal.entries} == {("roster.changed", "volunteers")}


def test_looking_at_members_is_recorded(rosters: Rosters, journal: ListedJournal) -> None:
    """An export shows personal data, and so does a question about one address, which itself stays personal."""
    rosters.replace_members("volunteers", file_of("a@x.jp\n"))
    rosters.export("volunteers")
    rosters.find("a@x.jp")
    exported, asked = journal.entries[-2:]
    assert (exported.kind, exported.subject, exported.body["members"]) == ("personal_data.viewed", "volunteers", 1)
    assert (asked.kind, "a@x.jp" in str(asked.body), asked.personal) == (
        "personal_data.viewed",
        False,
        {"address": "a@x.jp"},
    )


def test_export_runs_no_formula_and_imports_again(rosters: Rosters) -> None:
    """A cell that looks like a formula is marked as text, and reading the export back gives the same members."""
    rosters.replace_members("volunteers", file_of("name,email\n=1+1,-a@x.jp\n山田,b@x.jp\n"))
    exported = rosters.export("volunteers")
    assert exported == "\ufeffemail,name\r\n'-a@x.jp,'=1+1\r\nb@x.jp,山田\r\n"
    rosters.replace_members("volunteers", file_of(exported))
    assert rosters.find("-a@x.jp") == (RosterHit("volunteers", "protected"),)


def test_hundred_thousand_members_are_imported_at_once(rosters: Rosters) -> None:
    """A city's list goes in within seconds, in rows of two thousand, and says how far it is."""
    progress: list[int] = []
    began = time.monotonic()
    report = rosters.replace_members("volunteers", file_of(many(100_000)), progress=progress.append)
    assert report.accepted == rosters.get("volunteers").members == 100_000
    assert progress == list(range(2_000, 100_001, 2_000))
    assert time.monotonic() - began < 60
    assert rosters.find("user99999@host499.example.jp") != ()
