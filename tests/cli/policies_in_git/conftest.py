"""A folder of policies and a store, for the commands that keep the two the same."""

from pathlib import Path

import pytest
from tests.cli.policies_in_git.folders import call, write
from tests.policies.files import FILES

from atesaki.storage.engine import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good policy and its tests."""
    return write(tmp_path / "policies", FILES)


@pytest.fixture
def place(store: Store, store_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """A store with one publication, which the commands find in their environment."""
    monkeypatch.setenv("ATESAKI_DATA_DIR", str(tmp_path / "store"))
    if "://" in store_url:
        monkeypatch.setenv("ATESAKI_DATABASE_URL", store_url)
    else:
        monkeypatch.delenv("ATESAKI_DATABASE_URL", raising=False)
    call("apply", write(tmp_path / "first", FILES), "--yes")
    return store
