"""A start that fails: what kept the server from starting is kept for the sentence about it."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient

from atesaki import app as composition
from atesaki.settings import read_settings
from atesaki.storage.errors import StoreUnavailable


def test_a_start_without_room_for_the_first_link_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk may be full by then; before, the server “could not start (NoneType)”."""

    def full(_: object) -> str:
        raise StoreUnavailable("There is no space left.")

    monkeypatch.setattr(composition, "first_admin_link", full)
    app = composition.create_app(read_settings(data_dir=tmp_path))
    with pytest.raises(StoreUnavailable), TestClient(app):
        pass
    assert str(app.state.startup_error) == "There is no space left."
