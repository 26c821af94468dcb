"""Two people who describe the organization at once: no revision is lost, and nobody's is replaced unseen."""

import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from operator import itemgetter

import pytest
from tests.sending.rights.office import NOW, Office

from atesaki.journal import Entry, RecordRef
from atesaki.journal.changes import Change
from atesaki.judgement.facts import Organization
from atesaki.sending.errors import OrganizationChanged
from atesaki.sending.organization import CurrentOrganization, OrganizationState, stored_organization

NAMES = ("one.example", "two.example")


def of(name: str) -> Organization:
    """Return the organization of one domain."""
    return Organization(internal_domains=(name,))


class SlowJournal:
    """A journal in which all who change something meet before any of them writes, where nothing keeps them apart."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._all_look = threading.Barrier(len(NAMES))

    def append_blocking(self, entry: Entry) -> RecordRef:
        """Record, after the others have come, or after half a second."""
        with contextlib.suppress(threading.BrokenBarrierError):
            self._all_look.wait(timeout=0.5)
        return self._office.journal.append_blocking(entry)


def put_at_once(office: Office, *, seen: int | None) -> list[str]:
    """Let two save at the same moment, on PostgreSQL two replicas; return the names that were accepted."""
    journal = SlowJournal(office)
    here = CurrentOrganization(office.store, journal)
    other = here if office.store.dialect == "sqlite" else CurrentOrganization(office.store, journal)

    def put(organization: CurrentOrganization, name: str) -> bool:
        try:
            organization.put(of(name), f"admin of {name}", seen=seen)
        except OrganizationChanged:
            return False
        return True

    with ThreadPoolExecutor(len(NAMES)) as threads:
        return [name for name, done in zip(NAMES, threads.map(put, (here, other), NAMES), strict=True) if done]


def test_of_two_who_saw_the_same_one_is_accepted_and_recorded(office: Office) -> None:
    """The journal holds no change that was refused."""
    [accepted] = put_at_once(office, seen=0)
    assert stored_organization(office.store) == OrganizationState(of(accepted), 1)
    assert [each.body["after"]["internal_domains"] for each in office.told("organization.changed")] == [[accepted]]


def test_who_saw_nothing_replaces_the_newest_and_loses_no_revision(office: Office) -> None:
    """The last writer wins, and the record says what was really there before."""
    assert put_at_once(office, seen=None) == list(NAMES)
    first, last = sorted((each.body for each in office.told("organization.changed")), key=itemgetter("revision"))
    assert [first["revision"], last["revision"]] == [1, 2]
    assert last["before"] == first["after"]
    assert stored_organization(office.store).revision == 2
    assert [*stored_organization(office.store).organization.internal_domains] == last["after"]["internal_domains"]


def test_another_process_that_was_faster_is_seen_before_its_change_is_noticed(office: Office) -> None:
    """Up to two seconds pass until a process looks by itself; until then it must replace nothing unseen."""
    here, there = (CurrentOrganization(office.store, office.journal) for _ in NAMES)
    there.put(of("theirs.example"), "anna@hall.example")
    with pytest.raises(OrganizationChanged):
        here.put(of("mine.example"), "ben@hall.example", seen=here.state.revision)
    assert here.refresh() == there.state
    assert here.change_to(1) == Change(NOW, "anna@hall.example")
    assert here.put(of("mine.example"), "ben@hall.example", seen=1).revision == 2


def test_the_store_itself_refuses_who_was_overtaken(office: Office) -> None:
    """Also where somebody writes between the look and the writing, as a replica of another version may."""
    other = CurrentOrganization(office.store, office.journal)

    class Overtaken:
        """A journal during whose record somebody else writes, without waiting."""

        def append_blocking(self, entry: Entry) -> RecordRef:
            """Write another organization, then record."""
            other._write(OrganizationState(of("theirs.example"), 1))
            return office.journal.append_blocking(entry)

    with pytest.raises(OrganizationChanged):
        CurrentOrganization(office.store, Overtaken()).put(of("mine.example"), "ben@hall.example")
    assert other.refresh() == OrganizationState(of("theirs.example"), 1)


def test_an_older_look_never_takes_the_place_of_a_newer_one(office: Office) -> None:
    """A thread that has read the store before a change may come back after it."""
    here = CurrentOrganization(office.store, office.journal)
    newest = here.put(of("hall.example"), "anna@hall.example")
    here._take(OrganizationState())
    assert here.state == newest
