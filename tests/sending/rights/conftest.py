"""The desk of an office for erasures."""

import pytest
from tests.sending.rights.desk import Desk
from tests.sending.rights.office import Office


@pytest.fixture
def desk(office: Office) -> Desk:
    """The desk of an office."""
    return Desk(office)
