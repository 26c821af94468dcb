"""What ends soon, so that somebody is reminded: rules with a last day, and exemptions."""

import datetime as dt

import pytest
from tests.policies.files import changed

from atesaki.judgement.facts import Organization
from atesaki.policies.expiry import endings, today_in
from atesaki.policies.load import load_set

TODAY = dt.date(2026, 11, 27)


def ends(**until: str) -> list[tuple[str, int]]:
    """Return what ends soon in a set whose rule ends, and has exemptions that end, on these days."""
    lines = [
        *([f"    active: {{until: {until.pop('rule')}}}"] if "rule" in until else []),
        *(["    exemptions:"] if until else []),
        *(
            f"      - {{id: {name}, owner: Sato, why: x, until: {day}, when: {{item: message}}}}"
            for name, day in until.items()
        ),
    ]
    files = changed("    action: warn\n", "".join(f"{line}\n" for line in [*lines, "    action: warn"]))
    return [(ending.exemption or ending.what, ending.days) for ending in endings(load_set(files).policy_set, TODAY)]


@pytest.mark.parametrize(
    ("until", "days"), [("2026-11-27", 0), ("2026-12-27", 30), ("2026-11-26", -1), ("2026-10-28", -30)]
)
def test_what_ends_within_thirty_days_is_told(until: str, days: int) -> None:
    """Before and after its last day, a rule and an exemption alike."""
    assert ends(rule=until) == [("rule", days)]
    assert ends(fair=until) == [("fair", days)]


@pytest.mark.parametrize("until", ["2026-12-28", "2026-10-27"])
def test_what_ends_later_or_ended_long_ago_is_not_told(until: str) -> None:
    """A reminder about everything would be read by nobody."""
    assert ends(rule=until, fair=until) == []


def test_the_earliest_end_stands_first() -> None:
    """Whatever the order of the file."""
    assert ends(late="2026-12-10", rule="2026-12-05", early="2026-12-01") == [("early", 4), ("rule", 8), ("late", 13)]


def test_today_is_the_organizations_day() -> None:
    """Rules end at midnight where the organization is, not in Greenwich."""
    evening = dt.datetime(2026, 11, 26, 16, 0, tzinfo=dt.UTC)
    assert today_in(Organization(time_zone="Asia/Tokyo"), evening) == TODAY
