"""Memory in huge pages: which parts of it, and that nothing changes but how the kernel holds it."""

import asyncio
from pathlib import Path

import pytest

from atesaki.huge_pages import HUGE, MAPS, collapse, keep_in_huge_pages, whole_pages

OWN = f"{HUGE - 4096:x}-{3 * HUGE:x} rw-p 00000000 00:00 0"


@pytest.mark.parametrize("line", [OWN, f"{OWN}                          [heap]"])
def test_only_whole_pages_are_asked_for(line: str) -> None:
    """What begins or ends in between stays as it is, and so does a mapping that holds none."""
    assert list(whole_pages(line)) == [HUGE, 2 * HUGE]
    assert list(whole_pages(f"{HUGE + 1:x}-{3 * HUGE - 1:x} rw-p 00000000 00:00 0")) == []


@pytest.mark.parametrize(
    "line",
    [
        OWN.replace("rw-p", "rw-s"),
        OWN.replace("rw-p", "r--p"),
        OWN.replace("00:00 0", "fe:00 4711      /data/atesaki.db-shm"),
        f"{OWN}      [stack]",
    ],
)
def test_memory_of_files_and_of_others_is_left_alone(line: str) -> None:
    """Shared memory is the store's, and a stack needs few bytes of its own."""
    assert list(whole_pages(line)) == []


def test_nobody_asks_again_where_there_are_none(tmp_path: Path) -> None:
    """Such as on macOS, which tells no maps: the task ends by itself."""
    asyncio.run(asyncio.wait_for(keep_in_huge_pages(tmp_path / "maps", 0), timeout=10))


def test_what_memory_holds_stays_the_same() -> None:
    """As much as is counted lies in huge pages by then, where the kernel has any."""
    held = bytes(range(256)) * (8 * HUGE // 256)
    count = collapse(MAPS)
    assert held == bytes(range(256)) * (8 * HUGE // 256)
    assert count == 0 or _kib_in_huge_pages() * 1024 >= HUGE


def _kib_in_huge_pages() -> int:
    rollup = Path("/proc/self/smaps_rollup").read_text()
    return next(int(line.split()[1]) for line in rollup.splitlines() if line.startswith("AnonHugePages:"))
