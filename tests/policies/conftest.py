"""A journal that remembers, and a folder of small policies."""

from pathlib import Path

import pytest
from tests.fakes.journal import ListedJournal
from tests.policies.files import FILES, write


@pytest.fixture
def records() -> ListedJournal:
    """A fresh journal."""
    return ListedJournal()


@pytest.fixture
def shipped(tmp_path: Path) -> Path:
    """A folder of shipped policies."""
    return write(tmp_path / "shipped", FILES)
