"""Exports for spreadsheets: one row a decision, no formula, flat memory; Parquet where pyarrow is."""

import csv
import datetime as dt
import importlib.util
import io
import resource
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update
from tests.journal.conftest import NOW
from tests.journal.many import fill

from atesaki.journal import Entry, Journal
from atesaki.journal.errors import ParquetUnavailable
from atesaki.journal.export import Export, Format, Selection
from atesaki.journal.export.spreadsheet import BYTE_ORDER_MARK, csv_chunks, safe
from atesaki.journal.verify_export import verify_export
from atesaki.storage.engine import Store, open_store
from atesaki.storage.tables import records

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
MANY = 80_000
FEW_MEGABYTES = 16_000_000
BODY = {
    "action": "warn",
    "release": "justify",
    "findings": [
        {"policy": "roster_visible", "rule": "members", "mode": "enforce"},
        {"policy": "free_mail", "rule": "any", "mode": "simulate"},
    ],
    "recipients": {"to": {"internal": 1, "external": 25}},
    "exposure": {"visible": 26, "organizations": 26, "disclosures": 650},
    "client": {"app": "outlook", "platform": "web"},
    "degraded": False,
    "stale": [],
}
PERSONAL = {
    "sender": {"address": "staff@hall.example", "name": '=HYPERLINK("http://x")'},
    "to": [{"address": "v01@gmail.example"}, {"address": "v02@gmail.example"}],
    "subject": "+81 お知らせ",
    "attachments": ["名簿.xlsx"],
}


@pytest.fixture
def told(store: Store, journal: Journal) -> Store:
    """A store with two decisions, the first of which was released and sent, and a record of another kind."""
    journal.append_blocking(Entry("decision.recorded", "d1", BODY, PERSONAL))
    journal.append_blocking(Entry("roster.changed", "volunteers", {"revision": 1}))
    journal.append_blocking(Entry("decision.released", "d1", {"kind": "justify"}, {"justification": "@urgent"}))
    journal.append_blocking(Entry("outcome.reported", "d1", {"outcome": "cancelled"}))
    journal.append_blocking(Entry("outcome.reported", "d1", {"outcome": "sent_anyway"}))
    journal.append_blocking(Entry("decision.recorded", "d2", {"action": "allow"}, {"to": []}))
    journal.checkpoint()
    return store


def _file(store: Store, file_format: Format, **choice: bool) -> bytes:
    return b"".join(Export(store, Selection(**choice), NOW, file_format))  # type: ignore[arg-type]


def _rows(file: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline="")))


def test_csv_has_a_row_a_decision_with_what_became_of_it(told: Store) -> None:
    """What an auditor filters by stands in columns; other records are not rows."""
    first, second = _rows(_file(told, "csv"))
    assert (first["decision_id"], first["action"], first["rules"]) == ("d1", "warn", "roster_visible.members")
    assert (first["simulated_rules"], first["released"], first["outcome"]) == (
        "free_mail.any",
        "justify",
        "sent_anyway",
    )
    assert (first["to_external"], first["disclosures"], first["degraded"]) == ("25", "650", "false")
    assert (first["recorded_at"], second["outcome"]) == ("2026-04-04T09:30:00.123Z", "")


def test_csv_says_of_a_second_check_that_it_let_a_mail_go(store: Store, journal: Journal) -> None:
    """In the column of the sender's own releases; that somebody asked, or was refused, lets nothing go."""
    for decision, kinds in {"d1": ("requested", "granted"), "d2": ("requested", "declined")}.items():
        journal.append_blocking(Entry("decision.recorded", decision, BODY, PERSONAL))
        for kind in kinds:
            body = {"kind": "second_check"} if kind == "granted" else {}
            said = {"note": "Please."} if kind == "requested" else {"by": "mori@hall.example", "comment": "=Fine."}
            journal.append_blocking(Entry(f"second_check.{kind}", decision, body, said))
    journal.checkpoint()
    rows = _rows(_file(store, "csv"))
    assert [row["released"] for row in rows] == ["second_check", ""]
    assert [row["second_check"] for row in rows] == ["granted", "declined"]
    assert all(row["second_check_at"] and "checker" not in row for row in rows)
    for row in _rows(_file(store, "csv", personal=True)):
        words = (row["checker"], row["checker_comment"], row["second_check_note"])
        assert words == ("mori@hall.example", "'=Fine.", "Please.")


