"""`atesaki policies` through a running server: with its admin token, and over nobody else's publication."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.cli.policies_in_git.folders import OTHER, WITH_TEST, call, read, write
from tests.policies.files import FILES
from tests.server import ADMIN, Server, running_server


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A running server with the shipped policies."""
    with running_server(tmp_path_factory.mktemp("served")) as server:
        yield server


def test_apply_and_pull_work_through_a_running_server(
    served: Server, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the admin token of the environment; the next message is judged by what was published."""
    monkeypatch.setenv("ATESAKI_ADMIN_TOKEN", ADMIN)
    before = served.admin.get("/v1/policies").json()
    applied = call("apply", folder, "--yes", "--note", "日本語", "--server", served.base_url)
    assert (applied.exit_code, applied.stderr) == (0, "")
    now = served.admin.get("/v1/policies").json()
    assert (now["files"], now["note"], now["number"]) == (FILES, "日本語", before["number"] + 1)
    assert call("diff", folder, "--server", f"{served.base_url}/").exit_code == 0
    assert call("pull", tmp_path / "pulled", "--server", served.base_url).exit_code == 0
    assert read(tmp_path / "pulled") == FILES


def test_what_somebody_else_publishes_meanwhile_is_not_overwritten(
    served: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the question and the yes another admin was faster: the second is refused and told so."""
    monkeypatch.setenv("ATESAKI_ADMIN_TOKEN", ADMIN)

    def confirm(*_: object, **__: object) -> None:
        served.admin.put("/v1/policies", json={"other.yaml": OTHER}).raise_for_status()

    monkeypatch.setattr("typer.confirm", confirm)
    result = call("apply", write(folder, WITH_TEST), "--server", served.base_url)
    assert (result.exit_code, "published in between" in result.stderr) == (1, True)
    assert served.admin.get("/v1/policies").json()["files"] == {"other.yaml": OTHER}


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("{served}", "Send the admin token as Authorization: Bearer."),
        ("http://127.0.0.1:1", "The server can't be reached: [Errno 111] Connection refused."),
        ("http://atesaki.example", "The admin token travels by https only, except to this machine."),
        ("atesaki.example", "The address of the server begins with https://."),
    ],
)
def test_a_server_that_cannot_be_used_is_one_sentence(
    served: Server, folder: Path, monkeypatch: pytest.MonkeyPatch, url: str, sentence: str
) -> None:
    """On standard error, with exit code 1 and without the token."""
    monkeypatch.setenv("ATESAKI_ADMIN_TOKEN", "a-token-of-another-server")
    result = call("diff", folder, "--server", url.replace("{served}", served.base_url))
    assert (result.exit_code, result.stderr) == (1, f"{sentence}\n")


def test_no_proxy_overhears_a_token_that_goes_to_this_machine(
    served: Server, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By http it would stand in the request to the proxy for everybody on the way to read."""
    monkeypatch.setenv("ATESAKI_ADMIN_TOKEN", ADMIN)
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert call("diff", folder, "--server", served.base_url).stderr == ""


def test_without_a_token_no_server_is_asked(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The sentence names the variable."""
    monkeypatch.delenv("ATESAKI_ADMIN_TOKEN", raising=False)
    result = call("diff", folder, "--server", "https://atesaki.example")
    assert (result.exit_code, result.stderr) == (1, "Set ATESAKI_ADMIN_TOKEN to the admin token of the server.\n")


def test_another_server_is_told_apart(served: Server, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An address that answers something else is not taken for an empty set of policies."""
    monkeypatch.setenv("ATESAKI_ADMIN_TOKEN", ADMIN)
    result = call("diff", folder, "--server", f"{served.base_url}/healthz")
    assert result.exit_code == 1
    assert "There is nothing at this address." in result.stderr
