"""Waits for what happens in another thread or process in a moment."""

import time
from collections.abc import Callable
from typing import TypeVar

EVERY_SECONDS = 0.1
"""Looking at some pages is recorded, and while thirty records a second come in the index lets them go first."""

_T = TypeVar("_T")


def wait_until(seen: Callable[[], _T], seconds: float = 60.0) -> _T:
    """Return what is seen once it is something, at most so many seconds later."""
    deadline = time.monotonic() + seconds
    while not (found := seen()):
        assert time.monotonic() < deadline
        time.sleep(EVERY_SECONDS)
    return found