def test_csv_says_that_a_request_for_a_second_check_was_withdrawn(store: Store, journal: Journal) -> None:
    """It is the newest that is known of the check: nobody is being asked, and nobody checked it."""
    journal.append_blocking(Entry("decision.recorded", "d1", BODY, PERSONAL))
    for kind in ("requested", "withdrawn"):
        journal.append_blocking(Entry(f"second_check.{kind}", "d1", {}, {"note": None}))
    journal.checkpoint()
    [row] = _rows(_file(store, "csv", personal=True))
    assert (row["second_check"], row["released"], row["checker"]) == ("withdrawn", "", "")


def test_csv_tells_of_lists_rosters_and_what_was_not_asked(store: Store, journal: Journal) -> None:
    """What a record says without anybody's name stands in a column, too; an older record has none."""
    more = {
        "people": 26,
        "each": 25,
        "lists": 2,
        "findings": [
            {"policy": "roster_visible", "rule": "members", "roster": "volunteers"},
            {"policy": "sensitive_roster", "rule": "shared", "roster": "patients"},
            {"policy": "ours", "rule": "many", "roster": "volunteers"},
        ],
        "earlier_check": {"decision_id": "d0", "state": "ran_out"},
        "client": {"app": "outlook", "degraded": [{"reason": "timeout", "action": "allowed", "people": 3}]},
    }
    journal.append_blocking(Entry("decision.recorded", "d1", {**BODY, **more}, PERSONAL))
    journal.append_blocking(Entry("decision.recorded", "d2", BODY, PERSONAL))
    journal.checkpoint()
    told, former = _rows(_file(store, "csv"))
    assert (told["people"], told["each"], told["lists"], told["rosters"]) == ("26", "25", "2", "volunteers, patients")
    assert (told["earlier_check"], told["earlier_check_of"]) == ("ran_out", "d0")
    assert (told["unanswered_before"], former["unanswered_before"]) == ("1", "0")
    assert (former["lists"], former["rosters"], former["second_check"]) == ("", "", "")


def test_csv_begins_with_the_mark_by_which_excel_knows_utf_8(told: Store) -> None:
    """Without it Excel in Japan reads Shift JIS."""
    assert _file(told, "csv").startswith("\ufeffrecorded_at,".encode())


def test_csv_names_nobody_unless_asked(told: Store) -> None:
    """Personal columns are there only with personal data, and then no cell is a formula."""
    assert b"@" not in _file(told, "csv")
    first, second = _rows(_file(told, "csv", personal=True))
    assert (first["sender"], first["to"]) == ("staff@hall.example", "v01@gmail.example, v02@gmail.example")
    assert first["sender_name"] == '\'=HYPERLINK("http://x")'
    assert (first["subject"], first["justification"]) == ("'+81 お知らせ", "'@urgent")
    assert second["sender"] == ""


@given(st.text(max_size=20), st.sampled_from(["", "=", "+", "-", "@", "\t", "\r", "\n", "＝", " ="]))
def test_no_text_is_taken_for_a_formula_and_none_is_lost(text: str, start: str) -> None:
    """Whatever a name or subject begins with, the cell begins with something harmless."""
    cell = safe(start + text)
    assert not cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"))
    assert cell.removeprefix("'") == (start + text).removeprefix("'") or cell == start + text


def test_a_lone_surrogate_does_not_end_the_download() -> None:
    """JSON can hold half a character; the file says so with a question mark."""
    assert b"".join(csv_chunks((), [[["\ud83d"]]])) == f"{BYTE_ORDER_MARK}\r\n?\r\n".encode()


