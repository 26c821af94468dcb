"""A past on both databases."""

import datetime as dt
from collections.abc import Iterator

import pytest
from tests.sending.index.past import Past

from atesaki.storage.engine import Store


@pytest.fixture
def past(store: Store) -> Iterator[Past]:
    """An empty past; personal data expires after ten days."""
    opened = Past(store, retention=dt.timedelta(days=10))
    yield opened
    opened.close()
