"""`atesaki doctor` finds receivers of the journal, and mailboxes, that take nothing."""

import datetime as dt
from pathlib import Path

from sqlalchemy import insert, update
from tests.cli.test_doctor import examined, states
from tests.fakes.mail_server import mail_server
from tests.fakes.receivers import certificate
from tests.server import running_server

from atesaki.journal.feed.folder import CheckpointsFolder
from atesaki.sending.pseudonym import open_pseudonyms
from atesaki.sending.second_check_mail import second_check_mails
from atesaki.settings import read_settings
from atesaki.storage.engine import micros, open_store
from atesaki.storage.feed_tables import feed_targets
from atesaki.storage.tables import records


def test_a_receiver_that_is_behind_or_away_is_said_so(tmp_path: Path) -> None:
    """Whoever waits for records in a SIEM learns here that they do not arrive, and why."""
    hour_ago = micros(dt.datetime.now(dt.UTC) - dt.timedelta(hours=1))
    with running_server(tmp_path):
        pass
    settings = {"data_dir": tmp_path, "feed_webhook_url": "https://siem.example/in", "feed_webhook_secret": "s" * 16}
    assert states(examined(**settings), "feed") == {"ok"}
    store = open_store(tmp_path)
    with store.write() as connection:
        connection.execute(update(records).values(recorded_at=hour_ago))
    assert states(examined(**settings), "feed") == {"advice"}
    with store.write() as connection:
        state = {"target": "webhook", "since": 0, "problem": "The receiver answers 403."}
        connection.execute(insert(feed_targets).values(state))
    store.close()
    [found] = examined(**settings)["feed"]
    assert (found.state, "answers 403" in found.sentence) == ("problem", True)


def test_a_place_that_keeps_no_checkpoints_is_said_so(tmp_path: Path) -> None:
    """Whoever counts on a proof elsewhere learns here that it never arrived."""
    with running_server(tmp_path):
        pass
    (tmp_path / "taken").write_text("")
    assert "checkpoints" not in examined(data_dir=tmp_path)
    place = tmp_path / "taken"
    assert states(examined(data_dir=tmp_path, checkpoint_folder=place), "checkpoints") == {"ok"}
    store = open_store(tmp_path)
    target = CheckpointsFolder(place, open_pseudonyms(store).of)
    with store.write() as connection:
        connection.execute(
            insert(feed_targets).values(target=target.key, since=0, problem="The folder can't be written.")
        )
        two_hours_ago = micros(dt.datetime.now(dt.UTC) - dt.timedelta(hours=2))
        connection.execute(update(records).values(recorded_at=two_hours_ago))
    store.close()
    assert states(examined(data_dir=tmp_path, checkpoint_folder=tmp_path / "new"), "checkpoints") == {"advice"}
    [found] = examined(data_dir=tmp_path, checkpoint_folder=place)["checkpoints"]
    assert (found.state, "checkpoint folder covers all but" in found.sentence) == ("problem", True)


def test_a_mailbox_that_is_told_of_nothing_is_said_so(tmp_path: Path) -> None:
    """Else mails would wait for a second person who never hears of them."""
    settings = {
        "data_dir": tmp_path,
        "public_url": "https://guard.hall.example",
        "second_check_mail_to": "checkers@hall.example",
        "smtp_url": "smtps://127.0.0.1:1",
        "smtp_from": "atesaki@hall.example",
    }
    with running_server(tmp_path):
        pass
    assert states(examined(**settings), "notices") == {"ok"}
    store = open_store(tmp_path)
    [target] = second_check_mails(read_settings(**settings), store, open_pseudonyms(store).of, str)
    with store.write() as connection:
        state = {"target": target.key, "since": 0, "problem": "The mail can't be sent: SMTPConnectError."}
        connection.execute(insert(feed_targets).values(state))
    store.close()
    [found] = examined(**settings)["notices"]
    assert (found.state, "has not told of 0 second checks" in found.sentence) == ("problem", True)


def test_the_mail_server_is_tried_before_anybody_waits_for_a_mail(tmp_path: Path) -> None:
    """Nothing is sent; one that is away, or that is another one, is a problem without a word about anybody."""
    (other := tmp_path / "other").mkdir()
    tls, stranger = certificate(tmp_path), certificate(other)
    with mail_server(tls, starttls=True) as server:
        settings = {
            "data_dir": tmp_path,
            "checkpoint_mail_to": "audit@hall.example",
            "smtp_url": f"smtp://atesaki@127.0.0.1:{server.port}",
            "smtp_password": "three small boats",
            "smtp_from": "atesaki@hall.example",
            "feed_ca_file": tls.file,
        }
        [found] = examined(**settings)["mail"]
        assert (found.state, server.signed_in[:10], server.mails) == ("ok", "AUTH PLAIN", [])
        [found] = examined(**{**settings, "feed_ca_file": stranger.file})["mail"]
        assert (found.state, found.sentence) == ("problem", "The mail can't be sent: SSLCertVerificationError.")
    [found] = examined(**settings)["mail"]
    assert (found.state, "@" in found.sentence) == ("problem", False)
    assert "mail" not in examined(data_dir=tmp_path)
