"""Messages that wait at the same time go through each stage of the check together; see ADR 0019."""

import asyncio

LONG = 200
"""A message to so many goes through all stages at once: what is known of them fills the processor's cache alone."""


async def next_stage(recipients: int) -> None:
    """Let other messages come as far as this one, while the code that they need is in the processor's cache.

    Source: Larus and Parkes, *Using Cohort Scheduling to Enhance Server Performance*, USENIX 2002.
    """
    if recipients < LONG:
        await asyncio.sleep(0)
