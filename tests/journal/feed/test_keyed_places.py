"""Nobody can try addresses on what the store keeps of the places of checkpoints, and an upgrade forgets none."""

import hashlib
from pathlib import Path

from sqlalchemy import insert, select, text
from sqlalchemy.schema import DropTable

from atesaki.journal.feed.receivers import receivers_of
from atesaki.sending.pseudonym import open_pseudonyms
from atesaki.settings import Settings, read_settings
from atesaki.storage.check_tables import second_checks
from atesaki.storage.engine import Store, open_store
from atesaki.storage.feed_tables import feed_cursors, feed_targets
from atesaki.storage.guess_tables import guess_allowances

MAILBOX = "audit@city.example"
BARE = hashlib.sha256(MAILBOX.encode()).hexdigest()[:16]


def _upgraded(store: Store, store_url: str) -> Store:
    """Open the store as the version before the keys left it, which knew nothing that came later either."""
    with store.write() as connection:
        for table in (second_checks, guess_allowances):
            connection.execute(DropTable(table))
        connection.execute(text("UPDATE alembic_version SET version_num = '0009'"))
    return open_store(store_url)


def _settings(folder: Path) -> Settings:
    return read_settings(
        checkpoint_folder=folder,
        checkpoint_mail_to=(MAILBOX,),
        smtp_url="smtps://mail.example",
        smtp_from="guard@hall.example",
    )


def test_an_upgrade_keys_what_is_kept_and_forgets_no_cursor(store: Store, store_url: str, tmp_path: Path) -> None:
    """Else every place got every checkpoint twice, or whoever sees these rows could try mailboxes."""
    pseudonym = open_pseudonyms(store).of
    folder = hashlib.sha256(str(tmp_path).encode()).hexdigest()[:16]
    known = [f"checkpoint folder {folder}", f"checkpoint mail {BARE}", "webhook"]
    with store.write() as connection:
        connection.execute(insert(feed_targets), [{"target": each, "since": 5} for each in known])
        rows = [{"target": each, "stream": f"atesaki/{name}", "position": 7} for each in known for name in "ab"]
        connection.execute(insert(feed_cursors), rows)
    upgraded = _upgraded(store, store_url)
    wanted = [*(each.key for each in receivers_of(_settings(tmp_path), pseudonym).checkpoints), "webhook"]
    with upgraded.read() as connection:
        targets = connection.execute(select(feed_targets.c.target)).scalars().all()
        cursors = connection.execute(select(feed_cursors.c.target, feed_cursors.c.position)).all()
    upgraded.close()
    assert sorted(targets) == sorted(wanted)
    assert sorted(map(tuple, cursors)) == sorted((each, 7) for each in wanted for _ in "ab")
    assert BARE not in str(targets)


def test_a_store_that_no_server_has_used_is_upgraded(store: Store, store_url: str) -> None:
    """There is no key yet, and no place."""
    _upgraded(store, store_url).close()


def test_another_store_knows_the_same_place_by_another_name(store: Store, tmp_path: Path) -> None:
    """The key is the store's own: what one store keeps tells nothing about another."""
    settings = _settings(tmp_path)
    ours, theirs = (receivers_of(settings, key).checkpoints for key in (open_pseudonyms(store).of, str.upper))
    assert {each.key for each in ours}.isdisjoint(each.key for each in theirs)
    assert BARE not in str([each.key for each in ours])
