"""Lets the kernel hold the process's memory in huge pages, so that a look-up walks fewer page tables (ADR 0020)."""

import asyncio
import ctypes
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import structlog

EVERY_SECONDS: Final = 30
"""What is known of addresses grows while the server runs."""

HUGE: Final = 2 * 2**20
"""Bytes of a huge page of x86-64, and of ARM with pages of 4 KiB."""

MAPS: Final = Path("/proc/self/maps")

_COLLAPSE = 25  # MADV_COLLAPSE of madvise(2), since Linux 6.1; older kernels refuse it.
# Private memory that belongs to no file, and the heap: there Python and its libraries keep their objects.
_OWN = re.compile(r"([0-9a-f]+)-([0-9a-f]+) rw-p 0+ 00:00 0 *(?:\[heap\])?")

_log = structlog.get_logger(__name__)


async def keep_in_huge_pages(maps: Path = MAPS, every_seconds: float = EVERY_SECONDS) -> None:
    """Collapse what has become whole huge pages, now and then; return where the kernel has none."""
    held = 1
    while held:
        # At the start there is nothing yet that would be looked up.
        await asyncio.sleep(every_seconds)
        held = await asyncio.to_thread(collapse, maps)
        _log.debug("memory.huge_pages", held=held)


def collapse(maps: Path) -> int:
    """Ask for huge pages; return how many hold this process's memory now, 0 where the kernel has none. Blocks.

    Source: madvise(2) and proc_pid_maps(5) of the Linux man-pages.
    """
    if not maps.exists():
        return 0
    advise = ctypes.CDLL(None).madvise
    advise.argtypes = (ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int)
    return sum(advise(page, HUGE, _COLLAPSE) == 0 for page in whole_pages(maps.read_text()))


def whole_pages(maps: str) -> Iterator[int]:
    """Yield where a huge page can begin in memory of one's own."""
    for line in maps.splitlines():
        if found := _OWN.fullmatch(line):
            start, end = (int(each, 16) for each in found.groups())
            yield from range(-(-start // HUGE) * HUGE, end - HUGE + 1, HUGE)
