"""Starts the two servers that are compared, each with one worker on the same core, and stops the one not measured."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from bodies import INTERNAL_DOMAIN

HERE = Path(__file__).parent
KEY = "benchmark-deployment-key"
ADMIN_TOKEN = "benchmark-admin-token-of-nobody"  # noqa: S105  # Of a server that lives for two minutes on loopback.
START_SECONDS = 60


class Server(NamedTuple):
    """A running server."""

    name: str
    url: str
    pid: int

    def pause(self) -> None:
        """Take the core away, so that what one server does in the background never slows the other's turn."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Give the core back."""
        os.kill(self.pid, signal.SIGCONT)


def cores() -> tuple[int, int]:
    """Return the core of the servers and the core of wrk; on a one-core machine they are the same."""
    available = sorted(os.sched_getaffinity(0))
    return available[0], available[-1]


@contextmanager
def constant() -> Iterator[Server]:
    """Serve the constant answer."""
    port = _free_port()
    uvicorn = (sys.executable, "-m", "uvicorn", "constant:app", "--app-dir", str(HERE), "--port", str(port))
    options = ("--loop", "uvloop", "--http", "httptools", "--no-access-log", "--log-level", "warning")
    with _running("constant", (*uvicorn, *options), port, {}) as server:
        yield server


@contextmanager
def atesaki(data_dir: Path, settings: Mapping[str, str]) -> Iterator[Server]:
    """Serve Atesaki as it is shipped, on a fresh store, with rate limits off."""
    port = _free_port()
    environment = {
        "ATESAKI_DATA_DIR": str(data_dir),
        "ATESAKI_DEPLOYMENT_KEYS": KEY,
        "ATESAKI_ADMIN_TOKEN": ADMIN_TOKEN,
        "ATESAKI_INTERNAL_DOMAINS": INTERNAL_DOMAIN,
        "ATESAKI_RATE_PER_KEY": "0",
        "ATESAKI_RATE_PER_SENDER": "0",
        "ATESAKI_LOG_LEVEL": "warning",
        **settings,
    }
    command = (str(Path(sys.executable).parent / "atesaki"), "serve", "--port", str(port))
    with _running("atesaki", command, port, environment) as server:
        yield server


@contextmanager
def _running(name: str, command: Sequence[str], port: int, settings: Mapping[str, str]) -> Iterator[Server]:
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("ATESAKI_")}
    pinned = ("taskset", "--cpu-list", str(cores()[0]), *command)
    with subprocess.Popen(pinned, env={**inherited, **settings}) as process:
        try:
            _wait_until_open(process, port)
            yield Server(name, f"http://127.0.0.1:{port}", process.pid)
        finally:
            process.send_signal(signal.SIGCONT)
            process.terminate()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


def _wait_until_open(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit(f"The server did not start within {START_SECONDS} seconds; its messages stand above.")
