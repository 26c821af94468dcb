"""Variables that look like settings and are none."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from atesaki.cli import app
from atesaki.cli.misspelt import misspelt


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("ATESAKI_INTERNAL_DOMAIN", "ATESAKI_INTERNAL_DOMAINS"),
        ("ATESAKI_DEPLOYMENT_KEY", "ATESAKI_DEPLOYMENT_KEYS"),
        ("ATESAKI_PROT", "ATESAKI_PORT"),
        ("ATESAKI_JOURNAL_KEY", "ATESAKI_JOURNAL_KEY_FILE"),
    ],
)
def test_the_setting_that_was_meant_is_named(name: str, meant: str) -> None:
    """Its value is not repeated, since it may be a secret."""
    assert list(misspelt({name: "secret"})) == [f"{name} is no setting and changes nothing; {meant} is one."]


@pytest.mark.parametrize("name", ["ATESAKI_PORT", "ATESAKI_KEY", "ATESAKI_SERVER", "ATESAKI_PUBLISH", "OTHER_PORT"])
def test_what_is_meant_for_something_else_is_left_alone(name: str) -> None:
    """Scripts of our own documents use some of them."""
    assert list(misspelt({name: "1"})) == []


def test_the_doctor_calls_it_a_problem(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit code 1: what was set is not in force."""
    monkeypatch.setenv("ATESAKI_FOUREYES", "true")
    ran = CliRunner().invoke(app, ["doctor", "--data-dir", str(tmp_path), "--port", "1"])
    assert (ran.exit_code, ran.stdout.splitlines()[0]) == (
        1,
        "PROBLEM settings: ATESAKI_FOUREYES is no setting and changes nothing; ATESAKI_FOUR_EYES is one.",
    )
