"""An office with a running journal, on both databases."""

from collections.abc import Iterator

import pytest
from tests.sending.rights.office import Office

from atesaki.storage.engine import Store


@pytest.fixture
def office(store: Store) -> Iterator[Office]:
    """An office whose journal runs until the test ends."""
    opened = Office(store)
    yield opened
    opened.journal.stop()
