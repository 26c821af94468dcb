"""`atesaki manifest gmail`: the extension and the policies that install it."""

import base64
import json
import plistlib
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from atesaki.clients.extension import EXTENSION_ID, id_of

KEY = "test-deployment-key-0123456789"
ADDRESS = "https://guard.example.org"
SCHEMA = Path(__file__).parents[2] / "manifest/gmail/extension/managed_schema.json"
VALUES = {"backendUrl": ADDRESS, "deploymentKey": KEY, "failMode": "hold", "hostedDomain": "hall.example"}


def _run(output: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from atesaki.cli import main; main()", "manifest", "gmail"]
    whole = [*command, "--output", str(output), *arguments]
    return subprocess.run(whole, capture_output=True, text=True, check=False)


def _written(output: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    told = ["--fail-mode", "hold", "--hosted-domain", "hall.example"]
    done = _run(output, "--base-url", f"{ADDRESS}/", "--deployment-keys", KEY, *told, *arguments)
    assert done.returncode == 0, done.stderr
    return done


def _manifest(output: Path) -> dict[str, Any]:
    with zipfile.ZipFile(output / "atesaki-gmail.zip") as package:
        manifest: dict[str, Any] = json.loads(package.read("manifest.json"))
        return manifest


def _policies(output: Path, extension_id: str) -> dict[str, dict[str, str]]:
    """Return the managed values of the extension as each system's file holds them."""
    admin = json.loads((output / "atesaki-gmail-google-admin.json").read_text())
    linux = json.loads((output / "atesaki-gmail-linux.json").read_text())
    profile = plistlib.loads((output / "atesaki-gmail-macos.mobileconfig").read_bytes())
    payloads = {each["PayloadType"]: each for each in profile["PayloadContent"]}
    registry = (output / "atesaki-gmail-windows.reg").read_text(encoding="utf-16")
    section = registry.split(rf"Google\Chrome\3rdparty\extensions\{extension_id}\policy]")[1].split("\n\n")[0]
    lines = [line.strip().split("=", 1) for line in section.splitlines() if "=" in line]
    mac = payloads[f"com.google.Chrome.extensions.{extension_id}"]
    return {
        "admin": {name: value["Value"] for name, value in admin.items()},
        "linux": linux["3rdparty"]["extensions"][extension_id],
        "macos": {name: value for name, value in mac.items() if not name.startswith("Payload")},
        "windows": {json.loads(name): json.loads(value) for name, value in lines},
    }


def test_every_system_tells_the_extension_the_same(tmp_path: Path) -> None:
    """Whichever way IT goes, the values are those that the extension's schema knows."""
    done = _written(tmp_path)
    assert set(json.loads(SCHEMA.read_text())["properties"]) >= set(VALUES)
    assert _policies(tmp_path, EXTENSION_ID) == dict.fromkeys(("admin", "linux", "macos", "windows"), VALUES)
    assert [Path(line).name for line in done.stdout.splitlines()] == [
        "atesaki-gmail.zip",
        "atesaki-gmail-google-admin.json",
        "atesaki-gmail-linux.json",
        "atesaki-gmail-windows.reg",
        "atesaki-gmail-macos.mobileconfig",
    ]


def test_every_system_installs_the_extension_by_force(tmp_path: Path) -> None:
    """A guard that its user can switch off guards nobody."""
    _written(tmp_path, "--update-url", "https://guard.example.org/updates.xml")
    wanted = {"installation_mode": "force_installed", "update_url": "https://guard.example.org/updates.xml"}
    linux = json.loads((tmp_path / "atesaki-gmail-linux.json").read_text())
    profile = plistlib.loads((tmp_path / "atesaki-gmail-macos.mobileconfig").read_bytes())
    registry = (tmp_path / "atesaki-gmail-windows.reg").read_text(encoding="utf-16")
    assert linux["ExtensionSettings"] == {EXTENSION_ID: wanted}
    assert [each["ExtensionSettings"] for each in profile["PayloadContent"] if "ExtensionSettings" in each] == [
        {EXTENSION_ID: wanted}
    ] * 2
    assert registry.count('"installation_mode"="force_installed"') == 2


def test_package_is_the_same_each_time_and_holds_the_whole_extension(tmp_path: Path) -> None:
    """It can be compared, and nothing in it names a place that is not there."""
    for name in ("first", "again"):
        _written(tmp_path / name)
    first, again = ((tmp_path / name / "atesaki-gmail.zip").read_bytes() for name in ("first", "again"))
    assert first == again
    manifest = _manifest(tmp_path / "first")
    with zipfile.ZipFile(tmp_path / "first/atesaki-gmail.zip") as package:
        names = set(package.namelist())
    scripts = [name for script in manifest["content_scripts"] for name in script["js"]]
    named = [*scripts, *manifest["icons"].values(), "worker.js", "options.html", "managed_schema.json", "rules.json"]
    assert [name for name in named if name not in names] == []


def test_own_signing_key_gives_an_id_of_its_own(tmp_path: Path) -> None:
    """Whoever signs the package needs the private key, which we keep nowhere; the server must then know the id."""
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    pem = tmp_path / "key.pem"
    pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    done = _written(tmp_path, "--signing-key", str(pem))
    own = id_of(base64.b64decode(_manifest(tmp_path)["key"]))
    assert own != EXTENSION_ID
    assert _policies(tmp_path, own)["linux"] == VALUES
    assert f"ATESAKI_CORS_ORIGINS=chrome-extension://{own}" in done.stderr
    assert "PRIVATE" not in "".join(path.read_text(errors="ignore") for path in tmp_path.glob("atesaki-*"))


def test_id_of_the_store_is_used_in_every_policy(tmp_path: Path) -> None:
    """The Chrome Web Store gives an id of its own."""
    _written(tmp_path, "--extension-id", "a" * 32)
    assert _policies(tmp_path, "a" * 32)["macos"] == VALUES


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--deployment-keys", KEY), "--base-url"),
        (("--deployment-keys", KEY, "--base-url", "http://guard.example.org"), "--base-url"),
        (("--base-url", ADDRESS), "the first start printed: --deployment-keys"),
        (("--base-url", ADDRESS, "--deployment-keys", KEY, "--signing-key", "missing.pem"), "missing.pem"),
    ],
    ids=["no address", "address without TLS", "no key", "missing file"],
)
def test_what_is_missing_is_said_in_one_sentence(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    """And nothing is written."""
    done = _run(tmp_path / "out", *arguments)
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert said in done.stderr
    assert not (tmp_path / "out").exists()


def test_file_that_is_no_key_is_said(tmp_path: Path) -> None:
    """A public key or another file can't sign."""
    (tmp_path / "key.pem").write_text("no key")
    done = _run(tmp_path, "--base-url", ADDRESS, "--deployment-keys", KEY, "--signing-key", str(tmp_path / "key.pem"))
    assert (done.returncode, "no private key" in done.stderr) == (1, True)


def test_key_of_another_kind_is_refused(tmp_path: Path) -> None:
    """Chrome's packer signs with RSA keys."""
    pem = tmp_path / "key.pem"
    key = ed25519.Ed25519PrivateKey.generate()
    pem.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    done = _run(tmp_path, "--base-url", ADDRESS, "--deployment-keys", KEY, "--signing-key", str(pem))
    assert (done.returncode, "RSA" in done.stderr) == (1, True)
