"""A journal that remembers, and a folder of small policies."""

from pathlib import Path

import pytest
from tests.policies.fakes import RememberedRecords
from tests.policies.files import FILES, write


@pytest.fixture
def records() -> RememberedRecords:
    """A fresh journal."""
    return RememberedRecords()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder of shipped policies."""
    return write(tmp_path / "shipped", FILES)
