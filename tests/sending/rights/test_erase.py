"""Once two people have said so, a person is in no table, no file and no export, and every proof still holds."""

import io
from typing import Any

import msgspec
import pytest
from sqlalchemy import insert, select, update
from tests.sending.rights.desk import BEN, Desk
from tests.sending.rights.office import DAY, HANA, KEI

from atesaki.identity.person import Person
from atesaki.identity.sessions import Sessions
from atesaki.journal.record import commitment
from atesaki.journal.verify import verify_store
from atesaki.rosters.roster import RosterDraft
from atesaki.rosters.uploads import Uploads
from atesaki.sending.index.keys import first_number_at
from atesaki.sending.rights.scrub import found_in_files
from atesaki.storage.engine import Store, micros
from atesaki.storage.index_tables import decision_index, decision_recipients, what_if_runs
from atesaki.storage.rights_tables import erasures
from atesaki.storage.tables import correspondents, idempotency_keys, metadata, personal, records

NAME = "山田 花"


def test_an_erased_person_is_in_no_table_and_no_file_and_proofs_hold(desk: Desk) -> None:
    """Journal, rosters, index, correspondents, answers, uploads, sessions, write-ahead log: nowhere."""
    note, others = _fill(desk), 25
    desk.erase(from_rosters=True, names=(NAME,))
    (done,) = desk.requests.newest()
    assert (done.state, done.result.left, done.scrubbed) == ("done", {}, True)
    assert done.result.erased["records"] == 4
    for text in (HANA, "hanav01", NAME, "山田花"):
        assert not _dump_holds(desk.store, text), text
        assert desk.store.path is None or not found_in_files(desk.store.path, [text]), text
    tally = verify_store(desk.store, known=[note])
    assert (tally.redacted, tally.absent) == (4, 0)
    people = [each for found in desk.decisions() for each in found["to"]]
    assert len(people) == others


def test_what_they_ran_and_uploaded_names_them_no_more(desk: Desk) -> None:
    """A what-if run says whose it is and how its draft is called; a file of members, who uploaded it."""
    run = {"id": "w", "person_key": f"local:{HANA}", "draft_title": f"for {HANA}", "draft_id": 1, "days": 7}
    moments = {"created_at": 1, "seen_at": 1}
    with desk.store.write() as connection:
        connection.execute(insert(what_if_runs).values(**run, **moments, state="done", done=0, total=0))
    Uploads(desk.store).keep("r", f"local:{HANA}", io.BytesIO(b"address\na@x.jp\n"))
    desk.erase()
    (done,) = desk.requests.newest()
    assert done.result.left == {}
    assert not _dump_holds(desk.store, HANA)


@pytest.mark.parametrize("altered", [f"to: {HANA}, a@x.jp".encode(), f'{{"to":"\xff {HANA}"}}'.encode("latin-1")])
def test_personal_data_that_somebody_altered_keeps_nobody_from_being_erased(desk: Desk, altered: bytes) -> None:
    """It is no JSON, or no text, any more; the address is taken out of it all the same, and out of all others."""
    broken = desk.office.decision(["a@x.jp"])
    desk.office.decision([HANA, "b@x.jp"])
    which = select(records.c.record_id).where(records.c.subject == broken).scalar_subquery()
    with desk.store.write() as connection:
        connection.execute(update(personal).where(personal.c.record_id == which).values(blob=altered))
    desk.erase()
    (done,) = desk.requests.newest()
    assert (done.state, done.result.left) == ("done", {})
    assert not _dump_holds(desk.store, HANA)


def test_others_stay_exactly_as_they_were(desk: Desk) -> None:
    """Only the one who asked is gone; the record says so, and the evidence still names the right people."""
    decision = desk.office.decision(["a@x.jp", {"address": HANA, "name": NAME}, "c@x.jp"])
    untouched = desk.office.decision(["a@x.jp"])
    before = desk.office.personal(untouched)
    desk.erase()
    left = desk.office.personal(decision) or {}
    assert [each["address"] for each in left["to"]] == ["a@x.jp", "c@x.jp"]
    assert (left["evidence"], left["erased"]) == ({"p.r": [0, 1]}, 1)
    assert desk.office.personal(untouched) == before


def test_what_was_redacted_can_still_be_proven_by_the_record_of_it(desk: Desk) -> None:
    """The journal commits to the new blob before it stands there, under a salt that nobody knew before."""
    desk.office.decision()
    with desk.store.read() as connection:
        before = connection.execute(select(personal)).one()
    erasure = desk.erase()
    (told,) = desk.office.told("personal_data.redacted")
    with desk.store.read() as connection:
        after = connection.execute(select(personal).where(personal.c.record_id == before.record_id)).one()
    assert told.subject == erasure
    assert told.body["records"] == [{"record_id": before.record_id, "commitment": commitment(after.salt, after.blob)}]
    assert after.salt != before.salt