def test_parquet_holds_the_same_rows_with_types(told: Store) -> None:
    """Numbers are numbers and moments moments, for those who compute."""
    table = pq.read_table(io.BytesIO(_file(told, "parquet", personal=True))).to_pylist()
    assert [row["decision_id"] for row in table] == ["d1", "d2"]
    assert (table[0]["disclosures"], table[0]["degraded"], table[0]["to_external"]) == (650, False, 25)
    assert table[0]["recorded_at"] == NOW
    assert table[0]["subject"] == "+81 お知らせ"


def test_an_empty_table_has_columns(store: Store) -> None:
    """Nothing recorded is a file that opens."""
    assert _rows(_file(store, "csv")) == []
    assert pq.read_table(io.BytesIO(_file(store, "parquet"))).num_rows == 0


def test_without_pyarrow_parquet_is_refused_with_the_way_to_get_it(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The extra is named before anything is written."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: None)
    with pytest.raises(ParquetUnavailable, match=r"pip install 'atesaki\[parquet\]'"):
        Export(store, Selection(), NOW, "parquet")


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A store of eighty thousand records."""
    store = open_store(tmp_path_factory.mktemp("many"))
    fill(store, KEY, MANY)
    yield store
    store.close()


@pytest.mark.slow
@pytest.mark.parametrize("file_format", ["jsonl", "csv", "parquet"])
def test_memory_stays_flat_however_many_records(many: Store, file_format: Format) -> None:
    """Eighty thousand records go through a few megabytes, and the progress ends at all of them."""
    whole = Export(many, Selection(), dt.datetime.now(dt.UTC), file_format)
    pieces, size, early, peak = iter(whole), 0, 0, 0
    for piece in pieces:
        size += len(piece)
        peak = max(peak, _memory())
        if whole.done < MANY // 2:
            early = peak
    assert (whole.total, whole.done) == (MANY, MANY)
    assert size > 1_000_000
    assert peak - early < FEW_MEGABYTES


def _memory() -> int:
    """Give the bytes of memory that this process has now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


@pytest.mark.slow
def test_a_search_is_proven_by_the_same_checkpoint(many: Store) -> None:
    """Chosen decisions stand in the export with the hashes of all that lie between them."""
    with many.read() as connection:
        rows = connection.exec_driver_sql("SELECT subject FROM records WHERE position % 37111 = 5").scalars().all()
    whole = Export(many, Selection(), NOW, subjects=iter(rows))
    lines = b"".join(whole).splitlines(keepends=True)
    tally = verify_export(lines, KEY.public_key().public_bytes_raw())
    assert (tally.records, whole.total, tally.newer) == (len(rows), len(rows), 0)
    assert len(lines) < 30


@pytest.mark.parametrize("body", [b"not json", b'{"subject":"\xff"}', b'{"stream":1}'])
@pytest.mark.parametrize("kind", ["decision.recorded", "decision.released", "outcome.reported"])
def test_a_record_that_somebody_altered_ends_no_table(told: Store, body: bytes, kind: str) -> None:
    """Its decision stands there with its place and the word for it, and so do all others."""
    with told.write() as connection:
        connection.execute(update(records).where(records.c.kind == kind, records.c.subject == "d1").values(body=body))
    rows = {row["decision_id"]: row for row in _rows(_file(told, "csv"))}
    assert (rows["d1"]["action"], rows["d1"]["position"], rows["d2"]["action"]) == ("unreadable", "0", "allow")


@pytest.mark.parametrize(
    "changed", [{"findings": "none"}, {"recipients": {"to": {"internal": "x"}}}, {"findings": [1]}]
)
def test_a_body_of_another_form_ends_no_table(store: Store, journal: Journal, changed: dict[str, object]) -> None:
    """What a later version writes, or somebody changed."""
    journal.append_blocking(Entry("decision.recorded", "d1", {**BODY, **changed}, PERSONAL))
    journal.checkpoint()
    [row] = _rows(_file(store, "csv"))
    assert row["action"] == "unreadable"
