"""A server in a process of its own, for tests that kill it or take its disk: `with served(tmp_path) as process`."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.server import ADMIN, KEY, Server

ATESAKI = str(Path(sys.executable).with_name("atesaki"))


class Process(Server):
    """A started server and the id of its process."""

    def __init__(self, base_url: str, data_dir: Path, process: subprocess.Popen[str]) -> None:
        super().__init__(base_url, data_dir)
        self.pid = process.pid
        self._process = process

    def kill(self) -> None:
        """End it as a power cut would, without a chance to write anything."""
        self._process.kill()
        self._process.wait(20)


@contextlib.contextmanager
def served(data_dir: Path, **settings: str) -> Iterator[Process]:
    """Run `atesaki serve` with a store in `data_dir`, and these settings, until the block ends."""
    environment = {
        "PATH": os.environ["PATH"],
        "ATESAKI_DATA_DIR": str(data_dir),
        "ATESAKI_PORT": "0",
        "ATESAKI_DEPLOYMENT_KEYS": KEY,
        "ATESAKI_ADMIN_TOKEN": ADMIN,
        "ATESAKI_RATE_PER_KEY": "0",
        "ATESAKI_RATE_PER_SENDER": "0",
        "ATESAKI_LOG_LEVEL": "error",
        **{f"ATESAKI_{name.upper()}": value for name, value in settings.items()},
    }
    with subprocess.Popen([ATESAKI, "serve"], env=environment, text=True, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line.startswith("Open http"), line
            server = Process(line.split()[1].rstrip("/"), data_dir, process)
            yield server
            server.close()
        finally:
            process.kill()
