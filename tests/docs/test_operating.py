"""The page about operating can be followed: its backup is whole while the server runs, and its names exist."""

import os
import re
import subprocess
import sys
from pathlib import Path

import yaml
from tests.server import running_server

from atesaki.settings import PREFIX, Settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/operating.md").read_text()
MESSAGE = {"sender": {"address": "staff@hall.example"}, "to": [{"address": "a@x.example"}], "cc": [], "bcc": []}


def test_the_backup_of_a_running_server_can_be_put_in_its_place(tmp_path: Path) -> None:
    """It verifies by itself, holds the newest decision, and a server starts on it with the same signing key."""
    (block,) = re.findall(r"```bash\n(.*?)```", PAGE, re.DOTALL)
    backup, live = tmp_path / "backup", tmp_path / "live"
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "ATESAKI_DATA_DIR": str(live),
        "BACKUP": str(backup),
    }
    with running_server(live) as server:
        decided = server.client.post("/v1/decisions", json={"message": MESSAGE}).json()["decision_id"]
        subprocess.run(["bash", "-ec", block], env=environment, check=True, capture_output=True)
    assert (backup / "journal.key").read_bytes() == (live / "journal.key").read_bytes()
    assert [path.stat().st_mode & 0o077 for path in (backup, *backup.iterdir())] == [0, 0, 0]
    with running_server(backup) as server:
        records = server.admin.get("/v1/journal").json()["records"]
        assert decided in [record["subject"] for record in records]


def test_every_setting_that_the_page_and_compose_name_exists() -> None:
    """A setting that was renamed is renamed there too."""
    environment = yaml.safe_load((ROOT / "compose.yaml").read_text())["services"]["atesaki"]["environment"]
    # Who reads these is uvicorn, and compose itself.
    others = {"FORWARDED_ALLOW_IPS", "ATESAKI_PUBLISH"}
    named = {*re.findall(r"ATESAKI_[A-Z_]+", PAGE), *environment} - others
    assert named <= {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    assert "ATESAKI_PUBLIC_URL" in environment
