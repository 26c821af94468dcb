"""Checkpoints reach each place they are meant for, once each, and whoever looks learns where they do not arrive."""

import contextlib
import datetime as dt
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select
from tests.fakes.mail_server import MailServer, mail_server
from tests.fakes.receivers import Certificate, certificate
from tests.journal.feed.test_checkpoints import KEY, PSEUDONYM
from tests.journal.feed.test_receivers import QUICK, Given, Nothing
from tests.waiting import wait_until

from atesaki.journal import Entry, Journal
from atesaki.journal.checkpoint import read_note, sign
from atesaki.journal.feed import Feed
from atesaki.journal.feed.delivery import NotDelivered, TakesCheckpoints
from atesaki.journal.feed.folder import CheckpointsFolder, file_name
from atesaki.journal.feed.letterbox import Letterbox
from atesaki.journal.feed.mail import CheckpointsMail
from atesaki.storage.engine import Store
from atesaki.storage.tables import checkpoints


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of loopback."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def filled(store: Store) -> Store:
    """Three records under a checkpoint."""
    journal = Journal(store, KEY)
    journal.start()
    for number in range(3):
        journal.append_blocking(Entry("decision.recorded", f"d{number}", {"action": "warn"}))
    journal.stop()
    return store


def _fed(store: Store, *targets: TakesCheckpoints, until: Callable[[Feed], bool]) -> Feed:
    every = dt.timedelta(seconds=0.05)
    feed = Feed(store, Given(checkpoints=targets, every=every), Nothing(), patience=QUICK)  # type: ignore[arg-type]
    feed.start()
    try:
        wait_until(lambda: until(feed))
    finally:
        feed.stop()
    return feed


def _mails(server: MailServer, tls: Certificate, *recipients: str) -> list[CheckpointsMail]:
    url = f"smtps://127.0.0.1:{server.port}"
    return [
        CheckpointsMail(Letterbox(url, None, "guard@hall.example", each), tls.client, PSEUDONYM) for each in recipients
    ]


def _notes(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(select(checkpoints.c.note)).scalars())


def test_a_mailbox_that_is_refused_brings_the_others_no_second_mail(filled: Store, tls: Certificate) -> None:
    """One auditor has left; else the other one got the same mail every minute for ever."""
    with mail_server(tls) as server:
        server.unknown = "gone@city.example"
        feed = _fed(
            filled,
            *_mails(server, tls, "audit@city.example", "gone@city.example"),
            until=lambda _: server.refused >= 3 and bool(server.mails),
        )
        assert [mail["To"] for mail in server.mails] == ["audit@city.example"]
    kept, missing = feed.checkpoint_lag()
    assert (kept.records, kept.problem) == (0, None)
    assert (missing.records, "@" in str(missing.problem)) == (3, False)


def test_a_mail_that_was_taken_is_not_sent_again_for_a_strange_goodbye(filled: Store, tls: Certificate) -> None:
    """What a server says after it has taken a mail undoes nothing."""
    with mail_server(tls) as server:
        server.goodbye = "421 too many of you"
        [target] = _mails(server, tls, "audit@city.example")
        target.deliver(_notes(filled))
        assert len(server.mails) == 1


def test_another_place_gets_what_the_former_one_has(filled: Store, tmp_path: Path) -> None:
    """Of a stream to which nothing is added any more, too, such as those of a former key."""
    for name in ("first", "second"):
        folder = tmp_path / name
        _fed(filled, CheckpointsFolder(folder, PSEUDONYM), until=lambda _: any(folder.glob("*.checkpoint")))  # noqa: B023


def test_a_draft_that_a_killed_process_left_stops_nobody(filled: Store, tmp_path: Path) -> None:
    """In a container each process has the number of the one before it; the draft is read-only."""
    [note] = _notes(filled)
    CheckpointsFolder(tmp_path / "kept", PSEUDONYM).deliver([note])
    [file] = (tmp_path / "kept").iterdir()
    file.unlink()
    # A folder in its place is refused to root as well, as a read-only file is to others.
    (tmp_path / "kept" / f".{file.name}.{os.getpid()}").mkdir()
    CheckpointsFolder(tmp_path / "kept", PSEUDONYM).deliver([note])
    assert file.read_text() == note


class _PowerLoss(BaseException):
    """What no handler of errors gets to see."""


def _refuse(*_: object, **__: object) -> None:
    raise PermissionError


def test_a_folder_without_hard_links_keeps_them_all_the_same(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as a stick, or a share of Windows."""
    [note] = _notes(filled)
    monkeypatch.setattr(os, "link", _refuse)
    CheckpointsFolder(tmp_path / "kept", PSEUDONYM).deliver([note])
    CheckpointsFolder(tmp_path / "kept", PSEUDONYM).deliver([note])
    [file] = (tmp_path / "kept").iterdir()
    assert (file.read_text(), stat.S_IMODE(file.stat().st_mode) & 0o222) == (note, 0)
    with pytest.raises(NotDelivered, match="another checkpoint"):
        CheckpointsFolder(tmp_path / "kept", PSEUDONYM).deliver([sign(read_note(note)._replace(root=bytes(32)), KEY)])


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("crash", [1, 2])
def test_a_crash_leaves_a_whole_checkpoint_or_none(
    filled: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool, crash: int
) -> None:
    """Half a one, with the name of a whole one, would be called another checkpoint from then on."""
    [note] = _notes(filled)
    left = crash

    def lose_power(descriptor: int) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, len(note) // 2)
            raise _PowerLoss

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", lose_power)
        # A machine without power tidies nothing.
        patched.setattr(Path, "unlink", _refuse)
        if not links:
            patched.setattr(os, "link", _refuse)
        with pytest.raises(_PowerLoss):
            CheckpointsFolder(tmp_path, PSEUDONYM).deliver([note])
    assert [file.read_text() for file in tmp_path.glob("*.checkpoint")] in ([], [note])
    CheckpointsFolder(tmp_path, PSEUDONYM).deliver([note])
    assert [file.read_text() for file in tmp_path.glob("*.checkpoint")] == [note]


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_half_a_checkpoint_of_a_former_version_is_completed(filled: Store, tmp_path: Path, share: float) -> None:
    """What begins as this one and then stops is no other one."""
    [note] = _notes(filled)
    folder = tmp_path / "kept"
    folder.mkdir()
    half = folder / file_name(note)
    half.write_text(note[: int(len(note) * share)])
    CheckpointsFolder(folder, PSEUDONYM).deliver([note])
    assert [file.read_text() for file in folder.iterdir()] == [note]


def test_a_place_that_keeps_nothing_is_seen(filled: Store, tmp_path: Path) -> None:
    """How many records no checkpoint there covers, and why: else nobody knew that the proof stays at home."""
    (tmp_path / "taken").write_text("")
    target = CheckpointsFolder(tmp_path / "taken", PSEUDONYM)
    feed = _fed(filled, target, until=lambda feed: feed.checkpoint_lag()[0].problem is not None)
    [lag] = feed.checkpoint_lag()
    assert (lag.target, lag.records, lag.acknowledged_at) == ("checkpoint folder", 3, None)
