"""Messages that wait at the same time go through each stage of the check together; see ADR 0019."""

import types
from collections.abc import Generator

LONG = 200
"""A message to so many goes through all stages at once: what is known of them fills the processor's cache alone."""


@types.coroutine
def next_stage(recipients: int) -> Generator[None, None, None]:
    """Let other messages come as far as this one, while the code that they need is in the processor's cache.

    A bare `yield` gives the event loop one turn, as `asyncio.sleep(0)` does through two coroutines more.
    Source: Larus and Parkes, *Using Cohort Scheduling to Enhance Server Performance*, USENIX 2002.
    """
    if recipients < LONG:
        yield
