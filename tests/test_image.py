"""The image: its stages have what they need, and its health check asks the server itself."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.server import running_server

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()


def test_the_clients_are_built_from_what_their_stage_copies() -> None:
    """No image could be built: the Gmail extension takes the console's stylesheet, which was not there."""
    stage = DOCKERFILE.split("\nFROM ")[1]
    copied = dict(re.findall(r"^COPY (\S+) (\S+)$", stage, re.MULTILINE))
    wanted = set(_taken_from_outside())
    assert wanted
    assert {path: copied.get(path) for path in wanted} == {path: f"/build/{Path(path).parent}/" for path in wanted}


def _taken_from_outside() -> Iterator[str]:
    """Yield what the sources of the clients name outside of their folder."""
    listed = subprocess.run(["git", "ls-files", "manifest"], cwd=ROOT, check=True, capture_output=True, text=True)
    for name in listed.stdout.splitlines():
        if name.endswith((".ts", ".mjs")):
            for path in re.findall(r'"((?:\.\./)+[^"]+)"', (ROOT / name).read_text()):
                place = os.path.normpath(Path(name).parent / path)
                if not place.startswith("manifest"):
                    yield place


def test_the_health_check_passes_by_every_proxy(tmp_path: Path) -> None:
    """Docker hands the proxy of the machine on to its containers; one that was asked called each server ill."""
    (check,) = re.findall(r"^ +CMD (\[.+\])$", DOCKERFILE, re.MULTILINE)
    _, *arguments = json.loads(check)
    with running_server(tmp_path) as server:
        port = server.base_url.rsplit(":", 1)[1]
        environment = {"ATESAKI_PORT": port, "http_proxy": "http://127.0.0.1:9"}
        ended = subprocess.run([sys.executable, *arguments], env=environment, check=False, capture_output=True)
    assert ended.returncode == 0


def test_the_data_directory_of_the_image_is_its_accounts_alone() -> None:
    """A new volume takes over the mode of the folder, and `atesaki doctor` calls one that others can read a problem."""
    (made,) = re.findall(r"^RUN .*\binstall -d (.+) /data$", DOCKERFILE, re.MULTILINE)
    assert made == "-m 700 -o atesaki -g atesaki"
