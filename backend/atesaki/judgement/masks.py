"""Sets of recipients as integers, and columns of what is known of each (see ADR 0007)."""

import functools
from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

_ONE = ord("1")


def as_mask(digits: bytes | bytearray) -> int:
    """Return the set whose members are the `1` among these digits."""
    # Most sets that rules ask for are empty, which is told faster than hundreds of digits are read.
    return int(digits, 2) if _ONE in digits else 0


@functools.cache
def truth_table(flags: int) -> bytes:
    """Return a table that makes `1` of every byte that has any of these bits, and `0` of the others."""
    return bytes(b"01"[bool(value & flags)] for value in range(256))


@functools.lru_cache(1 << 8)
def chosen(values: frozenset[int]) -> bytes:
    """Return a table that makes `1` of these bytes, and `0` of the others."""
    return bytes(b"01"[value in values] for value in range(256))


def taker(places: Sequence[Any]) -> Callable[[Any], Sequence[Any]]:
    """Return a function that takes what stands at these places of a column, or under these keys, faster than a loop."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda column: [column[place] for place in places]
