"""`atesaki accounts`: whoever is locked out makes a link on the server itself."""

from pathlib import Path

import pytest
from sqlalchemy import select
from tests.server import running_server
from typer.testing import CliRunner

from atesaki.cli.accounts import app
from atesaki.storage.engine import open_store
from atesaki.storage.tables import credentials


def _run(folder: Path, *arguments: str) -> tuple[int, str, str]:
    flags = ["--data-dir", str(folder), "--public-url", "https://atesaki.hall.example"]
    ran = CliRunner().invoke(app, ["link", *arguments, *flags])
    return ran.exit_code, ran.stdout, ran.stderr


def _path(url: str) -> str:
    assert url.startswith("https://atesaki.hall.example/console/")
    return url.strip().removeprefix("https://atesaki.hall.example")


def test_link_makes_another_admin_and_then_sets_a_new_password(tmp_path: Path) -> None:
    """Both links open their page once the server runs again."""
    form = {"address": "hanako@hall.example", "display_name": "Hanako", "password": "three small boats at noon"}
    code, url, _ = _run(tmp_path)
    assert code == 0
    with running_server(tmp_path) as server:
        page = server.anonymous.post(_path(url), data={**form, "again": form["password"]})
        assert page.status_code == 303
    code, url, _ = _run(tmp_path, "Hanako@hall.example")
    assert code == 0
    with running_server(tmp_path) as server:
        assert "hanako@hall.example" in server.anonymous.get(_path(url)).text
        kinds = [record["kind"] for record in server.admin.get("/v1/journal").json()["records"]]
    assert kinds.count("account.link_created") == 2


def test_a_link_creates_no_keys_beside_it(tmp_path: Path) -> None:
    """The command doesn't know those of the service, so it showed an admin token that never counted."""
    assert "shown only now" not in _run(tmp_path)[2]
    with running_server(tmp_path) as server, open_store(server.store_address).read() as connection:
        assert connection.scalars(select(credentials.c.name)).all() == []


@pytest.mark.parametrize("address", ["nobody@hall.example", "nobody"])
def test_address_without_an_account_is_refused_in_one_sentence(tmp_path: Path, address: str) -> None:
    """Exit code 1, nothing on standard output."""
    code, out, err = _run(tmp_path, address)
    assert (code, out) == (1, "")
    assert "address" in err.splitlines()[-1]
