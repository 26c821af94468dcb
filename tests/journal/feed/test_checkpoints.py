"""Checkpoints leave the machine, and prove there what the owner of the database can't undo."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete, select, update
from tests.fakes.mail_server import mail_server
from tests.fakes.receivers import SECRET, Certificate, answer, certificate, webhook
from tests.journal.feed.test_receivers import QUICK, Given, Nothing
from tests.waiting import wait_until

from atesaki.journal import Entry, Journal
from atesaki.journal.audit import Broken
from atesaki.journal.checkpoint import notes_in
from atesaki.journal.feed import Feed
from atesaki.journal.feed.delivery import NotDelivered, TakesCheckpoints
from atesaki.journal.feed.folder import CheckpointsFolder
from atesaki.journal.feed.letterbox import Letterbox
from atesaki.journal.feed.mail import CheckpointsMail
from atesaki.journal.feed.post import Post
from atesaki.journal.feed.webhook import CheckpointsWebhook
from atesaki.journal.merkle import CompactRange
from atesaki.journal.verify import verify_store
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.storage.engine import Store
from atesaki.storage.tables import checkpoints, records, streams

PSEUDONYM = Pseudonyms(bytes(32)).of
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key().public_bytes_raw()


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of loopback."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def filled(store: Store) -> Store:
    """Three records under a checkpoint."""
    _record(store, 3)
    return store


def _record(store: Store, count: int) -> None:
    journal = Journal(store, KEY)
    journal.start()
    for number in range(count):
        journal.append_blocking(Entry("decision.recorded", f"d{number}", {"action": "warn"}))
    journal.stop()


def _fed(store: Store, target: TakesCheckpoints, done: Callable[[], bool]) -> None:
    every = dt.timedelta(seconds=0.05)
    feed = Feed(store, Given(checkpoints=(target,), every=every), Nothing(), patience=QUICK)  # type: ignore[arg-type]
    feed.start()
    wait_until(done)
    feed.stop()


def test_a_folder_gets_each_new_checkpoint_once_as_a_file_of_its_own(filled: Store, tmp_path: Path) -> None:
    """Read-only, named by stream and size, and never changed."""
    folder = tmp_path / "elsewhere"
    _fed(filled, CheckpointsFolder(folder, PSEUDONYM), lambda: folder.exists() and len(list(folder.iterdir())) == 1)
    _record(filled, 2)
    _fed(filled, CheckpointsFolder(folder, PSEUDONYM), lambda: len(list(folder.glob("*.checkpoint"))) == 2)
    files = sorted(folder.iterdir())
    assert [file.name.rpartition("-")[2] for file in files] == ["000000000003.checkpoint", "000000000005.checkpoint"]
    assert {file.stat().st_mode & 0o777 for file in files} == {0o444}
    kept = [note for file in files for note in notes_in(file.read_text())]
    assert verify_store(filled, PUBLIC, kept).kept == 2


def _rewrite(store: Store) -> None:
    """Do what the owner of the database and of the key can do: begin again with another story."""
    with store.write() as connection:
        for table in (records, checkpoints):
            connection.execute(delete(table))
        connection.execute(update(streams).values(size=0, frontier=CompactRange().pack()))
    _record(store, 3)


def test_who_owns_database_and_key_can_not_rewrite_what_was_delivered(filled: Store, tmp_path: Path) -> None:
    """Without the delivered checkpoint the new story verifies; with it, it does not."""
    _fed(filled, CheckpointsFolder(tmp_path / "kept", PSEUDONYM), lambda: any((tmp_path / "kept").glob("*.checkpoint")))
    [file] = (tmp_path / "kept").iterdir()
    _rewrite(filled)
    assert verify_store(filled, PUBLIC).records == 3
    with pytest.raises(Broken, match="kept elsewhere"):
        verify_store(filled, PUBLIC, notes_in(file.read_text()))
    with pytest.raises(NotDelivered, match="another checkpoint"):
        CheckpointsFolder(tmp_path / "kept", PSEUDONYM).deliver(_notes(filled))


def _notes(store: Store) -> list[str]:
    with store.read() as connection:
        return list(connection.execute(select(checkpoints.c.note)).scalars())


def test_a_folder_that_can_not_be_written_is_said_so(filled: Store, tmp_path: Path) -> None:
    """A file in its place, for instance."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(NotDelivered, match="can't be written"):
        CheckpointsFolder(tmp_path / "taken", PSEUDONYM).deliver(_notes(filled))


def test_a_webhook_gets_them_signed_until_it_takes_them(filled: Store, tls: Certificate) -> None:
    """A refusal is tried again."""
    with webhook(tls) as receiver:
        receiver.behaviours += [answer(500), answer(503, Retry_After="0")]
        post = Post(f"https://127.0.0.1:{receiver.port}/", SECRET.encode(), tls.client)
        _fed(filled, CheckpointsWebhook(post, PSEUDONYM), lambda: bool(receiver.kept.texts))
    assert notes_in(receiver.kept.texts[0]) == _notes(filled)


@pytest.mark.parametrize("starttls", [False, True])
def test_a_mail_carries_them_as_files(filled: Store, tls: Certificate, *, starttls: bool) -> None:
    """Over TLS, signed in; the attachment is what `verify` takes."""
    with mail_server(tls, starttls=starttls) as server:
        scheme = "smtp" if starttls else "smtps"
        letterbox = Letterbox(
            f"{scheme}://guard%40hall.example@127.0.0.1:{server.port}",
            "secret",
            "guard@hall.example",
            "audit@city.example",
        )
        _fed(filled, CheckpointsMail(letterbox, tls.client, PSEUDONYM), lambda: bool(server.mails))
        [mail] = server.mails
        assert server.signed_in.startswith("AUTH")
    assert mail["To"] == "audit@city.example"
    [attachment] = mail.iter_attachments()
    assert str(attachment.get_filename()).endswith("-000000000003.checkpoint")
    assert notes_in(attachment.get_content().decode()) == _notes(filled)


def test_a_mail_server_that_refuses_or_is_a_stranger_gets_nothing(
    filled: Store, tls: Certificate, tmp_path: Path
) -> None:
    """It is tried again later; the sentence about it holds no address."""
    with mail_server(tls) as server:
        server.refusing = True
        letterbox = Letterbox(f"smtps://127.0.0.1:{server.port}", None, "guard@hall.example", "audit@city.example")
        for context in (tls.client, certificate(tmp_path).client):
            with pytest.raises(NotDelivered) as refused:
                CheckpointsMail(letterbox, context, PSEUDONYM).deliver(_notes(filled))
            assert "@" not in str(refused.value)
        assert server.mails == []
