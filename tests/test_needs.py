"""`.ci/need` says exactly what to install where it may not install it."""

import subprocess
from pathlib import Path

import pytest

NEED = Path(__file__).parents[1] / ".ci/need"


@pytest.fixture
def bare_machine(tmp_path: Path) -> dict[str, str]:
    """Return the environment of a user who is not root, on a machine with nothing installed."""
    user = tmp_path / "id"
    user.write_text("#!/bin/sh\necho 1000\n")
    user.chmod(0o755)
    return {"PATH": str(tmp_path), "PYTHON": "python3"}


def _need(thing: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["/bin/bash", NEED, thing], env=environment, check=False, capture_output=True, text=True)


def test_missing_package_is_named_with_the_command_that_installs_it(bare_machine: dict[str, str]) -> None:
    """Without root, one sentence is all that is needed to go on."""
    ended = _need("fonts", bare_machine)
    assert ended.returncode == 1
    assert ended.stderr == (
        "Missing here: fontconfig fonts-noto-cjk. "
        "On Debian or Ubuntu, run “sudo apt-get install fontconfig fonts-noto-cjk”, then run make again.\n"
    )


@pytest.mark.parametrize(("thing", "name"), [("python", "Python 3.11"), ("node", "Node.js 20")])
def test_what_no_package_can_mend_is_said_too(thing: str, name: str, bare_machine: dict[str, str]) -> None:
    """An old Python or Node is the user's own choice to mend."""
    ended = _need(thing, bare_machine)
    assert ended.returncode == 1
    assert ended.stderr.startswith(name)


def test_what_is_there_is_not_installed_again() -> None:
    """The second run is quick and asks for nothing."""
    assert _need("python", {"PATH": "/usr/local/bin:/usr/bin:/bin", "PYTHON": "python3"}).returncode == 0
