"""Waits for what happens in another thread or process in a moment."""

import time
from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def wait_until(seen: Callable[[], _T], seconds: float = 60.0) -> _T:
    """Return what is seen once it is something, at most so many seconds later."""
    deadline = time.monotonic() + seconds
    while not (found := seen()):
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return found
