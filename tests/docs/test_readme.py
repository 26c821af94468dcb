"""The README's example is answered by a real server exactly as the README says."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.server import KEY, running_server

README = (Path(__file__).parents[2] / "README.md").read_text()


def _block(language: str, opening: str) -> str:
    """Return the one code block of a language that opens with a text."""
    blocks: list[str] = re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)
    return next(block for block in blocks if block.startswith(opening))


def _keep(whole: object, part: object) -> object:
    """Return of `whole` only the keys that `part` has too."""
    if isinstance(whole, dict) and isinstance(part, dict):
        return {key: _keep(value, part[key]) for key, value in whole.items() if key in part}
    return whole


@pytest.mark.parametrize("settings", [{}, {"internal_domains": ("hall.example",)}], ids=["as shipped", "configured"])
def test_curl_example_is_answered_as_the_readme_says(settings: dict[str, Any], tmp_path: Path) -> None:
    """Whoever copies the command sees what the page shows, before and after they set anything."""
    expected = json.loads(_block("json", '{"action"'))
    with running_server(tmp_path, **settings) as server:
        command = _block("bash", "curl").replace("http://127.0.0.1:8765", server.base_url)
        environment = {"PATH": os.environ["PATH"], "ATESAKI_KEY": KEY}
        printed = subprocess.run(["bash", "-c", command], env=environment, check=True, capture_output=True).stdout
    assert _keep(json.loads(printed), expected) == expected
