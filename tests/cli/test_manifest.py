"""`atesaki manifest outlook`: the files that IT uploads."""

import datetime as dt
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from atesaki.clients.outlook import version_of

KEY = "test-deployment-key-0123456789"
ADDRESS = "https://guard.example.org"
TENANT = "99999999-2222-4333-8444-555555555555"
CLIENT = "11111111-2222-4333-8444-555555555555"


def _run(output: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from atesaki.cli import main; main()", "manifest", "outlook"]
    whole = [*command, "--output", str(output), *arguments]
    return subprocess.run(whole, capture_output=True, text=True, check=False)


def _written(output: Path, *arguments: str) -> tuple[str, dict[str, object], list[str]]:
    done = _run(output, "--base-url", ADDRESS, "--deployment-keys", KEY, *arguments)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(output / "atesaki-outlook.zip") as package:
        unified: dict[str, object] = json.loads(package.read("manifest.json"))
        return (output / "atesaki-outlook.xml").read_text(), unified, package.namelist()


def test_both_manifests_are_complete(tmp_path: Path) -> None:
    """Nothing is left to fill in, every address lies under the deployment's own, and the XML is well-formed."""
    xml, unified, names = _written(tmp_path)
    ET.fromstring(xml.encode())  # noqa: S314  # Written by ourselves a moment ago.
    assert "@@" not in xml + json.dumps(unified)
    assert f"{ADDRESS}/outlook/{KEY}/launchevent.js" in xml
    assert names == ["manifest.json", "ja-jp.json", "icons/color.png", "icons/outline.png"]


@pytest.mark.parametrize("key", ["q/7Hk3mWc0Yz5tRb", "q&7Hk3mWc0Yz5tRb", "q#7Hk3mWc0Yz5tRb", 'q"7Hk3mWc0Yz5tRb'])
def test_a_key_that_no_address_can_carry_is_refused(tmp_path: Path, key: str) -> None:
    """Such a manifest would be broken, or its files would never load and every message would go unchecked."""
    done = _run(tmp_path, "--base-url", ADDRESS, "--deployment-keys", key)
    assert done.returncode != 0
    assert "letters, digits" in done.stderr
    assert key not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_ids_stay_the_same(tmp_path: Path) -> None:
    """A renewed manifest replaces the deployed one, and both kinds differ, as Microsoft asks."""
    first, again = (_written(tmp_path / name) for name in ("first", "again"))
    ids = [[*re.findall(r"<Id>(.*)</Id>", xml), unified["id"]] for xml, unified, _ in (first, again)]
    assert ids[0] == ids[1]
    assert len(set(ids[0])) == 2


def test_both_manifests_tell_when_they_were_written(tmp_path: Path) -> None:
    """Microsoft takes a manifest with another key only with a higher version than the deployed one."""
    before = version_of(dt.datetime.now(dt.UTC))
    xml, unified, _ = _written(tmp_path)
    assert unified["version"] in {before, version_of(dt.datetime.now(dt.UTC))}
    assert f"<Version>{unified['version']}.0</Version>" in xml


def test_without_entra_no_sign_in_is_declared(tmp_path: Path) -> None:
    """Organizations without an app registration deploy the same add-in."""
    xml, unified, _ = _written(tmp_path)
    assert "WebApplicationInfo" not in xml
    assert "webApplicationInfo" not in unified


def test_with_entra_the_resource_names_our_host(tmp_path: Path) -> None:
    """Office's own sign-in insists on that form."""
    xml, unified, _ = _written(tmp_path, "--entra-tenants", TENANT, "--entra-audiences", CLIENT)
    assert f"<Resource>api://guard.example.org/{CLIENT}</Resource>" in xml
    assert unified["webApplicationInfo"] == {"id": CLIENT, "resource": f"api://guard.example.org/{CLIENT}"}


def test_an_address_that_outlook_would_refuse_is_refused_here(tmp_path: Path) -> None:
    """One sentence says why, and nothing is written."""
    done = _run(tmp_path, "--base-url", "http://guard.example.org", "--deployment-keys", KEY)
    assert (done.returncode, done.stderr.strip()) == (1, "Outlook loads add-ins only from an https:// address.")
    assert list(tmp_path.iterdir()) == []


def test_an_address_other_than_the_servers_own_is_refused(tmp_path: Path) -> None:
    """The scripts ask the server at its own address: loaded from another, the add-in could check nothing."""
    other = ("--deployment-keys", KEY, "--public-url", "https://mail.example.org")
    done = _run(tmp_path, "--base-url", ADDRESS, *other)
    assert done.returncode == 1
    assert "ATESAKI_PUBLIC_URL" in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert _run(tmp_path, "--base-url", "https://mail.example.org/", *other).returncode == 0
