"""The page about evidence can be followed: each of its commands runs, and proves what it says."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.journal.late import leave_late

from atesaki.journal import Entry, Journal
from atesaki.journal.checkpoint import verifier_key
from atesaki.journal.export.rows import COLUMNS, PERSONAL_COLUMNS
from atesaki.journal.key import KEY_NAME, load_or_create_key
from atesaki.storage.engine import open_store

PAGE = (Path(__file__).parents[2] / "docs/evidence.md").read_text()


def _record(data_dir: Path, subject: str) -> str:
    store = open_store(data_dir)
    journal = Journal(store, load_or_create_key(data_dir / KEY_NAME))
    journal.start()
    ref = journal.append_blocking(
        Entry("decision.recorded", subject, {"action": "warn"}, {"to": ["v01@gmail.example"]})
    )
    journal.stop()
    store.close()
    return ref.record_id


def test_every_column_of_a_table_is_explained() -> None:
    """Those of Cc and Bcc as those of To."""
    names = {re.sub("^b?cc_", "to_", column.name) for column in (*COLUMNS, *PERSONAL_COLUMNS)}
    assert [name for name in sorted(names) if f"`{name}`" not in PAGE] == []


@pytest.fixture
def shell(tmp_path: Path) -> dict[str, str]:
    """An environment in which somebody has recorded something and written down the key."""
    data_dir = tmp_path / "data"
    record_id = _record(data_dir, "d1")
    public = load_or_create_key(data_dir / KEY_NAME).public_key().public_bytes_raw()
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "ATESAKI_DATA_DIR": str(data_dir),
        "KEY": verifier_key("auditor", public),
        "RECORD_ID": record_id,
    }


def _run(command: str, shell: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    folder = Path(shell["ATESAKI_DATA_DIR"]).parent
    return subprocess.run(["bash", "-ec", command], cwd=folder, env=shell, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_every_command_of_the_page_runs_in_its_order(shell: dict[str, str]) -> None:
    """Whoever follows the page, on a journal that goes on, meets no surprise."""
    printed = []
    for number, command in enumerate(re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)):
        if "$STREAM" in command:
            shell["STREAM"] = leave_late(Path(shell["ATESAKI_DATA_DIR"]))
        done = _run(command, shell)
        assert done.returncode == 0, (command, done.stderr)
        printed.append(done.stdout)
        if number in {0, 2}:
            _record(Path(shell["ATESAKI_DATA_DIR"]), "d2")
    said = "".join(printed)
    assert said.count("Verified: ") == 4
    assert said.count("checkpoints that were kept elsewhere") == 2
    assert "The keys were taken from what was verified" not in said
    assert f"Signed 2 records of {shell['STREAM']}; the journal says who vouches for them." in said
    assert "The key was changed." in said


@pytest.mark.slow
def test_what_was_forged_is_refused_by_the_same_commands(shell: dict[str, str]) -> None:
    """Another story, another key, a file that was cut off: exit code 1 and one sentence."""
    first, verify = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)[:2]
    assert _run(first, shell).returncode == 0
    file = Path(shell["ATESAKI_DATA_DIR"]).parent / "export.jsonl"
    good = file.read_text()
    for bad in (good.replace('\\"warn\\"', '\\"allow\\"'), good.rpartition('{"line"')[0]):
        file.write_text(bad)
        done = _run(verify, shell)
        assert (done.returncode, done.stderr.startswith("Broken: ")) == (1, True)
    file.write_text(good)
    stranger = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    refused = _run(verify, {**shell, "KEY": verifier_key("auditor", stranger)})
    assert (refused.returncode, "another key" in refused.stderr) == (1, True)


def test_every_setting_and_figure_that_the_page_names_exists() -> None:
    """Names are not forgotten when they change."""
    settings = (Path(__file__).parents[2] / "docs/settings.md").read_text()
    for name in set(re.findall(r"ATESAKI_[A-Z_]+", PAGE)):
        assert f"`{name}`" in settings
    source = (Path(__file__).parents[2] / "backend/atesaki/api/feed_metrics.py").read_text()
    for name in set(re.findall(r"atesaki_feed_[a-z_]+", PAGE)):
        assert name in source
