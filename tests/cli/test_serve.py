"""`atesaki serve` as a person starts it: what it prints, and one sentence where it can't start."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from tests.policies.files import changed

import atesaki
from atesaki.cli.examination import examine
from atesaki.policies.load import revision_of
from atesaki.policies.revisions import RevisionStore
from atesaki.settings import read_settings
from atesaki.storage.engine import open_store

ATESAKI = str(Path(sys.executable).with_name("atesaki"))


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """An environment with a store of its own, and any free port."""
    return {"PATH": os.environ["PATH"], "ATESAKI_DATA_DIR": str(tmp_path / "store"), "ATESAKI_PORT": "0"}


@pytest.fixture
def server(environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A started server, stopped at the end."""
    command = [ATESAKI, "serve", "--locale", "en"]
    with subprocess.Popen(
        command, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        yield process
        process.send_signal(signal.SIGTERM)
        process.wait(20)


def refused(*arguments: str, environment: dict[str, str]) -> str:
    """Return the sentence with which a start is refused."""
    command = [ATESAKI, "serve", *arguments]
    done = subprocess.run(command, env=environment, text=True, capture_output=True, timeout=60, check=False)
    assert done.returncode == 1, done.stderr
    assert "Traceback (most" not in done.stderr
    return done.stderr


def test_first_start_prints_keys_and_the_address_to_open(server: subprocess.Popen[str]) -> None:
    """Four lines are all that a newcomer needs."""
    assert server.stdout is not None
    key, token, address, first_admin = (server.stdout.readline() for _ in range(4))
    assert key.startswith("Deployment key (shown only now")
    assert token.startswith("Admin token (shown only now")
    found = re.search(r"http://127\.0\.0\.1:\d+/\?key=(\S+)", address)
    assert found, address
    assert found[1] == key.split(": ")[-1].strip()
    opened = httpx2.get(found[0], timeout=10)
    assert (opened.status_code, opened.headers["location"]) == (303, "./?lang=en")
    assert "set-cookie" in opened.headers
    link = re.fullmatch(
        r"First admin \(works once, for 72 hours\): (http://\S+/console/sign-in/first/\S+)\n", first_admin
    )
    assert link
    assert "Create the first admin" in httpx2.get(link[1], headers={"Accept-Language": "en"}, timeout=10).text


def test_later_starts_print_no_key(environment: dict[str, str]) -> None:
    """Whoever reads the log of a restart learns no secret."""
    first, later = _printed(environment), _printed(environment)
    assert "?key=" in first[-1]
    assert len(later) == 1
    assert "key" not in later[0]


def test_a_start_that_begins_a_new_store_says_so(environment: dict[str, str], tmp_path: Path) -> None:
    """A volume that is not mounted yet looks like an empty folder: no roster, and the shipped rules."""
    place = tmp_path / "volume"
    flags = ("--data-dir", str(place), "--policy-dir", str(tmp_path / "none"))
    first, later = refused(*flags, environment=environment), refused(*flags, environment=environment)
    assert f"There is no store in {place} yet" in first
    assert "There is no store" not in later


def _printed(environment: dict[str, str]) -> list[str]:
    """Return what a start prints until it says where to open it."""
    printed: list[str] = []
    with subprocess.Popen([ATESAKI, "serve"], env=environment, text=True, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while not printed or not printed[-1].startswith("Open "):
            printed.append(process.stdout.readline())
            assert printed[-1]
        process.send_signal(signal.SIGTERM)
    return printed


def test_second_server_on_one_sqlite_store_is_refused(
    server: subprocess.Popen[str], environment: dict[str, str]
) -> None:
    """Two writers would tear the journal apart."""
    assert server.stdout is not None
    for _ in range(3):
        server.stdout.readline()
    assert "process" in refused(environment=environment).splitlines()[-1]


def test_port_that_is_taken_is_named(environment: dict[str, str]) -> None:
    """The sentence says which address and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        sentence = refused("--port", port, environment=environment)
    address = f"127.0.0.1:{port}"
    assert sentence.count(address) == 1
    assert sentence.endswith("address already in use; choose another --port, or stop what uses it.\n")


def test_bad_setting_is_one_sentence(environment: dict[str, str]) -> None:
    """No stack of validation errors."""
    assert refused("--retention-days", "soon", environment=environment).startswith("ATESAKI_RETENTION_DAYS can't")


def test_rules_of_the_store_that_load_no_more_are_said_to_be_why(environment: dict[str, str], tmp_path: Path) -> None:
    """Their file is on no disk, so that its name alone would lead nowhere."""
    files = changed("action: warn", "action: wran")
    folder = tmp_path / "old"
    folder.mkdir(mode=0o700)
    store = open_store(folder)
    RevisionStore(store).add(revision_of(files), files, "kei", "")
    store.close()
    told = refused("--port", "0", "--data-dir", str(folder), environment=environment)
    assert "`atesaki doctor` says what to do. strangers.yaml:7:13: Unknown value “wran”" in told
    [diagnosis] = [each for each in examine(read_settings(data_dir=folder, port=1)) if each.subject == "policies"]
    assert "`atesaki policies pull`" in diagnosis.mend


def test_workers_on_sqlite_are_refused(environment: dict[str, str]) -> None:
    """One process on SQLite."""
    assert "PostgreSQL" in refused("--workers", "2", environment=environment)


def test_wrong_flag_exits_with_one(environment: dict[str, str]) -> None:
    """2 is a warning of `atesaki check`, so a wrong call never exits with it."""
    assert "--nonsense" in refused("--nonsense", environment=environment)


def test_host_that_is_not_ours_is_named_and_the_port_is_not_blamed(environment: dict[str, str]) -> None:
    """Another port would not help."""
    sentence = refused("--host", "nowhere.invalid", environment=environment)
    assert sentence == "Can't listen on nowhere.invalid:0: it is no address of this machine; choose another --host.\n"


def test_the_version_is_told() -> None:
    """Whoever upgrades or asks for help says which one it is."""
    done = subprocess.run([ATESAKI, "--version"], text=True, capture_output=True, check=True)
    assert done.stdout == f"atesaki {atesaki.__version__}\n"
