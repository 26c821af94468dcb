"""How the people of a record are written: in columns, and their places as ranges (ADR 0021).

A message may be to thousands; with an object for each of them, a third of what is kept would be names of fields.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from msgspec import Struct, field

from atesaki.judgement.message import Message

FIELDS: Final = ("to", "cc", "bcc")

_ONES = re.compile("1+")
_RANGES = re.compile(r"(?a:\d{1,5}(?:-\d{1,5})?(?:,\d{1,5}(?:-\d{1,5})?)*)?")


class Columns(Struct, frozen=True, forbid_unknown_fields=True):
    """The recipients of one field; `names` are left out where nobody has one, `kinds` tells only who is no person."""

    addresses: Sequence[str]
    names: Sequence[str | None] = ()
    kinds: Mapping[int, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse columns that don't fit together, with a `ValueError`."""
        people = len(self.addresses)
        if len(self.names) not in {0, people} or any(not 0 <= place < people for place in self.kinds):
            raise ValueError("the columns are of different length")


def in_columns(message: Message) -> Iterator[dict[str, object]]:
    """Take the recipients of each of the three fields apart, as `Columns` reads them."""
    start = 0
    for recipients in (message.to, message.cc, message.bcc):
        end = start + len(recipients)
        columns: dict[str, object] = {"addresses": message.addresses[start:end]}
        names = [each.name for each in recipients]
        if names.count(None) < len(names):
            columns["names"] = names
        here = [place - start for place in message.no_persons if start <= place < end]
        if here:
            columns["kinds"] = {place: recipients[place].kind for place in here}
        yield columns
        start = end


def in_ranges(places: int, size: int) -> str:
    """Write places, the highest of `size` bits for the first, as ranges that both ends belong to: `0-165,167`."""
    runs = (run.span() for run in _ONES.finditer(f"{places:0{size}b}"))
    return ",".join(str(start) if end == start + 1 else f"{start}-{end - 1}" for start, end in runs)


def read_personal(blob: bytes) -> dict[str, Any]:
    """Return the personal data of a record with an object for each recipient and a list of places, as it was meant.

    Redacted records, and those of before ADR 0021, hold just these. What somebody altered so that it is neither form
    is left as it stands. Raises `msgspec.MsgspecError` or `UnicodeDecodeError` where the blob is no JSON object.
    """
    return one_by_one(msgspec.json.decode(blob, type=dict[str, Any]))


def one_by_one(content: dict[str, Any]) -> dict[str, Any]:
    """Take columns and ranges apart, in place; see `read_personal`."""
    content |= {name: _listed(content[name]) for name in FIELDS if isinstance(content.get(name), dict)}
    if isinstance(evidence := content.get("evidence"), dict):
        people = sum(len(each) for name in FIELDS if isinstance(each := content.get(name), list))
        content["evidence"] = {rule: _counted(places, people) for rule, places in evidence.items()}
    return content


def _listed(value: dict[str, Any]) -> list[dict[str, Any]] | dict[str, Any]:
    try:
        columns = msgspec.convert(value, Columns, str_keys=True)
    except msgspec.ValidationError:
        return value
    people = [{"address": address} for address in columns.addresses]
    for place, name in enumerate(columns.names):
        if name is not None:
            people[place]["name"] = name
    for place, kind in columns.kinds.items():
        people[place]["kind"] = kind
    return people


def _counted(places: object, people: int) -> object:
    if not isinstance(places, str) or not _RANGES.fullmatch(places):
        return places
    ends = [tuple(map(int, each.split("-"))) for each in places.split(",") if each]
    return [place for each in ends for place in range(each[0], min(each[-1] + 1, people))]
