"""A hall whose people sign in with passwords."""

import pytest
from tests.identity.premises import HANAKO, Hall

from atesaki.storage.engine import Store


@pytest.fixture
def hall(store: Store) -> Hall:
    """A hall with one admin, on both databases."""
    hall = Hall(store)
    hall.person(HANAKO)
    hall.records.clear()
    return hall
