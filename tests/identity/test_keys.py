"""Keys are known by their digest, made at random, and shown once."""

import threading
from concurrent.futures import ThreadPoolExecutor

from pydantic import SecretStr
from sqlalchemy import update

from atesaki.identity.credentials import Opened, open_ring
from atesaki.identity.keys import KeyRing, digest_of
from atesaki.storage.engine import Store
from atesaki.storage.tables import credentials


def test_ring_tells_valid_keys_from_all_others() -> None:
    """Any of the keys opens, nothing that resembles one does."""
    ring = KeyRing.of(["old-key", "new-key"])
    assert ring.match("old-key") == digest_of("old-key")
    assert ring.match(b"new-key") == digest_of("new-key")
    assert [ring.match(wrong) for wrong in ("", "old-ke", "old-key ", "OLD-KEY", digest_of("old-key"))] == [None] * 5


def test_empty_ring_opens_for_nobody() -> None:
    """No key configured never means that no key is needed."""
    assert KeyRing([]).match("") is None


def test_first_start_creates_a_key_and_later_ones_only_check_it(store: Store) -> None:
    """What is stored can check a key and never give it away."""
    first, again = (open_ring(store, "deployment_key", []) for _ in range(2))
    assert first.created is not None
    assert again.created is None
    assert again.ring.match(first.created)
    with store.read() as connection:
        assert connection.execute(credentials.select()).scalars().all() == ["deployment_key"]


def test_replicas_that_start_together_take_one_key(store: Store) -> None:
    """Else a client would be known to one of them only."""
    start = threading.Barrier(4)

    def opened(_: int) -> Opened:
        start.wait()
        return open_ring(store, "deployment_key", [])

    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(opened, range(4)))
    [created] = [each.created for each in found if each.created]
    assert all(each.ring.match(created) for each in found)


def test_configured_key_replaces_the_stored_one(store: Store) -> None:
    """Whoever has lost the key sets a new one and is back at once."""
    lost = open_ring(store, "admin_token", []).created or ""
    opened = open_ring(store, "admin_token", [SecretStr("a-new-admin-token")])
    assert opened.created is None
    assert opened.ring.match("a-new-admin-token")
    assert opened.ring.match(lost) is None


def test_expired_key_opens_no_more(store: Store) -> None:
    """A rotated key has an end."""
    old = open_ring(store, "deployment_key", []).created or ""
    with store.write() as connection:
        connection.execute(update(credentials).values(expires_at=1))
    assert open_ring(store, "deployment_key", []).ring.match(old) is None
