"""Recipients in columns and places in ranges: what is read is what was written, in both forms."""

from typing import Any, get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atesaki.journal.columns import FIELDS, in_columns, in_ranges, read_personal
from atesaki.judgement.message import Message, Recipient, RecipientKind, Sender

RECIPIENTS = st.builds(
    Recipient, st.text(max_size=8), st.none() | st.text(max_size=4), st.sampled_from(get_args(RecipientKind))
)
LISTS = st.lists(RECIPIENTS, max_size=6)


def _read(content: object) -> dict[str, Any]:
    return read_personal(msgspec.json.encode(content))


def _message(to: list[Recipient], cc: list[Recipient], bcc: list[Recipient]) -> Message:
    return Message(Sender("me@hall.example"), tuple(to), tuple(cc), tuple(bcc))


@given(LISTS, LISTS, LISTS)
def test_recipients_are_read_as_they_were_written(
    to: list[Recipient], cc: list[Recipient], bcc: list[Recipient]
) -> None:
    """Each with its name and kind, where it has one; the older form, an object for each, is read as the same."""
    fields = {"to": to, "cc": cc, "bcc": bcc}
    columns = _read(dict(zip(FIELDS, in_columns(_message(to, cc, bcc)), strict=True)))
    assert columns == _read(fields)
    assert msgspec.convert(columns, dict[str, list[Recipient]]) == fields


@given(st.lists(st.booleans(), max_size=40))
def test_places_are_read_as_they_were_written(standing: list[bool]) -> None:
    """Whatever gaps are between them."""
    mask = int("".join(str(int(each)) for each in standing) or "0", 2)
    written = in_ranges(mask, len(standing))
    content = {"to": [{"address": "a@x.jp"}] * len(standing), "evidence": {"p.r": written}}
    assert _read(content)["evidence"]["p.r"] == [place for place, stands in enumerate(standing) if stands]


@pytest.mark.parametrize(("mask", "text"), [(0b111011, "0-2,4-5"), (0b000001, "5"), (0b100000, "0"), (0, "")])
def test_neighbours_are_one_range(mask: int, text: str) -> None:
    """Both ends belong to it."""
    assert in_ranges(mask, 6) == text


def test_what_everybody_lacks_is_left_out() -> None:
    """Most mails have neither lists nor, in some clients, names."""
    columns = in_columns(_message([Recipient("a@x.jp")], [Recipient("a@x.jp"), Recipient("b@x.jp", "B")], []))
    assert list(map(msgspec.json.encode, columns)) == [
        b'{"addresses":["a@x.jp"]}',
        b'{"addresses":["a@x.jp","b@x.jp"],"names":[null,"B"]}',
        b'{"addresses":[]}',
    ]


@pytest.mark.parametrize(
    "altered",
    [
        {"addresses": ["a@x.jp"], "names": ["A", "B"]},
        {"addresses": ["a@x.jp"], "kinds": {"1": "unknown"}},
        {"addresses": ["a@x.jp"], "kinds": {"-1": "unknown"}},
        {"addresses": "a@x.jp"},
        {"addresses": ["a@x.jp"], "note": "b@x.jp"},
        7,
        "a@x.jp",
    ],
)
def test_columns_that_somebody_altered_are_left_as_they_stand(altered: object) -> None:
    """Who looks for a person in them must find every text."""
    assert _read({"to": altered, "evidence": {"p.r": "0"}})["to"] == altered


@pytest.mark.parametrize("altered", ["0-", "b@x.jp", "0-1,", "٣", 7, ["0"]])
def test_places_that_somebody_altered_are_left_as_they_stand(altered: object) -> None:
    """They are no places."""
    assert _read({"to": [{"address": "a@x.jp"}], "evidence": {"p.r": altered}})["evidence"] == {"p.r": altered}


def test_a_range_beyond_everybody_takes_no_memory() -> None:
    """Whoever may write to the store must not stop whoever reads it."""
    content = {"to": [{"address": "a@x.jp"}], "evidence": {"p.r": "0-99999,5-99999"}}
    assert _read(content)["evidence"] == {"p.r": [0]}
