"""Profiles: what is remembered of addresses stays right, bounded, and whole under threads."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.judgement.drafts import HALL, message

from atesaki.judgement import profiles as profiles_module
from atesaki.judgement.address import parse_address
from atesaki.judgement.organization import circle_of
from atesaki.judgement.people import People
from atesaki.judgement.profiles import Profiles

SENDER = parse_address("staff@hall.example")


def test_memory_starts_afresh_when_it_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever looks at a message keeps what they had; the next message begins anew, and both say the same."""
    monkeypatch.setattr(profiles_module, "MOST_ADDRESSES", 1)
    mail = message(to=["a@x.example", "b@hall.example"])
    before, after = People(mail, HALL), People(mail, HALL)
    assert before.known is not after.known
    assert (before.keys, before.internal, before.visible) == (after.keys, after.internal, after.visible)


def test_threads_that_meet_the_same_addresses_say_the_same() -> None:
    """Policies are tested in threads of their own while messages are judged."""
    known = Profiles(circle_of(HALL, SENDER))
    texts = [f"p{number}@company{number % 700}.example" for number in range(3_000)]
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: known.numbers(texts), range(4)))
    for numbers in found:
        assert [known.profiles[number].text for number in numbers] == texts
        assert [known.keys[number] for number in numbers] == texts
        names = [known.organization_names[known.organizations[number]] for number in numbers]
        assert names == [text.partition("@")[2] for text in texts]
