"""Fixtures of the journal: a fixed clock, a key, and a running journal on both databases."""

import datetime as dt
from collections.abc import Iterator

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from atesaki.journal import Journal, Limits
from atesaki.storage.engine import Store

NOW = dt.datetime(2026, 4, 4, 9, 30, 0, 123456, tzinfo=dt.UTC)


@pytest.fixture
def key() -> Ed25519PrivateKey:
    """A signing key that is the same in every run."""
    return Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


@pytest.fixture
def journal(store: Store, key: Ed25519PrivateKey) -> Iterator[Journal]:
    """A running journal whose clock stands still; personal data expires after one day."""
    running = Journal(store, key, now=lambda: NOW, limits=Limits(retention=dt.timedelta(days=1)))
    running.start()
    yield running
    running.stop()
