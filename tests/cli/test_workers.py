"""`atesaki serve --workers`: several processes on PostgreSQL, however slowly they start and however they end."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.postgres import Cluster
from tests.waiting import wait_until

ATESAKI = str(Path(sys.executable).with_name("atesaki"))
SLOW = "import sys, time\nif any('spawn_main' in each for each in sys.orig_argv):\n    time.sleep(7)\n"
PATIENCE = 90.0
REPLACED = 45.0
"""Seconds; less than a process may be silent."""


@pytest.fixture
def slow_start(postgres: Cluster, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A server of two processes that begin slowly, as on a small machine that is busy."""
    (tmp_path / "sitecustomize.py").write_text(SLOW)
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(tmp_path),
        "ATESAKI_DATABASE_URL": postgres.store(),
        "ATESAKI_DATA_DIR": str(tmp_path / "data"),
        "ATESAKI_DEPLOYMENT_KEYS": "a-deployment-key-0123456789",
        "ATESAKI_ADMIN_TOKEN": "an-admin-token-0123456789",
        "ATESAKI_PORT": "0",
        "ATESAKI_WORKERS": "2",
    }
    with subprocess.Popen([ATESAKI, "serve"], env=environment, text=True, stdout=subprocess.PIPE) as process:
        yield process
        process.send_signal(signal.SIGTERM)
        process.wait(PATIENCE)


def test_workers_that_begin_slowly_come_to_serve_and_one_that_is_killed_is_replaced(
    slow_start: subprocess.Popen[str],
) -> None:
    """Each was taken for dead after five seconds and begun anew, for ever, so that nothing was ever answered."""
    assert slow_start.stdout is not None
    address = slow_start.stdout.readline().split()[1]
    wait_until(lambda: _is_ready(address), PATIENCE)
    killed = _workers(slow_start.pid)[0]
    # Silent first, so that it ends while an answer is waited for.
    os.kill(killed, signal.SIGSTOP)
    time.sleep(2)
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: killed not in _workers(slow_start.pid) and len(_workers(slow_start.pid)) > 1, REPLACED)
    wait_until(lambda: _is_ready(address), PATIENCE)


def _is_ready(address: str) -> bool:
    try:
        return httpx2.get(f"{address}readyz", timeout=2).status_code == httpx2.codes.OK
    except httpx2.TransportError:
        return False


def _workers(pid: int) -> list[int]:
    """Return the processes that serve; another one keeps count of what they share."""
    children = [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return [child for child in children if "spawn_main" in Path(f"/proc/{child}/cmdline").read_text()]
