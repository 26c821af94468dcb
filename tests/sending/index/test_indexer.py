"""The index: derived in the background, never lost or doubled by a restart, and equal when it is built again."""

from typing import Any

import pytest
from sqlalchemy import LargeBinary, Text, delete, select, update
from tests.sending.index.past import CROWD, PSEUDONYMS, Past

from atesaki.journal import Entry
from atesaki.judgement.facts import RosterHit
from atesaki.sending.index import indexer as indexer_module
from atesaki.sending.index import write
from atesaki.sending.index.clear import clear
from atesaki.sending.index.derive import derived
from atesaki.sending.index.describe import Known
from atesaki.sending.index.features import unpacked, without_mailboxes
from atesaki.sending.index.figures import Figures, RuleFigures
from atesaki.sending.index.keys import address_hash, number_of
from atesaki.sending.request import Client
from atesaki.sending.second_check_records import GRANTED, REQUESTED
from atesaki.storage.engine import Store
from atesaki.storage.index_tables import (
    day_figures,
    decision_features,
    decision_findings,
    decision_index,
    decision_recipients,
    index_cursors,
    index_names,
    rule_days,
)
from atesaki.storage.tables import personal, records

TABLES = (
    index_cursors,
    index_names,
    decision_index,
    decision_recipients,
    decision_findings,
    decision_features,
    rule_days,
    day_figures,
)


def everything(store: Store) -> dict[str, list[Any]]:
    """Return all that the index holds."""
    with store.read() as connection:
        return {table.name: sorted(map(str, connection.execute(select(table)).all())) for table in TABLES}


def figures(past: Past) -> dict[tuple[str, str], Figures]:
    """Return the figures of the last 30 days."""
    return dict(RuleFigures(past.store, lambda: past.value, past.clock).last_days(30))


def a_year_in_short(past: Past) -> list[str]:
    """Let something of every kind happen."""
    past.rosters = {address: (RosterHit("volunteers", "protected"),) for address in CROWD[:3]}
    fixed = past.sent(to=CROWD)
    past.reported(fixed, "fixed")
    silent = past.sent(to=["friend@one.example.net"])
    past.reported(silent, "sent")
    strangers = ["a@one.example.net", "b@two.example.org", "c@three.example.com"]
    held = past.sent(to=strangers, subject="secret plan", attachments=[{"name": "plan.pdf"}])
    past.released(held)
    again = past.sent(to=strangers, subject="secret plan", attachments=[{"name": "plan.pdf"}])
    past.reported(again, "sent")
    composed = past.sent(to=strangers, client=Client(app="gmail_addon", moment="compose"))
    return [fixed, silent, held, again, composed]


def test_every_decision_is_found_with_what_became_of_it(past: Past) -> None:
    """One row a decision, in the order of time; a release that was used counts as sent anyway."""
    ids = a_year_in_short(past)
    assert past.indexer.catch_up() == 9
    query = select(decision_index).order_by(decision_index.c.number)
    with past.store.read() as connection:
        rows = connection.execute(query).all()
    assert [row.decision_id for row in rows] == ids
    assert [row.action for row in rows] == ["block", "allow", "warn", "allow", "warn"]
    assert [row.outcome for row in rows] == ["fixed", "sent", "sent_anyway", "sent", None]
    assert [row.released for row in rows] == [None, None, "justify", None, None]
    assert [row.counted for row in rows] == [True, True, True, False, False]
    assert [row.recipients for row in rows] == [12, 1, 3, 3, 3]


def test_a_second_check_counts_as_a_release(past: Past) -> None:
    """Whether it is indexed with its decision or after it; that somebody asked for it does not."""
    first = past.sent(to=["friend@one.example.net"])
    past.indexer.catch_up()
    second, asked = past.sent(to=["friend@one.example.net"]), past.sent(to=["friend@one.example.net"])
    for decision in (first, second):
        past.journal.append_blocking(Entry(GRANTED, decision, {"decision_id": decision, "kind": "second_check"}))
    past.journal.append_blocking(Entry(REQUESTED, asked, {"decision_id": asked}))
    past.indexer.catch_up()
    with past.store.read() as connection:
        rows = connection.execute(select(decision_index.c.decision_id, decision_index.c.released)).all()
    assert dict(map(tuple, rows)) == {first: "second_check", second: "second_check", asked: None}


