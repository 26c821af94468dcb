"""A provider, and a console that signs people in there."""

import pytest
from tests.fakes.oidc import FakeOidc
from tests.identity.oidc.desk import Desk


@pytest.fixture
def fake() -> FakeOidc:
    """A provider of its own for each test."""
    return FakeOidc()


@pytest.fixture
def desk(fake: FakeOidc) -> Desk:
    """A console at that provider."""
    return Desk(fake)
