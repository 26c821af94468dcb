"""Directories are opened from the settings, and a key that can't be used is said at the start."""

import json
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.fakes.graph_api import TENANT

from atesaki.directory.configured import open_directories
from atesaki.settings import SettingsError, read_settings

CLIENT = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
GRAPH = {"graph_tenant": TENANT, "graph_client_id": CLIENT}


def opened(**settings: object) -> list[str]:
    """The providers of the directories that these settings name."""
    with ExitStack() as closing:
        found = open_directories(read_settings(**settings), closing)
        return [directory.provider for directory in found.values()]


def test_without_settings_there_is_no_directory() -> None:
    """Nobody needs one."""
    assert opened() == []


def test_both_directories_may_be_used_at_once(tmp_path: Path, service_account: dict[str, str]) -> None:
    """An organization may be moving from one to the other."""
    file = tmp_path / "account.json"
    file.write_text(json.dumps({**service_account, "token_uri": "http://127.0.0.1:1/token"}))
    google = {"google_service_account_file": file, "google_admin": "admin@hall.example"}
    assert opened(**GRAPH, graph_client_secret="secret", **google) == ["microsoft", "google"]


def test_a_certificate_takes_the_place_of_the_secret(tmp_path: Path) -> None:
    """Key and certificate stand in one file."""
    file = tmp_path / "graph.pem"
    file.write_text("-----BEGIN PRIVATE KEY-----\n-----BEGIN CERTIFICATE-----\n")
    assert opened(**GRAPH, graph_certificate_file=file) == ["microsoft"]


@pytest.mark.parametrize("text", ["", "-----BEGIN PRIVATE KEY-----", "ü"])
def test_a_file_without_key_and_certificate_is_refused(tmp_path: Path, text: str) -> None:
    """It is better said at the start than at the first sync."""
    file = tmp_path / "graph.pem"
    file.write_text(text)
    with pytest.raises(SettingsError, match="GRAPH_CERTIFICATE_FILE"):
        opened(**GRAPH, graph_certificate_file=file)
    with pytest.raises(SettingsError, match="GRAPH_CERTIFICATE_FILE"):
        opened(**GRAPH, graph_certificate_file=tmp_path / "missing")


@pytest.mark.parametrize("text", ["", "{}", '{"type": "authorized_user"}'])
def test_a_file_that_is_no_service_account_is_refused(tmp_path: Path, text: str) -> None:
    """So is the wrong JSON file."""
    file = tmp_path / "account.json"
    file.write_text(text)
    with pytest.raises(SettingsError, match="GOOGLE_SERVICE_ACCOUNT_FILE"):
        opened(google_service_account_file=file, google_admin="admin@hall.example")


@pytest.mark.parametrize(
    "settings",
    [GRAPH, {"graph_client_secret": "secret"}, {"google_admin": "a@hall.example"}, {"graph_tenant": "a b"}],
)
def test_half_a_directory_is_refused(settings: dict[str, object]) -> None:
    """A forgotten variable is named instead of leaving rosters without their sync."""
    with pytest.raises(SettingsError):
        read_settings(**settings)
