"""`atesaki rights`: what is held about somebody, requests, holds and periods from a terminal."""

import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.sending.rights.office import HANA, Office
from typer.testing import CliRunner, Result

from atesaki.cli.rights import app
from atesaki.journal.read import Reader, Search
from atesaki.storage.engine import open_store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data directory with one decision about Hana."""
    store = open_store(tmp_path / "store")
    office = Office(store)
    office.decision([{"address": HANA, "name": "山田 花"}])
    office.journal.stop()
    store.close()
    return tmp_path


def run(folder: Path, *arguments: str) -> Result:
    """Run `atesaki rights` on the store in this folder."""
    return CliRunner().invoke(app, ["--data-dir", str(folder / "store"), *arguments])


def test_find_answers_in_words_of_both_languages(folder: Path) -> None:
    """What is handed to the person is readable."""
    asked = ("find", "Hanav01@gmail.com", "--purpose", "She asked", "--thorough")
    english = run(folder, *asked, "--locale", "en").stdout
    assert "What is held about Hanav01@gmail.com" in english
    assert "To: 山田 花 hana.v01@gmail.com" in english
    assert "Checked mail" in english
    japanese = run(folder, *asked).stdout
    assert "保有している情報" in japanese
    assert "確認したメール" in japanese
    assert "宛先: 山田 花 hana.v01@gmail.com" in japanese
    assert "Nothing is held" in run(folder, "find", "x@x.jp", "--purpose", "x", "--locale", "en").stdout


def test_moments_are_those_of_the_organization(folder: Path) -> None:
    """Whoever asks reads the day on which the mail was checked where they live, not the one in Greenwich."""
    ran = run(folder, "find", HANA, "--purpose", "She asked", "--thorough", "--format", "json")
    [record] = json.loads(ran.stdout)["records"]
    there = dt.datetime.fromisoformat(record["recorded_at"]).astimezone(ZoneInfo("Asia/Tokyo"))
    text = run(folder, "find", HANA, "--purpose", "She asked", "--thorough").stdout
    assert f"\n  {there:%Y-%m-%d %H:%M}  " in text
    assert "(Asia/Tokyo)。" in text


def test_find_answers_as_json(folder: Path) -> None:
    """A data-subject request is often answered by another program."""
    ran = run(folder, "find", HANA, "--purpose", "She asked", "--thorough", "--format", "json")
    report = json.loads(ran.stdout)
    assert report["record_count"] == 1
    assert report["records"][0]["written"] == [{"place": "to", "text": HANA, "name": "山田 花"}]


def test_find_wants_a_purpose_and_an_address(folder: Path) -> None:
    """Without one, nothing is shown."""
    assert run(folder, "find", HANA).exit_code != 0
    ran = run(folder, "find", "Hana", "--purpose", "x")
    assert (ran.exit_code, ran.stderr) == (1, "This is not an e-mail address.\n")


def test_erase_only_asks(folder: Path) -> None:
    """The command line has no second person: somebody approves it in the console."""
    ran = run(folder, "erase", HANA, "--reason", "She asked", "--name", "山田 花", "--from-rosters")
    assert ran.stdout.startswith("Asked for: ")
    assert "requested" in run(folder, "requests").stdout
    assert run(folder, "erase", HANA, "--reason", "again").stderr.startswith("The erasure of this person")


def test_a_hold_is_placed_listed_and_lifted(folder: Path) -> None:
    """And while it holds, nobody can ask for an erasure."""
    fixed = ("--reason", "Case 12", "--owner", "Legal", "--review", "2030-01-01")
    hold = run(folder, "hold", "--address", HANA, *fixed).stdout.removeprefix("Held: ").strip()
    assert f"address: {HANA}  (Legal: Case 12)" in run(folder, "holds").stdout
    assert "legal hold" in run(folder, "erase", HANA, "--reason", "She asked").stderr
    assert run(folder, "lift", hold, "--reason", "Settled").exit_code == 0
    assert run(folder, "holds").stdout == ""
    assert hold in run(folder, "holds", "--former").stdout
    assert HANA not in run(folder, "holds", "--former").stdout
    assert run(folder, "hold", *fixed).exit_code != 0


def test_a_held_period_begins_in_the_time_zone_of_the_organization(folder: Path) -> None:
    """As on the pages of the console; else the mails of its first hours expire."""
    fixed = ("--reason", "Case 12", "--owner", "Legal", "--review", "2027-04-01")
    run(folder, "hold", "--from", "2026-09-01", "--to", "2026-09-02", *fixed)
    assert "2026-08-31 15:00:00+00:00 – 2026-09-01 15:00:00+00:00" in run(folder, "holds").stdout


def test_periods_are_shown_and_changed(folder: Path) -> None:
    """By class and by handling; a period that is taken away is the default's again."""
    assert "decision       365" in run(folder, "retention").stdout
    changed = run(folder, "retention", "--set", "sign_in=90", "--set", "protected=30").stdout
    assert "sign_in         90" in changed
    assert "protected       30" in changed
    assert "sign_in        365" in run(folder, "retention", "--set", "sign_in=").stdout
    assert run(folder, "retention", "--set", "sign_in=0").exit_code != 0
    assert run(folder, "retention", "--set", "nothing=1").exit_code != 0


def test_lists_are_shown_beside_a_running_server(folder: Path) -> None:
    """Only what changes something, or must be recorded, needs the journal."""
    store = open_store(folder / "store")
    office = Office(store)
    for shown in (("requests",), ("holds",), ("retention",)):
        assert run(folder, *shown).exit_code == 0
    refused = run(folder, "find", HANA, "--purpose", "She asked")
    office.journal.stop()
    store.close()
    assert (refused.exit_code, "stop the server first" in refused.stderr) == (1, True)


def test_scrub_writes_the_file_anew(folder: Path) -> None:
    """For stores that were used before what is deleted was overwritten."""
    assert run(folder, "scrub").stdout == "Done.\n"


def test_everything_is_in_the_journal_under_the_name_of_the_account(folder: Path) -> None:
    """It is all that a command line knows of a person."""
    run(folder, "find", HANA, "--purpose", "She asked")
    store = open_store(folder / "store")
    reader = Reader(store)
    (seen,) = reader.newest(Search(kind="personal_data.viewed"))
    personal = reader.personal_of(seen.record_id) or {}
    store.close()
    assert personal["by"].endswith(" (cli)")
