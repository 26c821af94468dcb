"""What looks wrong among the members of a roster, and which of our own accounts are gone."""

import pytest
from tests.fakes.journal import ListedJournal
from tests.rosters.files import draft, file_of

from atesaki.judgement.errors import AtesakiError
from atesaki.rosters.accounts import AccountCheck, AccountStandings, Standing
from atesaki.rosters.checkup import Shared, check_up
from atesaki.rosters.registry import roster_named
from atesaki.rosters.rosters import Rosters
from atesaki.storage.engine import Store

VOLUNTEERS = "taro.mori@x.example\ntaromori@x.example\ninfo@x.example\nann@y.example\nt.a.r.o+x@gmail.com\n"


def test_doubles_and_role_addresses_are_found(store: Store) -> None:
    """Somebody on two rosters, one person under two spellings, and an office where a person should stand."""
    rosters = Rosters(store, ListedJournal())
    for name, text in (("volunteers", VOLUNTEERS), ("parents", "Ann+school@y.example\ntaro@gmail.com\n")):
        rosters.create(draft(name))
        rosters.replace_members(name, file_of(f"email\n{text}"))
    found = check_up(store, roster_named(store, "volunteers"))
    assert found.shared == (
        Shared("ann@y.example", None, ("parents",)),
        Shared("t.a.r.o+x@gmail.com", None, ("parents",)),
    )
    assert found.twins == (("taro.mori@x.example", "taromori@x.example"),)
    assert found.roles == ("info@x.example",)
    assert dict(found.domains) == {"x.example": 3, "y.example": 1, "gmail.com": 1}


class Accounts:
    """A directory that knows some accounts and is silent about `broken` ones."""

    def __init__(self, known: dict[str, Standing], broken: frozenset[str] = frozenset()) -> None:
        self.known, self.broken = known, broken
        self.asked: list[str] = []

    def standing(self, address: str) -> Standing:
        """Tell it."""
        self.asked.append(address)
        if address in self.broken:
            raise AtesakiError("The directory is away.")
        return self.known.get(address, "missing")


def test_a_disabled_and_a_missing_account_are_told_apart() -> None:
    """What the directory says is shown as it says it; what it doesn't say stays unknown."""
    directory = Accounts({"a": "active", "b": "disabled"}, frozenset({"d"}))
    found = AccountStandings([directory]).ask(["a", "b", "c", "d"], 5)
    assert found == AccountCheck(disabled=("b",), missing=("c",), active=1, unknown=1)


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("active", "missing", AccountCheck(active=1)),
        ("disabled", "missing", AccountCheck(disabled=("a",))),
        ("missing", "missing", AccountCheck(missing=("a",))),
        ("missing", None, AccountCheck(unknown=1)),
        ("active", None, AccountCheck(active=1)),
    ],
)
def test_two_directories_answer_together(first: Standing, second: Standing | None, expected: AccountCheck) -> None:
    """An account is dead only when every directory has answered and none has it in use."""
    silent = Accounts({}, frozenset({"a"})) if second is None else Accounts({"a": second})
    assert AccountStandings([Accounts({"a": first}), silent]).ask(["a"], 5) == expected


def test_answers_are_kept_and_time_is_kept() -> None:
    """The directory is asked once a day about an address, and not at all when time is up."""
    directory = Accounts({"a": "active"})
    standings = AccountStandings([directory])
    assert standings.ask(["a"], 0) == AccountCheck(unknown=1)
    assert [standings.ask(["a"], 5).active for _ in range(2)] == [1, 1]
    assert directory.asked == ["a"]
