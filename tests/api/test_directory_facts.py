"""A server that has a directory: lists are judged by their members, rules may ask for the sender's groups."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.mails import Json, decide, mail, personal, records
from tests.fakes.directory import FakeDirectory, set_up
from tests.server import Server, running_server
from tests.waiting import wait_until

from atesaki.directory.errors import DirectoryRefused, DirectoryUnavailable
from atesaki.directory.remembered import PAUSE_SECONDS

PATIENTS = {"name": "patients", "owner": "Mori", "purpose": "Appointments", "handling": "sensitive"}
LIST = "patients@hall.example"
FROM_INTERNS = """
id: interns
title: {ja: 実習生, en: Interns}
rules:
  - id: outside
    when:
      all:
        - sender: {groups: [interns@hall.example]}
        - recipients: {audience: external}
    action: block
    release: never
    message: {ja: 実習生は外部に送れません。, en: Interns don't write to people outside.}
"""


@pytest.fixture(scope="module")
def directory() -> FakeDirectory:
    """The hall's directory, with a list of two patients and the group of the interns."""
    made = FakeDirectory()
    made.put("patients", "Patients", "p1@gmail.com", "p2@docomo.ne.jp")
    made.put("interns", "Interns", "intern@hall.example")
    return made


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, directory: FakeDirectory) -> Iterator[Server]:
    """A server of the hall, where both patients are on a sensitive roster and one more rule is in force."""
    with (
        set_up(microsoft=directory),
        running_server(tmp_path_factory.mktemp("store"), internal_domains=("hall.example",)) as started,
    ):
        files = started.admin.get("/v1/policies").json()["files"]
        started.admin.put("/v1/policies", json={**files, "interns.yaml": FROM_INTERNS}).raise_for_status()
        started.admin.post("/v1/rosters", json=PATIENTS).raise_for_status()
        members, kind = b"p1@gmail.com\np2@docomo.ne.jp\n", {"Content-Type": "text/csv"}
        started.admin.put("/v1/rosters/patients/members", content=members, headers=kind).raise_for_status()
        _until_lists_are_known(started)
        yield started


def _until_lists_are_known(server: Server) -> None:
    """The directory is asked when the server starts, beside everything else."""
    wait_until(lambda: "sensitive_roster" in policies(decide(server, mail([LIST]))))


def policies(answer: Json) -> set[str]:
    """Return the policies that found something."""
    return {finding["policy"] for finding in answer["findings"]}


def test_a_list_is_judged_by_its_members(server: Server) -> None:
    """Two patients share the message, though the client saw one address of ours; it is that address that is named."""
    answer = decide(server, mail([LIST]), locale="en")
    (finding,) = (each for each in answer["findings"] if each["policy"] == "sensitive_roster")
    assert (answer["action"], finding["evidence"]["count"]) == ("block", 2)
    assert finding["evidence"]["recipients"] == [LIST]
    assert answer["exposure"]["disclosures"] == 0


def test_nobody_on_a_list_is_written_down(server: Server) -> None:
    """Only what the client sent is kept, as for every other mail."""
    answer = decide(server, mail([LIST]))
    kept = personal(server, records(server, answer["decision_id"])[0]["record_id"])
    assert LIST in str(kept)
    assert "p1@gmail.com" not in str(kept) + str(answer)


@pytest.mark.parametrize(("sender", "action"), [("intern@hall.example", "block"), ("staff@hall.example", "allow")])
def test_a_rule_knows_the_groups_of_the_sender(server: Server, sender: str, action: str) -> None:
    """The group may be called by its address."""
    assert decide(server, mail(["a@gmail.com"], sender={"address": sender}))["action"] == action


def test_a_directory_that_is_away_makes_the_decision_warn(server: Server, directory: FakeDirectory) -> None:
    """Whose groups are not known yet may be an intern; who was asked about before is still known."""
    asked = directory.asked
    directory.broken = DirectoryRefused("The secret has expired.")
    try:
        for _ in range(2):
            unknown = decide(server, mail(["a@gmail.com"], sender={"address": "new@hall.example"}), locale="en")
            assert (unknown["action"], unknown["release"]) == ("warn", "acknowledge")
            assert "your groups" in unknown["dialog"]["text"]
        assert decide(server, mail(["a@gmail.com"]))["action"] == "allow"
        # Within PAUSE_SECONDS nobody asks again.
        assert PAUSE_SECONDS > 1
        assert directory.asked == asked + 1
    finally:
        directory.broken = None


def test_mail_without_lists_asks_no_directory(server: Server, directory: FakeDirectory) -> None:
    """People of ours and outside cost no question."""
    decide(server, mail(["a@gmail.com", "b@hall.example"]))
    asked = directory.asked
    decide(server, mail(["c@gmail.com", "d@hall.example"]))
    assert directory.asked == asked


def test_a_server_that_starts_while_its_directory_is_away_warns_of_lists(tmp_path: Path) -> None:
    """Of those that it was told of before; it says so where an operator looks, and goes on to answer."""
    directory = FakeDirectory()
    directory.put("patients", "Patients", "p1@gmail.com")
    with set_up(microsoft=directory):
        with running_server(tmp_path, internal_domains=("hall.example",)) as server:
            wait_until(lambda: readiness(server) == {})
            decided = decide(server, mail([LIST]))
            assert records(server, decided["decision_id"])[0]["body"]["lists"] == 1
        directory.broken = DirectoryUnavailable("Away.")
        with running_server(tmp_path) as server:
            answer = decide(server, mail([LIST]), locale="en")
            assert (answer["action"], answer["release"]) == ("warn", "acknowledge")
            assert "which recipients are mailing lists" in answer["dialog"]["text"]
            assert decide(server, mail(["boss@hall.example"]))["action"] == "allow"
            said = readiness(server)["problem"]
            assert "Not told of late which addresses are lists (microsoft): mail to those that" in said


def readiness(server: Server) -> Json:
    """Return what `/readyz` says of directories; their absence never makes a server unready."""
    answer = server.anonymous.get("/readyz")
    assert answer.status_code == 200
    found: Json = answer.json()["directory"]
    return found
