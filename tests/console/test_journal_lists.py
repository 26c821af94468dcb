"""The page of a decision says where members of lists were counted, and in words what a directory did not tell."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.api.mails import decide, mail
from tests.fakes.directory import FakeDirectory, set_up
from tests.server import Server, running_server
from tests.waiting import wait_until

from atesaki.directory.errors import DirectoryUnavailable


@pytest.fixture
def directory() -> FakeDirectory:
    """Two lists of the hall."""
    made = FakeDirectory()
    made.put("volunteers", "Volunteers", "v1@gmail.com", "v2@docomo.ne.jp")
    made.put("choir", "Choir", "v1@gmail.com")
    return made


@pytest.fixture
def server(tmp_path: Path, directory: FakeDirectory) -> Iterator[Server]:
    """A server that knows which addresses are lists."""
    with set_up(microsoft=directory), running_server(tmp_path, internal_domains=("hall.example",)) as started:
        wait_until(lambda: not started.anonymous.get("/readyz").json()["directory"])
        yield started


def page(server: Server, to: str, language: str) -> str:
    """Decide about a mail and return the page of the decision."""
    decision = decide(server, mail([to]))["decision_id"]
    with server.visitor("auditor", language=language) as auditor:
        return auditor.client.get(f"/console/journal/decisions/{decision}").raise_for_status().text


@pytest.mark.parametrize(
    ("language", "told", "lost"),
    [
        ("en", "1 (judged with the members, who are not recorded)", "<dd>Members of mailing lists</dd>"),
        ("ja", "1 件（メンバーも含めて判定しました。", "<dd>メーリングリストのメンバー</dd>"),
    ],
)
def test_lists_and_what_was_not_told_of_them_are_said(
    server: Server, directory: FakeDirectory, language: str, told: str, lost: str
) -> None:
    """Else an auditor sees a number of people that stands nowhere, or a word of the program."""
    shown = page(server, "volunteers@hall.example", language)
    assert (told in shown, lost in shown) == (True, False)
    directory.broken = DirectoryUnavailable("Away.")
    shown = page(server, "choir@hall.example", language)
    assert (told in shown, lost in shown) == (False, True)
    assert told not in page(server, "boss@hall.example", language)
