"""Which of many waiting checks are looked at, once rules have been published meanwhile."""

import datetime as dt

from atesaki.sending.rules_since import MOST_JUDGED, Since, VoidChecks
from atesaki.sending.second_check_state import Asked

AT = dt.datetime(2026, 11, 28, tzinfo=dt.UTC)


def _asked(number: int, revision: str) -> Asked:
    return Asked(f"d{number}", "waiting", AT, AT, "staff@hall.example", 1, None, "claimed", revision=revision)


def test_the_oldest_from_before_the_rules_in_force_are_judged_anew() -> None:
    """So many and no more, since the first page waits for them; what the rules in force have held needs no look."""
    judged: list[str] = []

    def since(decision_id: str) -> Since | None:
        judged.append(decision_id)
        return None if decision_id == "d1" else "otherwise"

    waiting = [_asked(0, "new"), *(_asked(number, "old") for number in range(1, MOST_JUDGED + 5))]
    void = VoidChecks(lambda: "new", since)(waiting)
    assert judged == [f"d{number}" for number in range(1, MOST_JUDGED + 1)]
    assert void == frozenset(judged) - {"d1"}
