"""Finds one person in the personal data of a record, and writes it anew without them; pure."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from atesaki.journal.columns import FIELDS, one_by_one
from atesaki.sending.rights.whom import ERASED, Whom, usable_name

_KEYS = frozenset({"sender_key", "identity", "fingerprint"})
"""Fields of hashes and ids, which may hold the letters of a name by chance."""

_GONE = object()
_ENCODER = msgspec.json.Encoder(order="deterministic")


class Mention(Struct, frozen=True):
    """Where a person stands in a blob: the way to it, such as `to` or `justification`, and what is written there."""

    place: str
    text: str
    name: str | None = None


def mentions(blob: bytes, whom: Whom) -> list[Mention]:
    """Return every place of the blob where the person's address stands."""
    if not whom.may_be_in(blob):
        return []
    return list(_mentions(content_of(blob), whom, ""))


def content_of(blob: bytes) -> object:
    """Return what a blob holds; one that somebody altered, and nobody can read, is searched as one text."""
    try:
        content = msgspec.json.decode(blob)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return blob.decode(errors="replace")
    return one_by_one(content) if isinstance(content, dict) else content


def redacted(blob: bytes, whom: Whom) -> bytes:
    """Return the blob without the person: their entries are gone, their name and address in other texts replaced.

    The places that evidence names are counted anew, and `erased` says how many recipients were taken out.
    """
    content = content_of(blob)
    if not isinstance(content, dict):
        return _ENCODER.encode(_without(content, whom))
    gone = _gone_places(content, whom)
    sender_gone = _is_person(content.get("sender"), whom)
    cleaned: dict[str, Any] = _cleaned(content, whom)
    if gone and isinstance(content.get("evidence"), dict):
        cleaned["evidence"] = {rule: _renumbered(places, gone) for rule, places in content["evidence"].items()}
    if gone:
        cleaned["erased"] = content.get("erased", 0) + len(gone)
    if sender_gone:
        # What stands for the sender elsewhere names them as well as their address does.
        cleaned |= {name: value for name, value in _NOBODY.items() if name in content}
    if gone or sender_gone:
        cleaned |= {name: None for name in ("fingerprint",) if name in content}
    return _ENCODER.encode(cleaned)


_NOBODY: Mapping[str, Any] = {"sender": {"address": ERASED}, "sender_key": ERASED, "identity": None}


def _mentions(value: object, whom: Whom, place: str) -> Iterator[Mention]:
    match value:
        case str() if whom.is_in(value):
            yield Mention(place, value)
        case {"address": str(address)} if whom.is_written(address):
            name = value.get("name")  # type: ignore[attr-defined]  # It is a mapping.
            yield Mention(place, address, name if isinstance(name, str) else None)
        case dict():
            for key, inner in value.items():
                yield from _mentions(inner, whom, f"{place}.{key}" if place else key)
                if whom.is_in(key):
                    yield Mention(place, key)
        case list():
            for inner in value:
                yield from _mentions(inner, whom, place)
        case _:
            return


def names_in(found: list[Mention]) -> set[str]:
    """Return the display names that stand beside the person's address."""
    return {name for each in found if (name := usable_name(each.name))}


def _is_person(value: object, whom: Whom) -> bool:
    return isinstance(value, dict) and isinstance(value.get("address"), str) and whom.is_written(value["address"])


def _without(value: object, whom: Whom, *, names: bool = True) -> object:
    if isinstance(value, str):
        return whom.without(value) if names else whom.without_address(value)
    if _is_person(value, whom):
        return _GONE
    if isinstance(value, list):
        return [kept for inner in value if (kept := _without(inner, whom, names=names)) is not _GONE]
    if isinstance(value, dict):
        return _cleaned(value, whom, names=names)
    return value


def _cleaned(content: dict[str, Any], whom: Whom, *, names: bool = True) -> dict[str, Any]:
    # The entry of somebody else stays, though they may have the same name.
    names = names and not isinstance(content.get("address"), str)
    cleaned = {
        whom.without_address(key): _without(inner, whom, names=names and key not in _KEYS)
        for key, inner in content.items()
    }
    return {key: None if inner is _GONE else inner for key, inner in cleaned.items()}


def _gone_places(content: Mapping[str, Any], whom: Whom) -> set[int]:
    everyone = [each for name in FIELDS for each in content.get(name) or ()]
    return {place for place, each in enumerate(everyone) if _is_person(each, whom)}


def _renumbered(places: list[int], gone: set[int]) -> list[int]:
    return [place - sum(other < place for other in gone) for place in places if place not in gone]