def test_figures_tell_what_fired_and_what_became_of_it(past: Past) -> None:
    """A released message counts once, as overridden; what is only looked at while composing doesn't count."""
    a_year_in_short(past)
    past.indexer.catch_up()
    found = figures(past)
    assert found["roster_visible", "members_in_to_or_cc"] == Figures(fired=1, fixed=1)
    assert found["strangers_visible", "strangers"] == Figures(fired=2, overridden=1, fixed=1)
    assert found["first_time", "new_recipient"] == Figures(simulated=3)
    with past.store.read() as connection:
        day = connection.execute(select(day_figures)).one()
    assert (day.decisions, day.warned, day.blocked, day.overridden, day.fixed) == (3, 1, 1, 1, 1)
    assert (day.people_spared, day.disclosures_spared) == (12, 132)


def test_what_is_fixed_while_composing_counts(past: Past) -> None:
    """A fix in the add-on's card is the guard's best work, although the message never came to Send as it was."""
    composed = past.sent(to=CROWD, client=Client(app="gmail_addon", moment="compose"))
    past.indexer.catch_up()
    assert figures(past) == {}
    past.reported(composed, "fixed")
    past.indexer.catch_up()
    assert figures(past)["strangers_visible", "many_strangers"] == Figures(fired=1, fixed=1)


def test_the_last_report_counts(past: Past) -> None:
    """A message that is given up first and sent later was overridden."""
    held = past.sent(to=CROWD)
    past.reported(held, "cancelled")
    past.indexer.catch_up()
    assert figures(past)["strangers_visible", "many_strangers"] == Figures(fired=1, cancelled=1)
    past.reported(held, "sent_anyway")
    past.indexer.catch_up()
    assert figures(past)["strangers_visible", "many_strangers"] == Figures(fired=1, overridden=1)


def test_built_again_the_index_is_the_same(past: Past) -> None:
    """Nothing in it comes from anywhere but the journal, rosters and acquaintances; the steps don't matter."""
    for _ in range(3):
        a_year_in_short(past)
        while past.indexer.turn(limit=2):
            pass
    before = everything(past.store)
    clear(past.store)
    assert everything(past.store)["decision_index"] == []
    past.new_indexer().catch_up()
    assert everything(past.store) == before


def test_outcome_of_a_decision_that_is_not_indexed_yet_waits_for_it(past: Past) -> None:
    """Where outcome and decision stand in different streams, either may be read first."""
    held = past.sent(to=CROWD)
    past.reported(held, "fixed")
    with past.store.write() as connection:
        connection.execute(records.update().where(records.c.position == 1).values(stream="other", position=0))
        connection.execute(index_cursors.insert().values(stream="other", position=1))
    past.indexer.turn(limit=1)
    assert figures(past)["strangers_visible", "many_strangers"] == Figures(fired=1, fixed=1)


