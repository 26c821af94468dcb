"""A file is read without importing it, and imported exactly as it was read."""

import io
import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.fakes.journal import ListedJournal
from tests.rosters.files import draft, file_of

from atesaki.rosters.columns import Columns
from atesaki.rosters.comparison import SideBySide, side_by_side
from atesaki.rosters.errors import LayoutInvalid, RosterChanged, RosterFileUnreadable
from atesaki.rosters.import_csv import read_members
from atesaki.rosters.layout import Layout, checked_layout, suggested_layout
from atesaki.rosters.members import each_member
from atesaki.rosters.preview import Preview, preview, rejected_rows
from atesaki.rosters.registry import roster_named
from atesaki.rosters.roster import Member
from atesaki.rosters.rosters import Origin, Rosters, base_of
from atesaki.storage.engine import Store

LARGE = """
import io, resource
from atesaki.rosters.comparison import side_by_side
from atesaki.rosters.layout import suggested_layout
from atesaki.rosters.preview import preview
from atesaki.rosters.roster import Member

def used():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

file = io.BytesIO("".join(f"User {at},user{at}@host.example.jp\\n" for at in range(100_000)).encode())
before = used()
with side_by_side(Member(f"old{at}@host.example.jp", f"old{at}@host.example.jp") for at in range(100_000)) as both:
    seen = preview(file, suggested_layout(file), both)
print(seen.accepted, seen.comparison.counts["joined"], seen.comparison.counts["left"], used() - before)
"""
STAFF = "氏名,連絡先,予備\n山田,taro@example.jp,taro@gmail.com\n佐藤,hana@example.jp,hana@gmail.com\n"


@pytest.fixture
def beside() -> Iterator[SideBySide]:
    """Two members in force, and room beside them."""
    former = [Member("a@x.example", "a@x.example", "A"), Member("b@x.example", "b@x.example", "B")]
    with side_by_side(former) as both:
        yield both


def previewed(text: str | bytes, both: SideBySide, layout: Layout | None = None) -> Preview:
    """What a file says."""
    file = file_of(text)
    return preview(file, layout or suggested_layout(file), both)


def test_preview_counts_what_an_import_would_do(beside: SideBySide) -> None:
    """Accepted, repeated and rejected rows, and who joins, leaves or changes."""
    seen = previewed("name,email\nAnn,a@x.example\nC,c@x.example\nC,c+tag@x.example\nD,d@\n,\n", beside)
    assert (seen.accepted, seen.duplicates, seen.rejected_count) == (2, 1, 1)
    assert seen.comparison.counts == {"joined": 1, "left": 1, "changed": 1}
    (changed,) = seen.comparison.first["changed"]
    assert (changed.former_name, changed.name) == ("A", "Ann")
    assert [change.former_address for change in seen.comparison.first["left"]] == ["b@x.example"]


def test_shift_jis_is_told_and_shown() -> None:
    """The guess names encoding, separator and columns, and the first rows are readable."""
    with side_by_side([]) as both:
        seen = previewed(STAFF.encode("cp932"), both)
    assert (seen.layout.encoding, seen.layout.delimiter) == ("cp932", ",")
    assert (seen.layout.columns.addresses, seen.layout.columns.names) == ((1, 2), (0,))
    assert seen.rows[1].cells == ["山田", "taro@example.jp", "taro@gmail.com"]


def test_a_changed_mapping_is_what_counts() -> None:
    """Whoever takes one column of addresses only gets the people of that column."""
    file = file_of(STAFF)
    layout = checked_layout(file, Layout("utf-8-sig", ",", Columns((1,), (0,), 0, 2)))
    with side_by_side([]) as both:
        seen = preview(file, layout, both)
    assert seen.accepted == 2
    assert "unused_addresses" in seen.warnings


