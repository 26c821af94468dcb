"""A server that was never told which addresses are lists: a first mail to any of ours warns."""

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from tests.api.mails import Json, decide, mail
from tests.fakes.directory import FakeDirectory, set_up
from tests.server import Server, running_server
from tests.waiting import wait_until
from typing_extensions import override

from atesaki.directory.errors import DirectoryRefused

LIST = "patients@hall.example"
OUTLOOK = {"app": "outlook", "platform": "web", "version": "1.0.0"}


class SlowDirectory(FakeDirectory):
    """Tells its lists only once it may."""

    def __init__(self) -> None:
        super().__init__()
        self.may = threading.Event()

    @override
    def mailing_lists(self) -> Mapping[str, str]:
        self.may.wait(10)
        return super().mailing_lists()


@pytest.fixture
def directory() -> SlowDirectory:
    """A directory that has refused us from the first day."""
    made = SlowDirectory()
    made.put("patients", "Patients", "p1@gmail.com")
    made.broken = DirectoryRefused("The permission is missing.")
    return made


@pytest.fixture
def server(tmp_path: Path, directory: SlowDirectory) -> Iterator[Server]:
    """A server on a new store."""
    with set_up(google=directory), running_server(tmp_path, internal_domains=("hall.example",)) as started:
        yield started
        directory.may.set()


def told(server: Server) -> Json:
    """Return what `/readyz` says of directories; they never make a server unready."""
    answer = server.anonymous.get("/readyz")
    assert answer.status_code == 200
    found: Json = answer.json()["directory"]
    return found


def refused(server: Server, directory: SlowDirectory) -> None:
    """Wait until the directory has refused to tell its lists."""
    directory.may.set()
    wait_until(lambda: "problem" in told(server))


def test_what_may_be_a_list_warns_until_the_sender_knows_it(server: Server, directory: SlowDirectory) -> None:
    """Gmail shows a list as a person; whoever sent to it once is left in peace, since each mail would warn for days."""
    refused(server, directory)
    first = decide(server, mail([LIST]), locale="en")
    assert (first["action"], first["release"]) == ("warn", "acknowledge")
    assert "which recipients are mailing lists, and who reads them" in first["dialog"]["text"]
    ways = {"kind": "acknowledge", "justification": "", "shown_ms": 900}
    server.client.post(f"/v1/decisions/{first['decision_id']}/release", json=ways).raise_for_status()
    sent = decide(server, mail([LIST]))
    assert sent["action"] == "allow"
    outcome = server.client.post(f"/v1/decisions/{sent['decision_id']}/outcome", json={"outcome": "sent"})
    outcome.raise_for_status()
    assert decide(server, mail([LIST]))["action"] == "allow"
    assert decide(server, mail([LIST, "new@hall.example"]))["action"] == "warn"
    assert decide(server, mail([LIST], sender={"address": "other@hall.example"}))["action"] == "warn"


def test_what_can_be_no_list_of_ours_goes_as_ever(server: Server, directory: SlowDirectory) -> None:
    """An outsider, the sender themselves, and whom Outlook calls a person; what it does not know may be a list."""
    refused(server, directory)
    assert decide(server, mail(["a@gmail.com", "staff@hall.example"]))["action"] == "allow"
    assert decide(server, mail(["boss@hall.example"]), client=OUTLOOK)["action"] == "allow"
    unknown = {**mail(), "to": [{"address": "boss@hall.example", "kind": "unknown"}]}
    assert decide(server, unknown, client=OUTLOOK)["action"] == "warn"


def test_a_start_is_no_fault_and_a_refusal_is_said_where_it_is_looked_for(
    server: Server, directory: SlowDirectory
) -> None:
    """While the first answer is on its way nobody need be called; then readiness, figures and the console say it."""
    assert list(told(server)) == ["pending"]
    assert "Still being asked since the start which addresses are lists (google)" in told(server)["pending"]
    assert "atesaki_directories_untold 0.0" in server.admin.get("/metrics").text
    refused(server, directory)
    assert "mail to an address of your own that its sender has never written to warns" in told(server)["problem"]
    assert "atesaki_directories_untold 1.0" in server.admin.get("/metrics").text
    for language, said in (
        ("en", "Google Workspace does not tell which"),
        ("ja", "Google Workspace から、どのアドレスが"),
    ):
        with server.visitor("admin", language=language) as admin:
            assert said in admin.client.get("/console/").text


def test_the_first_mail_waits_for_the_first_answer(server: Server, directory: SlowDirectory) -> None:
    """In the seconds after the first start of all nobody is warned for nothing."""
    directory.broken = None
    threading.Timer(0.3, directory.may.set).start()
    assert decide(server, mail(["boss@hall.example"]))["action"] == "allow"
    assert told(server) == {}
