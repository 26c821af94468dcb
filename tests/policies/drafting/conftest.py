"""A desk for drafting, and one where four eyes are wanted."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.policies.drafting.desk import Desk

from atesaki.storage.engine import Store


@pytest.fixture
def desk(store: Store, shipped: Path) -> Iterator[Desk]:
    """A desk on an empty store."""
    opened = Desk(store, shipped)
    yield opened
    opened.policies.stop()


@pytest.fixture
def strict(store: Store, shipped: Path) -> Iterator[Desk]:
    """A desk where four eyes are wanted."""
    opened = Desk(store, shipped, four_eyes=True)
    yield opened
    opened.policies.stop()
