"""What is held about somebody is found everywhere, and that somebody looked is recorded first."""

import io

import msgspec
import pytest
from sqlalchemy import insert
from tests.sending.rights.office import HANA, KEI, Office

from atesaki.rosters.roster import RosterDraft
from atesaki.rosters.rosters import Rosters
from atesaki.sending.rights.errors import RightsInvalid
from atesaki.sending.rights.index import Index
from atesaki.sending.rights.lookup import Lookup
from atesaki.sending.rights.report import Report, Written
from atesaki.storage.tables import correspondents, policy_revisions


def _report(office: Office, address: str = HANA, *, thorough: bool = True) -> Report:
    lookup = Lookup(
        office.store, office.pseudonyms, office.record, Index(office.store, office.pseudonyms), office.clock
    )
    return lookup.report(address, purpose="She asked", by="anna", thorough=thorough)


def test_a_report_names_every_place(office: Office) -> None:
    """Records with how the person is written there, rosters, correspondents, policies, and a count by table."""
    rosters = Rosters(office.store, office.record)
    rosters.create(RosterDraft("volunteers", "Mori", "Events", "protected"))
    rosters.replace_members("volunteers", io.BytesIO(f"email,name\n{HANA},山田 花\n".encode()))
    decision = office.decision(["a@x.jp", {"address": "Hanav01@gmail.com", "name": "山田 花"}])
    office.record("roster.changed", "volunteers", {}, {"author": HANA})
    files = msgspec.json.encode({"a.yaml": "addresses: [hana.v01@gmail.com]", "b.yaml": "addresses: [b@x.jp]"}).decode()
    revision = {"revision": "r", "files": files, "author": "", "note": "", "published_at": 0}
    hashes = {
        "sender_key_hash": office.pseudonyms.of(KEI),
        "recipient_key_hash": office.pseudonyms.of("hanav01@gmail.com"),
    }
    with office.store.write() as connection:
        connection.execute(insert(policy_revisions).values(revision))
        connection.execute(insert(correspondents).values(last_at=0, **hashes))
    report = _report(office, "hana.v01+x@gmail.com")
    found = {each.subject: each.written for each in report.records}
    assert found[decision] == (Written("to", "Hanav01@gmail.com", "山田 花"),)
    assert found["volunteers"] == (Written("author", HANA),)
    assert [(each.roster, each.handling, each.name) for each in report.rosters] == [
        ("volunteers", "protected", "山田 花")
    ]
    assert (report.correspondents, report.policies) == (1, {"in force": ["a.yaml"]})
    assert report.elsewhere["roster_members.address"] == 1
    assert report.elsewhere["policy_revisions.files"] == 1
    assert report.elsewhere["personal.blob"] == 2
    assert not report.nothing


def test_nothing_is_said_where_nothing_is(office: Office) -> None:
    """A stranger has an empty report, thorough or not."""
    office.decision()
    assert _report(office, "nobody@x.jp").nothing
    assert _report(office, "nobody@x.jp", thorough=False).nothing


def test_a_look_is_recorded_with_its_purpose_and_without_the_address(office: Office) -> None:
    """The record tells everybody that a person was looked up, and not which one."""
    _report(office)
    (seen,) = office.told("personal_data.viewed")
    assert seen.body["mailbox"] == office.pseudonyms.of("hanav01@gmail.com")
    assert office.personal(seen.subject) == {"by": "anna", "purpose": "She asked"}


def test_nobody_looks_without_a_purpose(office: Office) -> None:
    """Nothing is found then, and nothing recorded."""
    lookup = Lookup(office.store, office.pseudonyms, office.record, Index(office.store, office.pseudonyms))
    with pytest.raises(RightsInvalid):
        lookup.report(HANA, purpose=" ", by="anna")
    assert office.told("personal_data.viewed") == []
