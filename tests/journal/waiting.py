"""Waits for what happens in another thread or process in a moment."""

import time
from collections.abc import Callable


def wait_until(seen: Callable[[], object]) -> None:
    """Wait until something is seen, at most twenty seconds."""
    deadline = time.monotonic() + 20
    while not seen():
        assert time.monotonic() < deadline
        time.sleep(0.02)