@pytest.mark.parametrize(
    ("text", "columns", "expected"),
    [
        ("name,email\n", Columns((1,), (0,), 2, 2), {"empty"}),
        ("name,email\nC,c@x.example\n", Columns((1,), (0,), 2, 2), {"many_leave"}),
        ("name,email\nC,c@x.example\n", Columns((0,), (), 2, 2), {"empty", "not_addresses", "unused_addresses"}),
        ("tel,email\n03-1234,a@x.example\n04-5,b@x.example\n", Columns((1,), (0,), 2, 2), {"not_names"}),
        ("name,email\nA,a@x.example\nB,b@x.example\n", Columns((1,), (0,), 2, 2), set()),
    ],
)
def test_what_looks_wrong_is_said(text: str, columns: Columns, expected: set[str], beside: SideBySide) -> None:
    """An empty file, a wrong column or a roster that would lose most people is noticed before the import."""
    seen = previewed(text, beside, Layout("utf-8-sig", ",", columns))
    assert {warning for warning in seen.warnings if warning != "many_rejected"} == expected


def test_file_without_addresses_can_still_be_looked_at(beside: SideBySide) -> None:
    """A person can say which column it is only when they see the columns."""
    seen = previewed("a,b\n1,2\n", beside)
    assert (seen.layout.columns.addresses, seen.accepted, len(seen.rows)) == ((), 0, 2)


@pytest.mark.parametrize(
    "layout",
    [
        Layout("rot13", ",", Columns((0,), (), 3, 1)),
        Layout("utf-8-sig", "ab", Columns((0,), (), 3, 1)),
        Layout("utf-8-sig", ",", Columns((3,), (), 3, 1)),
        Layout("utf-8-sig", ",", Columns((-1,), (), 3, 1)),
        Layout("utf-8-sig", ",", Columns((0,), (0,), 3, 1)),
        Layout("utf-8-sig", ",", Columns((0,), (), 3, 0)),
    ],
)
def test_impossible_layouts_are_refused(layout: Layout) -> None:
    """What a form sends is checked like anything from outside."""
    with pytest.raises(LayoutInvalid):
        checked_layout(file_of(STAFF), layout)


def test_an_encoding_that_does_not_fit_names_the_line() -> None:
    """Whoever overrides the encoding wrongly is told where it fails, instead of importing mojibake."""
    with pytest.raises(RosterFileUnreadable, match="Line 1"):
        suggested_layout(io.BytesIO(STAFF.encode("cp932")), encoding="utf-8-sig")


def test_rejected_rows_keep_their_cells() -> None:
    """Whoever mends a file needs the row, not only its number."""
    file = file_of("name,email\nA,a@\nB,b@x.example\n")
    (row,) = rejected_rows(file, suggested_layout(file))
    assert (row.row.line, row.row.cells) == (2, ["A", "a@"])


def test_import_is_refused_when_the_roster_changed_since_the_preview(store: Store) -> None:
    """A preview compares with certain members; with others it says nothing."""
    rosters = Rosters(store, ListedJournal())
    seen = base_of(rosters.create(draft()))
    rosters.replace_members("volunteers", file_of("email\na@x.example\n"))
    with pytest.raises(RosterChanged):
        rosters.replace("volunteers", read_members(file_of("email\nb@x.example\n")), Origin(base=seen))
    assert [member.address for member in each_member(store, roster_named(store, "volunteers"))] == ["a@x.example"]


def test_import_tells_the_journal_whence_and_by_whom(store: Store) -> None:
    """The source is in the record; the person, whose name is personal, apart from it."""
    journal = ListedJournal()
    rosters = Rosters(store, journal)
    rosters.create(draft())
    origin = Origin("mori@hall.example", None, {"kind": "file"})
    rosters.replace("volunteers", read_members(file_of("email\na@x.example\n")), origin)
    entry = journal.entries[-1]
    assert entry.body["source"] == {"kind": "file"}
    assert entry.personal == {"author": "mori@hall.example"}
    assert rosters.get("volunteers").members_at is not None


def test_a_large_file_is_previewed_in_flat_memory() -> None:
    """A hundred thousand people cost the time to read them, not the memory to hold them."""
    done = subprocess.run([sys.executable, "-c", LARGE], check=True, capture_output=True, text=True)
    accepted, joined, left, grown = map(int, done.stdout.split())
    assert (accepted, joined, left) == (100_000,) * 3
    # What the address parser remembers, which is bounded, makes up most of it.
    assert grown < 80_000
