"""Kept tries are found and erased with the person whose address stands in them."""

import pytest
from tests.sending.rights.office import HANA

from atesaki.sending.rights.traces import erase_trials, trials_with
from atesaki.sending.rights.whom import Whom
from atesaki.storage.engine import Store
from atesaki.storage.tables import trials


def kept(store: Store, name: str, to: str, person_key: str = "local:kei") -> None:
    """Keep a try."""
    trial = f'{{"form":{{"sender":"staff@hall.example","to":"{to}"}},"choices":{{}}}}'
    row = {"id": name, "trial": trial, "person_key": person_key, "created_at": 0, "expires_at": 1}
    with store.write() as connection:
        connection.execute(trials.insert(), row)


@pytest.mark.parametrize(
    ("to", "key", "found"),
    [
        ("Hana <hana.v01@gmail.com>, b@x.jp", "local:kei", True),
        ("b@x.jp", "local:hana.v01@gmail.com", True),
        ("hana.v01@gmail.com.example", "local:kei", False),
        ("b@x.jp", "local:kei", False),
    ],
)
def test_a_try_that_names_the_person_is_erased_whole(store: Store, to: str, key: str, *, found: bool) -> None:
    """Its link then leads nowhere; tries about others stay."""
    kept(store, "one", to, key)
    kept(store, "other", "c@x.jp")
    whom = Whom(HANA)
    with store.write() as connection:
        assert trials_with(connection, whom) == (["one"] if found else [])
        assert erase_trials(connection, whom) == int(found)
    with store.read() as connection:
        assert sorted(row.id for row in connection.execute(trials.select())) == (
            ["other"] if found else ["one", "other"]
        )
