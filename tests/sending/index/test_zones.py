"""Days that were counted in a former time zone are known, until they are counted anew."""

from msgspec.structs import replace
from tests.sending.index.past import CROWD, Past

from atesaki.sending.index.days import DayFigures


def test_a_former_time_zone_is_known_until_all_is_counted_anew(past: Past) -> None:
    """Else the figures of two zones stand side by side, and nobody sees why they differ from a search."""
    figures = DayFigures(past.store)
    past.sent(to=CROWD)
    past.indexer.catch_up()
    before = past.value.time_zone
    assert figures.zones() == {before}
    past.value = replace(past.value, time_zone="America/Havana")
    past.sent(to=CROWD)
    past.indexer.catch_up()
    assert figures.zones() == {before, "America/Havana"}
    past.new_indexer().reindex()
    assert figures.zones() == {"America/Havana"}


def test_a_zone_that_comes_back_is_known_again(past: Past) -> None:
    """Whoever counts remembers what is written, and forgets it with it."""
    before = past.value
    for value in (before, replace(before, time_zone="Europe/Paris")):
        past.value = value
        past.sent(to=CROWD)
        past.indexer.reindex()
    past.value = before
    past.sent(to=CROWD)
    past.indexer.catch_up()
    assert DayFigures(past.store).zones() == {before.time_zone, "Europe/Paris"}
