"""`atesaki manifest gmail-addon`: the deployment that IT creates with gcloud."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from atesaki.cli import app
from atesaki.clients.gmail import audiences
from atesaki.clients.gmail_event import ADDRESS_SCOPE, METADATA_SCOPE

BASE = "https://guard.example.org"


def run(output: Path, *arguments: str) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["manifest", "gmail-addon", "--output", str(output), *arguments])


def test_deployment_is_complete(tmp_path: Path) -> None:
    """Every address lies under the server's own, and the add-on asks for what it needs."""
    done = run(tmp_path / "new", "--base-url", f"{BASE}/", "--locale", "en")
    assert done.exit_code == 0, done.output
    path = tmp_path / "new/atesaki-gmail-addon.json"
    assert done.output.strip() == str(path)
    text = path.read_text()
    written = json.loads(text)
    assert "@@" not in text
    (action,) = written["addOns"]["gmail"]["composeTrigger"]["actions"]
    assert action["label"] == "Check recipients"
    assert {action["runFunction"], written["addOns"]["common"]["homepageTrigger"]["runFunction"]} <= set(
        audiences(BASE)
    )
    assert written["addOns"]["gmail"]["composeTrigger"]["draftAccess"] == "METADATA"
    assert written["addOns"]["httpOptions"]["authorizationHeader"] == "SYSTEM_ID_TOKEN"
    # Gmail opens no link of a card that stands nowhere here.
    assert written["addOns"]["common"]["openLinkUrlPrefixes"] == [f"{BASE}/"]
    assert {ADDRESS_SCOPE, METADATA_SCOPE} <= set(written["oauthScopes"])


def test_deployment_speaks_the_server_s_language(tmp_path: Path) -> None:
    """The name of the compose action can't depend on who looks at it."""
    assert run(tmp_path, "--base-url", BASE).exit_code == 0
    assert '"宛先を確認"' in (tmp_path / "atesaki-gmail-addon.json").read_text()


@pytest.mark.parametrize("address", ["http://guard.example.org", "guard.example.org", 'https://x.example/"', ""])
def test_address_that_google_would_not_call_is_refused(tmp_path: Path, address: str) -> None:
    """One sentence, exit code 1, and no file."""
    done = run(tmp_path, "--base-url", address)
    assert done.exit_code == 1
    assert "https" in done.output
    assert list(tmp_path.iterdir()) == []
