"""A journal that remembers."""

import pytest
from tests.policies.fakes import RememberedRecords


@pytest.fixture
def records() -> RememberedRecords:
    """A fresh journal."""
    return RememberedRecords()
