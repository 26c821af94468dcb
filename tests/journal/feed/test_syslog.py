"""A message that receivers of syslog would cut goes without its people, and what is long all the same is told."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from structlog.testing import capture_logs
from tests.fakes.receivers import Certificate, certificate, syslog
from tests.journal.conftest import NOW
from tests.journal.feed.test_receivers import KEY

from atesaki.journal import Entry, Journal
from atesaki.journal.feed.delivery import NotDelivered
from atesaki.journal.feed.records_duty import RecordsDuty
from atesaki.journal.feed.syslog import LONGEST, Syslog
from atesaki.storage.engine import Store

MANY = {"to": [{"address": f"person{number}@hall.example"} for number in range(4_000)]}
FEW = {"to": [{"address": "person@hall.example"}]}


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of loopback."""
    return certificate(tmp_path_factory.mktemp("tls"))


def _fed(store: Store, tls: Certificate, *entries: Entry) -> list[dict[str, Any]]:
    """Give what a receiver gets of these entries."""
    journal = Journal(store, KEY)
    journal.start()
    for entry in entries:
        journal.append_blocking(entry)
    journal.stop()
    with syslog(tls) as receiver:
        target = Syslog(("127.0.0.1", receiver.port), tls.client)
        duty = RecordsDuty(store, target, lambda: NOW, with_personal=True, from_now=False)
        duty.begin()
        while _has_more(duty):
            pass
        return receiver.kept.bodies


def _has_more(duty: RecordsDuty) -> bool:
    try:
        return duty.turn()
    except NotDelivered as error:
        assert error.too_large, error  # noqa: PT017  # Any other is a fault.
        return True


def _decision(people: Mapping[str, object] | None, **body: object) -> Entry:
    return Entry("decision.recorded", "d", {"action": "warn", **body}, people)


def test_a_message_that_would_be_cut_goes_without_its_people(store: Store, tls: Certificate) -> None:
    """Its end would be lost, and nobody told: syslog acknowledges nothing."""
    with capture_logs() as logs:
        bodies = _fed(store, tls, _decision(FEW), _decision(MANY), _decision(FEW))
    to = [each["email"]["to"] for each in bodies]
    assert to == [["person@hall.example"], ["withheld@atesaki.invalid"], ["person@hall.example"]]
    assert max(len(json.dumps(each)) for each in bodies) < LONGEST
    assert logs == []


def test_a_record_that_is_too_long_by_itself_is_sent_and_told(store: Store, tls: Certificate) -> None:
    """Receivers may take more; where this one does not, somebody has to know which record to look up."""
    with capture_logs() as logs:
        bodies = _fed(store, tls, _decision(None, words="x" * LONGEST), _decision(FEW))
    assert [len(each["unmapped"].get("words", "")) for each in bodies] == [LONGEST, 0]
    [told] = logs
    assert (told["event"], told["record"]) == ("feed.long_message", bodies[0]["metadata"]["uid"])
