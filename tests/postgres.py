"""A real PostgreSQL for the tests: one cluster a run, in a folder of its own, reached by a Unix socket only."""

import contextlib
import functools
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import LiteralString

import psycopg

from atesaki.storage.engine import open_store

MISSING = "PostgreSQL is not installed, and these tests run on a real one: apt-get install postgresql"


class Cluster:
    """A running cluster; tests may stop and start it, and each takes databases of its own."""

    def __init__(self) -> None:
        self._bin = _programs()
        self._folder = Path(tempfile.mkdtemp(prefix="atesaki-pg-"))
        if os.getuid() == 0:
            owner = pwd.getpwnam("postgres")
            os.chown(self._folder, owner.pw_uid, owner.pw_gid)
        self._names = (f"test_{number}" for number in itertools.count())
        self._call(
            "initdb",
            "--no-sync",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--no-locale",
            "-D",
            self._pgdata,
        )
        self.start()

    @property
    def _pgdata(self) -> str:
        return str(self._folder / "pgdata")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        # No machine loses its power here: the system still has what the server wrote before it was killed. Else the
        # next start would flush every file of every test's database, which takes a minute.
        options = (
            f"-c fsync=off -c listen_addresses='' -c unix_socket_directories={self._folder} -c max_connections=200"
        )
        self._call("pg_ctl", "-D", self._pgdata, "-w", "-o", options, "-l", str(self._folder / "log"), "start")

    def stop(self) -> None:
        """Stop the server at once, as a power cut would (immediate mode: no checkpoint, all clients dropped)."""
        self._call("pg_ctl", "-D", self._pgdata, "-w", "-m", "immediate", "stop")

    @contextlib.contextmanager
    def read_only(self) -> Iterator[None]:
        """Refuse every write, as a server does that stands by for another."""
        self._set_read_only("on")
        try:
            yield
        finally:
            self._set_read_only("off")

    def _set_read_only(self, state: LiteralString) -> None:
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute("SET default_transaction_read_only = off")
            connection.execute(f"ALTER SYSTEM SET default_transaction_read_only = {state}")
            connection.execute("SELECT pg_reload_conf()")

    def database(self) -> str:
        """Make an empty database and give its address."""
        return self._url(self._copy("template1"))

    def store(self) -> str:
        """Make an empty store and give its address: a copy of one, since each migration takes a while."""
        return self._url(self._copy(self._migrated))

    @functools.cached_property
    def _migrated(self) -> str:
        name = self._copy("template1")
        open_store(self._url(name)).close()
        return name

    def _copy(self, template: str) -> str:
        name = next(self._names)
        with psycopg.connect(self._url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        return name

    def remove(self) -> None:
        """Stop the server and delete its files."""
        self.stop()
        shutil.rmtree(self._folder)

    def _url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={self._folder}"

    def _call(self, program: str, *arguments: str) -> None:
        command = [str(self._bin / program), *arguments]
        if os.getuid() == 0:
            # PostgreSQL refuses to run as root.
            command = ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups", *command]
        # The server inherits its output from pg_ctl; a pipe would never end.
        with tempfile.TemporaryFile() as output:
            ended = subprocess.run(command, stdout=output, stderr=output, cwd=self._folder, check=False)
            output.seek(0)
            assert ended.returncode == 0, output.read().decode()


def _programs() -> Path:
    """The folder of initdb and pg_ctl, of the newest version that is installed."""
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).parent
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    assert found, MISSING
    return found[-1].parent