def test_a_kill_in_the_middle_loses_and_doubles_nothing(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and cursor are committed together or not at all."""
    a_year_in_short(past)
    saved = write._save

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    for _ in range(past.indexer.lag()):
        monkeypatch.setattr(write, "_save", killed)
        with pytest.raises(KeyboardInterrupt):
            past.new_indexer().turn(limit=1)
        monkeypatch.setattr(write, "_save", saved)
        assert past.new_indexer().turn(limit=1) == 1
    before = everything(past.store)
    clear(past.store)
    past.new_indexer().catch_up()
    assert everything(past.store) == before


def test_two_indexers_never_write_the_same_batch(past: Past) -> None:
    """Whoever comes second finds the cursor moved and writes nothing."""
    past.sent(to=CROWD)
    one, other = past.new_indexer(), past.new_indexer()
    with past.store.read() as connection:
        batch, _ = one._next(connection, 10)
    assert batch is not None
    assert other.turn() == 1
    assert write.Writer(past.store).write(batch, [], []) is False


def test_only_one_process_indexes(past: Past) -> None:
    """On PostgreSQL an advisory lock sees to it."""
    past.sent(to=CROWD)
    with past.store.sole(indexer_module.SOLE_LOCK) as alone:
        assert alone
        assert past.indexer.turn() == (0 if past.store.dialect == "postgresql" else 1)
    past.indexer.turn()
    assert past.indexer.lag() == 0


def test_decisions_of_one_number_both_stand_in_the_index(past: Past) -> None:
    """The number is cut from the id, so two ids may share one."""
    past.sent(to=CROWD)
    with past.store.read() as connection:
        batch, _ = past.indexer._next(connection, 10)
    assert batch is not None
    past.indexer.turn()
    taken = number_of(batch.decided[0].body.decision_id)
    with past.store.write() as connection:
        found = [derived(batch.decided[0], None, Known(past.value, {}, {}), PSEUDONYMS)]
        assert [each.number for each in write._numbered(connection, found)] == [taken + 1]


def test_no_address_no_name_and_no_subject_is_in_any_table(past: Past) -> None:
    """People stand in the index as keyed hashes only; not even a domain of theirs can be read."""
    a_year_in_short(past)
    past.indexer.catch_up()
    with past.store.read() as connection:
        rows = [dict(row) for table in TABLES for row in connection.execute(select(table)).mappings()]
        blobs = [unpacked(blob) for blob in connection.scalars(select(decision_features.c.features))]
    written = repr(rows) + repr(blobs)
    for text in ("gmail.com", "example.net", "example.org", "secret", "plan.pdf", "staff@", "v01"):
        assert text not in written, text
    assert all(isinstance(c.type, Text | LargeBinary) or "address" not in c.name for t in TABLES for c in t.columns)


def test_personal_data_that_is_erased_meanwhile_does_not_come_in(past: Past) -> None:
    """Between reading and writing somebody may be erased; the batch is then read anew."""
    past.sent(to=CROWD)
    with past.store.read() as connection:
        batch, _ = past.indexer._next(connection, 10)
    assert batch is not None
    with past.store.write() as connection:
        connection.execute(delete(personal))
    assert write.Writer(past.store).write(batch, [], []) is False
    assert past.indexer.turn() == 1
    with past.store.read() as connection:
        row = connection.execute(select(decision_index)).one()
    assert (row.action, row.sender) == ("block", None)
    assert everything(past.store)["decision_recipients"] == everything(past.store)["decision_features"] == []


def test_forgotten_mailboxes_still_count_and_are_not_found(past: Past) -> None:
    """Of a mailbox that is taken out of the features, nothing is left but that there was one."""
    past.sent(to=CROWD)
    past.indexer.catch_up()
    with past.store.read() as connection:
        features = unpacked(connection.scalars(select(decision_features.c.features)).one())
    gone = address_hash(PSEUDONYMS, CROWD[0])
    after = without_mailboxes(features, frozenset({gone}))
    assert len(after.people) == len(features.people)
    assert gone in {who.mailbox for who in features.people}
    assert gone not in {who.mailbox for who in after.people}


@pytest.mark.parametrize("altered", [b"not json", b'{"body":{"action":"\xff"}}'])
def test_a_record_that_somebody_altered_holds_up_nothing(past: Past, altered: bytes) -> None:
    """It is passed over, also when something becomes of its decision later; what follows is found."""
    before = past.sent(to=CROWD)
    past.indexer.catch_up()
    past.reported(before, "fixed")
    now = past.sent(to=CROWD)
    with past.store.write() as connection:
        which = records.c.subject.in_((before, now)) & (records.c.kind == "decision.recorded")
        connection.execute(update(records).where(which).values(body=altered))
    last = past.sent(to=CROWD)
    past.indexer.catch_up()
    with past.store.read() as connection:
        found = set(connection.scalars(select(decision_index.c.decision_id)))
    assert (last in found, now in found) == (True, False)
    assert past.indexer.lag() == 0
