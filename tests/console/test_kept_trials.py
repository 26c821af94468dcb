"""Kept trials: recorded before they count, gone when they have expired, on both databases."""

import datetime as dt

import pytest
from sqlalchemy import select
from tests.fakes.journal import ListedJournal

from atesaki.console.try_it.form import Form
from atesaki.console.try_it.kept import KEPT_FOR, KeptTrials, TrialGone
from atesaki.console.try_it.trial import Choices, Trial
from atesaki.judgement.errors import AtesakiError
from atesaki.storage.engine import Store
from atesaki.storage.tables import trials

TRIAL = Trial(Form(sender="staff@hall.example", to="a@x.jp"), Choices(now="2026-11-27T10:00"))


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        """Return the moment that was set."""
        return self.now


def test_a_trial_comes_back_as_it_was_and_every_look_is_recorded(store: Store) -> None:
    """Neither the whole id nor an address stands in a record."""
    records = ListedJournal()
    kept = KeptTrials(store, records)
    found = kept.keep(TRIAL, "oidc 1", "Kei")
    assert kept.open(found, "Mio").trial == TRIAL
    assert [(kind, personal) for kind, _, _, personal in records.entries] == [
        ("trial.kept", {"author": "Kei"}),
        ("personal_data.viewed", {"by": "Mio"}),
    ]
    assert found not in str(records.entries)
    assert "x.jp" not in str(records.entries)


def test_an_expired_trial_is_gone_and_deleted_with_the_next_one(store: Store) -> None:
    """Addresses are not kept longer than was said."""
    clock = Clock()
    kept = KeptTrials(store, ListedJournal(), clock)
    old = kept.keep(TRIAL, "oidc 1", "Kei")
    clock.now += KEPT_FOR
    with pytest.raises(TrialGone):
        kept.open(old, "Kei")
    new = kept.keep(TRIAL, "oidc 1", "Kei")
    with store.read() as connection:
        assert list(connection.execute(select(trials.c.id)).scalars()) == [new]


def test_nothing_is_kept_or_shown_where_the_journal_is_away(store: Store) -> None:
    """Recorded first."""
    records = ListedJournal()
    kept = KeptTrials(store, records)
    found = kept.keep(TRIAL, "oidc 1", "Kei")
    records.broken = AtesakiError("The journal is away.")
    for call in (
        lambda: kept.keep(TRIAL, "oidc 1", "Kei"),
        lambda: kept.open(found, "Kei"),
        lambda: kept.delete(found, "Kei"),
    ):
        with pytest.raises(AtesakiError, match="away"):
            call()
    with store.read() as connection:
        assert len(list(connection.execute(select(trials.c.id)))) == 1


def test_a_deleted_trial_is_gone(store: Store) -> None:
    """For everybody who has the link."""
    kept = KeptTrials(store, ListedJournal())
    found = kept.keep(TRIAL, "oidc 1", "Kei")
    kept.delete(found, "Kei")
    with pytest.raises(TrialGone):
        kept.delete(found, "Kei")