def test_a_roster_is_left_alone_unless_asked_and_named_as_what_is_left(desk: Desk) -> None:
    """A volunteer who stays a volunteer is still written to."""
    desk.rosters.create(RosterDraft("volunteers", "Mori", "Events", "protected"))
    desk.rosters.replace_members("volunteers", io.BytesIO(f"email\n{HANA}\n".encode()))
    erasure = desk.erase()
    assert desk.rosters.find(HANA)
    left = desk.requests.get(erasure).result.left
    assert left == {"roster_members.address": 1, "roster_members.mailbox_key": 1}


def test_a_sender_is_erased_with_what_names_them(desk: Desk) -> None:
    """Their decisions stay as numbers."""
    decision = desk.office.decision(["a@x.jp"], sender=KEI)
    desk.erase(KEI)
    left = desk.office.personal(decision) or {}
    assert (left["sender"], left["sender_key"]) == ({"address": "(erased)"}, "(erased)")
    assert left["to"] == [{"address": "a@x.jp"}]


def test_an_erasure_that_was_interrupted_goes_on(desk: Desk) -> None:
    """What a stopped process left half done, the next one finishes."""
    desk.office.decision()
    erasure = desk.ask()
    desk.requests.approve(erasure, BEN)
    with desk.store.write() as connection:
        connection.execute(erasures.update().values(state="running"))
    desk.eraser.turn()
    assert desk.requests.get(erasure).state == "done"
    with desk.store.write() as connection:
        connection.execute(erasures.update().values(scrubbed=None))
    desk.eraser.turn()
    assert desk.requests.get(erasure).scrubbed


def test_what_was_written_in_the_background_meanwhile_goes_too(desk: Desk) -> None:
    """An index that had read the mail before the erasure and wrote after it; what comes later is new, and stays."""
    decision, mailbox = desk.office.decision(), desk.office.pseudonyms.of("hanav01@gmail.com")
    desk.erase()
    later = desk.office.now + DAY
    _index(desk, decision)
    with desk.store.write() as connection:
        number = first_number_at(micros(later))
        connection.execute(insert(decision_recipients).values(recipient=bytes.fromhex(mailbox), number=number))
    desk.eraser.turn()
    with desk.store.read() as connection:
        assert connection.execute(select(decision_recipients.c.number)).scalars().all() == [number]
        assert connection.execute(select(correspondents)).all() == []


def _fill(desk: Desk) -> str:
    """Put the person everywhere; return a checkpoint over it."""
    office, at = desk.office, micros(desk.office.now)
    desk.rosters.create(RosterDraft("volunteers", "Mori", "Events", "protected"))
    desk.rosters.replace_members("volunteers", io.BytesIO(f"email,name\n{HANA},{NAME}\nb@x.jp,鈴木\n".encode()))
    others = [f"v{number:02}@x.jp" for number in range(25)]
    decision = office.decision([*others, {"address": "Hana.V01@gmail.com", "name": NAME}], subject="山田花様へ")
    office.record("decision.released", decision, {}, {"justification": f"{NAME}さんは了承済みです"})
    office.record("personal_data.viewed", "rosters", {}, {"address": HANA})
    office.record("roster.changed", "volunteers", {}, {"author": HANA})
    _index(desk, decision)
    upload = io.BytesIO(f"email,name\n{HANA},{NAME}\n".encode("cp932"))
    Uploads(desk.store, office.clock).keep("volunteers", "local:anna", upload)
    Sessions(desk.store, now=office.clock).begin(Person(f"test {HANA}", NAME, HANA, frozenset({"auditor"})))
    answer = msgspec.json.encode({"remedies": [{"recipients": [HANA]}]})
    values = {"request_hash": "r", "decision_id": decision, "status": 200, "answer": answer, "expires_at": at}
    with desk.store.write() as connection:
        connection.execute(insert(idempotency_keys).values(key_hash="k", **values))
    note = office.journal.checkpoint()
    assert note is not None
    return note


def _index(desk: Desk, decision: str) -> None:
    mailbox = desk.office.pseudonyms.of("hanav01@gmail.com")
    row = {column.name: _filler(column) for column in decision_index.columns if not column.nullable}
    with desk.store.write() as connection:
        connection.execute(insert(decision_index).values({**row, "number": 7, "decision_id": decision}))
        connection.execute(insert(decision_recipients).values(recipient=bytes.fromhex(mailbox), number=7))
        known = {"sender_key_hash": desk.office.pseudonyms.of(KEI), "recipient_key_hash": mailbox, "last_at": 0}
        connection.execute(insert(correspondents).values(known))


def _filler(column: Any) -> object:  # noqa: ANN401  # A column of any type.
    return column.type.python_type()


def _dump_holds(store: Store, text: str) -> bool:
    """Tell whether a text stands in any row of any table."""
    with store.read() as connection:
        rows = [row for table in metadata.sorted_tables for row in connection.execute(select(table))]
    needle = text.encode().lower()
    return any(needle in _bytes(value).lower() for row in rows for value in row)


def _bytes(value: object) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode()
