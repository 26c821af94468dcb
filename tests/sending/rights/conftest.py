"""An office with a running journal, on both databases, and its desk for erasures."""

from collections.abc import Iterator

import pytest
from tests.sending.rights.desk import Desk
from tests.sending.rights.office import Office

from atesaki.storage.engine import Store


@pytest.fixture
def office(store: Store) -> Iterator[Office]:
    """An office whose journal runs until the test ends."""
    opened = Office(store)
    yield opened
    opened.journal.stop()


@pytest.fixture
def desk(office: Office) -> Desk:
    """The desk of an office."""
    return Desk(office)
