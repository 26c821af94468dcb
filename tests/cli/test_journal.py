"""`atesaki journal` reads, exports and verifies, and says in one sentence what is wrong."""

import datetime as dt
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import update
from typer.testing import CliRunner, Result

from atesaki.cli import app as atesaki_app
from atesaki.cli.journal import app
from atesaki.cli.journal.export import _progress
from atesaki.journal import Entry, Journal, RecordRef
from atesaki.journal.export import Export, Selection
from atesaki.journal.key import KEY_NAME, load_or_create_key
from atesaki.storage.engine import Store, open_store
from atesaki.storage.tables import records

COUNT = 3
ATESAKI = str(Path(sys.executable).with_name("atesaki"))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """The store in the data directory of the command line."""
    opened = open_store(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def refs(store: Store, tmp_path: Path) -> list[RecordRef]:
    """Three recorded decisions with personal data."""
    # Ids order records by the millisecond; within one their order is chance.
    clock, start = count(), dt.datetime.now(dt.UTC)
    now = lambda: start + dt.timedelta(milliseconds=next(clock))  # noqa: E731  # A clock for three records.
    journal = Journal(store, load_or_create_key(tmp_path / KEY_NAME), now=now)
    journal.start()
    entries = (Entry("decision.recorded", f"d{n}", {"count": n}, {"to": [f"v{n}@x.example"]}) for n in range(COUNT))
    made = [journal.append_blocking(entry) for entry in entries]
    journal.stop()
    return made


def _run(tmp_path: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["--data-dir", str(tmp_path), *arguments])


def test_tail_lists_the_newest_records(tmp_path: Path, refs: list[RecordRef]) -> None:
    """The last ones, oldest of them first, one a line."""
    listed = _run(tmp_path, "tail", "-n", "2").stdout.splitlines()
    assert [line.split()[2:] for line in listed] == [[f"d{n}", refs[n].stream, str(n)] for n in (1, 2)]


def test_show_prints_a_decision_with_its_proof_and_no_personal_data(tmp_path: Path, refs: list[RecordRef]) -> None:
    """By the decision's id as well as by the record's."""
    for wanted in ("d1", refs[1].record_id):
        shown = json.loads(_run(tmp_path, "show", wanted, "--proof").stdout)
        assert (shown["body"], shown["proof"]["position"]) == ({"count": 1}, 1)
        assert "personal" not in shown


@pytest.mark.usefixtures("refs")
def test_personal_data_is_shown_for_a_recorded_purpose_only(tmp_path: Path) -> None:
    """Without a purpose it is refused; with one, the view is in the journal."""
    assert _run(tmp_path, "show", "d1", "--personal").exit_code == 2
    shown = json.loads(_run(tmp_path, "show", "d1", "--personal", "--purpose", "complaint").stdout)
    assert shown["personal"] == {"to": ["v1@x.example"]}
    assert "personal_data.viewed  d1" in _run(tmp_path, "tail").stdout


@pytest.mark.usefixtures("store")
def test_an_unknown_id_is_one_sentence(tmp_path: Path) -> None:
    """Exit code 1, nothing on standard output."""
    shown = _run(tmp_path, "show", "unknown")
    assert (shown.exit_code, shown.stdout, shown.stderr) == (1, "", "No record has this id.\n")


@pytest.mark.usefixtures("refs")
def test_an_export_is_verified_offline_with_a_key_kept_elsewhere(tmp_path: Path) -> None:
    """Export, then verify the file with the verifier key that `checkpoint` printed."""
    key = _run(tmp_path, "checkpoint", "--latest").stderr.removeprefix("Verifier key: ").strip()
    (tmp_path / "export.jsonl").write_bytes(_run(tmp_path, "export").stdout_bytes)
    verified = _run(tmp_path / "elsewhere", "verify", str(tmp_path / "export.jsonl"), "--key", key)
    assert verified.exit_code == 0
    assert verified.stdout.startswith("Verified: 3 records in 1 streams, 1 signed checkpoints")
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.usefixtures("refs")
def test_an_export_of_a_day_holds_that_day_only(tmp_path: Path) -> None:
    """`--from` and `--to` take days; nonsense is refused."""
    assert _run(tmp_path, "export", "--to", "2020-01-01").stdout.count("\n") == 2
    assert _run(tmp_path, "export", "--from", "2020-01-01").stdout.count('"line":"record"') == COUNT
    assert _run(tmp_path, "export", "--from", "yesterday").exit_code == 2


@pytest.mark.usefixtures("refs")
def test_an_export_with_personal_data_is_recorded(tmp_path: Path) -> None:
    """Purpose required; the view itself is the last record of the export."""
    assert _run(tmp_path, "export", "--personal").exit_code == 2
    exported = _run(tmp_path, "export", "--personal", "--purpose", "audit").stdout
    assert "v1@x.example" in exported
    assert "personal_data.viewed" in exported


def test_an_export_in_which_people_were_only_called_redacted_says_where(tmp_path: Path, refs: list[RecordRef]) -> None:
    """Nobody who holds the file alone can tell whether a later record explains it, but everybody can look."""
    exported = _run(tmp_path, "export", "--personal", "--purpose", "audit").stdout
    forged = exported.replace("v1@x.example", "v9@x.example").replace(
        'v9@x.example\\"]}"', 'v9@x.example\\"]}","redacted":true'
    )
    (tmp_path / "export.jsonl").write_text(forged)
    verified = _run(tmp_path, "verify", str(tmp_path / "export.jsonl"))
    assert (verified.exit_code, forged.count('"redacted":true')) == (0, 1)
    assert f"position 1, record {refs[1].record_id}" in verified.stdout


def test_verify_names_the_first_broken_record(tmp_path: Path, store: Store, refs: list[RecordRef]) -> None:
    """Stream, position and id, and exit code 1."""
    assert _run(tmp_path, "verify").exit_code == 0
    with store.write() as connection:
        connection.execute(update(records).where(records.c.position == 1).values(body=b"{}"))
    verified = _run(tmp_path, "verify")
    assert verified.exit_code == 1
    assert f"stream {refs[1].stream}, position 1, record {refs[1].record_id}" in verified.stderr


@pytest.mark.usefixtures("refs")
def test_verify_takes_a_trusted_key_and_kept_checkpoints(tmp_path: Path) -> None:
    """Another key, or a key that can't be read, is refused."""
    made = _run(tmp_path, "checkpoint")
    note = tmp_path / "note"
    note.write_text(made.stdout.removesuffix("\n"))
    key = made.stderr.removeprefix("Verifier key: ").strip()
    assert _run(tmp_path, "verify", "--key", key, "--checkpoint", str(note)).exit_code == 0
    mistyped = _run(tmp_path, "verify", "--key", "nonsense")
    assert mistyped.exit_code != 0
    assert "Broken" not in mistyped.output, "it says nothing about the journal"
    note.write_text(note.read_text().replace("\n3\n", "\n4\n"))
    assert _run(tmp_path, "verify", "--checkpoint", str(note)).exit_code == 1


@pytest.mark.usefixtures("refs")
def test_a_file_that_is_no_export_is_one_sentence(tmp_path: Path) -> None:
    """Not a traceback."""
    verified = _run(tmp_path, "verify", str(tmp_path / KEY_NAME))
    assert (verified.exit_code, verified.stderr) == (1, "Line 1 of the export can't be read.\n")


@pytest.mark.usefixtures("refs")
def test_beside_a_running_server_it_reads_and_does_not_write(tmp_path: Path, store: Store) -> None:
    """SQLite has one writing process; whoever would be a second one is told so."""
    server = Journal(store, Ed25519PrivateKey.generate())
    server.start()
    assert _run(tmp_path, "tail").exit_code == 0
    assert _run(tmp_path, "verify").exit_code == 0
    refused = _run(tmp_path, "checkpoint")
    assert (refused.exit_code, "server is running" in refused.stderr) == (1, True)
    server.stop()


@pytest.mark.usefixtures("refs")
def test_an_export_goes_to_a_file_as_a_table(tmp_path: Path) -> None:
    """CSV has a row a decision; a format that nobody knows is refused."""
    file = tmp_path / "decisions.csv"
    assert _run(tmp_path, "export", "--format", "csv", "--output", str(file)).exit_code == 0
    assert [line.split(",")[1] for line in file.read_text().splitlines()] == ["decision_id", "d0", "d1", "d2"]
    assert _run(tmp_path, "export", "--format", "xlsx").exit_code == 2


def test_how_far_an_export_is_stands_on_standard_error(refs: list[RecordRef], store: Store) -> None:
    """All of it at the end, and nothing where there was nothing to do."""
    whole = Export(store, Selection(), dt.datetime.now(dt.UTC))
    assert _progress(whole) == "0 of 3 records, 0%"
    assert b"".join(whole).count(b'"line":"record"') == len(refs)
    assert _progress(whole) == "3 of 3 records, 100%"
    assert _progress(Export(store, Selection(), dt.datetime.now(dt.UTC), subjects=[])) == "0 of 0 records, 100%"


def test_a_record_and_the_continuity_are_proven_by_files(tmp_path: Path, refs: list[RecordRef]) -> None:
    """Both verify under the checkpoint that was kept; without anything to prove it is refused."""
    kept, proof = tmp_path / "kept", tmp_path / "proof.json"
    made = _run(tmp_path, "checkpoint", "--latest")
    kept.write_text(made.stdout)
    key = made.stderr.removeprefix("Verifier key: ").strip()
    for what in ([refs[1].record_id], []):
        proof.write_text(_run(tmp_path, "prove", *what, "--checkpoint", str(kept)).stdout)
        verified = _run(tmp_path / "elsewhere", "verify", str(proof), "--key", key, "--checkpoint", str(kept))
        assert (verified.exit_code, verified.stdout.startswith("Verified: ")) == (0, True)
    assert _run(tmp_path, "prove").exit_code == 2
    assert _run(tmp_path, "prove", "unknown").exit_code == 1
    proof.write_text(proof.read_text().replace("atesaki/", "atesaki-"))
    assert _run(tmp_path, "verify", str(proof)).exit_code == 1


@pytest.mark.usefixtures("refs")
def test_after_a_change_of_the_key_the_old_one_still_leads_to_all_of_it(tmp_path: Path) -> None:
    """The new verifier key is printed, and works as well."""
    old = _run(tmp_path, "checkpoint", "--latest").stderr.removeprefix("Verifier key: ").strip()
    changed = _run(tmp_path, "rotate-key")
    new = changed.stdout.partition("Verifier key: ")[2].splitlines()[0]
    assert "The key was changed" in changed.stdout
    (tmp_path / "export.jsonl").write_bytes(_run(tmp_path, "export").stdout_bytes)
    for key in (old, new):
        assert _run(tmp_path, "verify", "--key", key).exit_code == 0
        assert _run(tmp_path, "verify", str(tmp_path / "export.jsonl"), "--key", key).exit_code == 0


@pytest.mark.usefixtures("refs")
def test_a_checkpoint_file_that_holds_none_is_refused(tmp_path: Path) -> None:
    """A wrong file is a wrong call, not a broken journal."""
    (tmp_path / "note").write_text("hello")
    assert _run(tmp_path, "verify", "--checkpoint", str(tmp_path / "note")).exit_code == 2


@pytest.mark.parametrize("command", ["tail", "verify", "export", "checkpoint", "rotate-key", "reindex"])
def test_a_folder_without_a_store_is_no_empty_journal(tmp_path: Path, command: str) -> None:
    """A mistyped folder never verifies, and nothing is made in it."""
    elsewhere = tmp_path / "elsewhere"
    ran = CliRunner().invoke(atesaki_app, ["journal", "--data-dir", str(elsewhere), command])
    sentence = f"There is no store in {elsewhere}; name its folder by ATESAKI_DATA_DIR.\n"
    assert (ran.exit_code, ran.stdout, ran.stderr) == (1, "", sentence)
    assert not elsewhere.exists()


@pytest.mark.usefixtures("refs")
def test_a_checkpoint_survives_a_windows_editor_and_a_terminal_in_shift_jis(tmp_path: Path) -> None:
    """Its bytes are UTF-8 whatever the locale; a byte order mark before them is no other stream."""
    old = {"PATH": os.environ["PATH"], "PYTHONUTF8": "0", "PYTHONIOENCODING": "cp932", "LC_ALL": "C"}
    old |= {"PYTHONCOERCECLOCALE": "0", "ATESAKI_DATA_DIR": str(tmp_path)}
    made = subprocess.run([ATESAKI, "journal", "checkpoint"], env=old, capture_output=True, check=True)
    (tmp_path / "note").write_bytes(b"\xef\xbb\xbf" + made.stdout.replace(b"\n", b"\r\n"))
    command = [ATESAKI, "journal", "verify", "--checkpoint", str(tmp_path / "note")]
    verified = subprocess.run(command, env=old, capture_output=True, check=False)
    assert (verified.returncode, verified.stderr) == (0, b"")
    assert b"It continues 1 checkpoints" in verified.stdout


@pytest.mark.usefixtures("refs")
@pytest.mark.parametrize("command", ["tail", "export"])
def test_output_that_goes_nowhere_is_no_success(tmp_path: Path, command: str) -> None:
    """Exit code 1 and at most one sentence, whether the disk is full or a reader such as `head` has left."""
    reader, writer = os.pipe()
    os.close(reader)
    told = {}
    for name, output in (("left", writer), ("full", os.open("/dev/full", os.O_WRONLY))):
        ran = [ATESAKI, "journal", command]
        environment = {"PATH": os.environ["PATH"], "ATESAKI_DATA_DIR": str(tmp_path)}
        done = subprocess.run(ran, env=environment, stdout=output, stderr=subprocess.PIPE, text=True, check=False)
        os.close(output)
        told[name] = (done.returncode, done.stderr)
    assert told == {"left": (1, ""), "full": (1, "The output: No space left on device.\n")}


def test_a_day_begins_in_the_time_zone_of_the_organization(tmp_path: Path, store: Store) -> None:
    """As on the pages of the console; a server in a container is in UTC, nine hours behind Japan."""
    now = dt.datetime(2026, 8, 31, 14, 59, tzinfo=dt.UTC)
    journal = Journal(store, load_or_create_key(tmp_path / KEY_NAME), now=lambda: now)
    journal.start()
    journal.append_blocking(Entry("decision.recorded", "august", {}))
    now += dt.timedelta(minutes=1)
    journal.append_blocking(Entry("decision.recorded", "september", {}))
    journal.stop()
    exported = _run(tmp_path, "export", "--from", "2026-09-01").stdout
    assert ("august" in exported, "september" in exported) == (False, True)
    exported = _run(tmp_path, "export", "--from", "2026-09-01T00:00:00+10:00").stdout
    assert ("august" in exported, "september" in exported) == (True, True)
