"""A receiver that fails, stalls and comes back gets every record at least once, in order per stream."""

import datetime as dt
from pathlib import Path
from typing import NamedTuple

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from tests.fakes.receivers import (
    SECRET,
    Certificate,
    Kept,
    answer,
    certificate,
    lose_the_answer,
    read_and_close,
    read_and_end,
    reset,
    stall,
    syslog,
    webhook,
)
from tests.journal.conftest import NOW
from tests.journal.many import fill
from tests.waiting import wait_until

from atesaki.journal import Entry, Journal
from atesaki.journal.feed import Feed
from atesaki.journal.feed.delivery import Event, NotDelivered, TakesCheckpoints, TakesEvents, TakesNotices
from atesaki.journal.feed.post import Post
from atesaki.journal.feed.syslog import Syslog
from atesaki.journal.feed.webhook import RecordsWebhook
from atesaki.journal.feed.worker import Patience
from atesaki.journal.record import draft, exact_bytes, read_record
from atesaki.storage.engine import Store, open_store
from atesaki.storage.feed_tables import feed_cursors

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
QUICK = Patience(idle=0.02, aside=0.05, first=0.02, longest=0.1)
STREAMS = ("atesaki/a", "atesaki/b", "atesaki/c")
COUNT = 1_234
SHORT, LONG = 0.5, 30.0
"""Seconds that a receiver may take: less than it stalls, or more than any host needs, so that nothing comes twice."""


class Given(NamedTuple):
    """Receivers as the settings would give them."""

    records: tuple[TakesEvents, ...] = ()
    checkpoints: tuple[TakesCheckpoints, ...] = ()
    every: dt.timedelta = dt.timedelta(hours=1)
    from_now: bool = False
    purpose: str | None = None
    notices: tuple[TakesNotices, ...] = ()


class Nothing:
    """A journal that nothing is recorded in."""

    def append_blocking(self, entry: Entry) -> None:
        """Fail: nothing personal is sent in these tests."""
        raise AssertionError(entry.kind)


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of loopback."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def filled(store: Store) -> Store:
    """Three streams of more records than one delivery holds."""
    for stream in STREAMS:
        fill(store, KEY, COUNT, stream=stream)
    return store


def _webhook(tls: Certificate, port: int, seconds: float = LONG) -> RecordsWebhook:
    return RecordsWebhook(Post(f"https://127.0.0.1:{port}/in", SECRET.encode(), tls.client, seconds=seconds))


def _syslog(tls: Certificate, port: int, seconds: float = LONG) -> Syslog:
    return Syslog(("127.0.0.1", port), tls.client, seconds=seconds)


def _feed(store: Store, *targets: TakesEvents, from_now: bool = False) -> Feed:
    return Feed(store, Given(targets, from_now=from_now), Nothing(), patience=QUICK)  # type: ignore[arg-type]


def _in_order(kept: Kept) -> bool:
    return all(kept.first_seen(stream) == list(range(COUNT)) for stream in STREAMS)


def test_a_webhook_that_fails_in_every_way_gets_everything_in_order(filled: Store, tls: Certificate) -> None:
    """Refusals, resets, lost answers, silence, too much at once: each is tried again until it is taken."""
    with webhook(tls) as receiver:
        receiver.behaviours += [
            answer(500),
            reset,
            lose_the_answer,
            answer(429, Retry_After="0"),
            answer(413),
            stall(1.0),
            answer(301, Location="https://127.0.0.1:1/elsewhere"),
            lose_the_answer,
            answer(404),
        ]
        feed = _feed(filled, _webhook(tls, receiver.port, SHORT))
        feed.start()
        wait_until(lambda: feed.lag()[0].records == 0)
        feed.stop()
        assert receiver.behaviours == []
    assert _in_order(receiver.kept)
    [lag] = feed.lag()
    assert (lag.records, lag.seconds, lag.problem) == (0, 0.0, None)


def test_a_syslog_receiver_that_fails_in_every_way_gets_everything_in_order(filled: Store, tls: Certificate) -> None:
    """Closed halfway, ended early in order, reset, silent: only an orderly end after all of it counts."""
    with syslog(tls) as receiver:
        receiver.behaviours += [
            reset,
            read_and_close(100),
            read_and_end(100),
            read_and_close(100_000),
            read_and_end(1),
            stall(1.0),
        ]
        feed = _feed(filled, _syslog(tls, receiver.port, SHORT))
        feed.start()
        wait_until(lambda: feed.lag()[0].records == 0)
        feed.stop()
        assert receiver.behaviours == []
    assert _in_order(receiver.kept)


@pytest.mark.parametrize("kind", ["webhook", "syslog"])
def test_a_receiver_that_is_away_is_behind_until_it_comes_back(store: Store, tls: Certificate, kind: str) -> None:
    """Its lag can be seen, with what is wrong; then it gets all of it."""
    run, make = (webhook, _webhook) if kind == "webhook" else (syslog, _syslog)
    with run(tls) as gone:
        port = gone.port
    fill(store, KEY, 50)
    feed = _feed(store, make(tls, port))
    feed.start()
    wait_until(lambda: feed.lag()[0].problem is not None)
    lag = feed.lag()[0]
    assert (lag.target, lag.records, lag.acknowledged_at) == (kind, 50, None)
    assert lag.seconds > 0
    assert "127.0.0.1" not in str(lag.problem)
    with run(tls, port=port) as back:
        wait_until(lambda: len(back.kept.events) >= 50)
        wait_until(lambda: (feed.lag()[0].records, feed.lag()[0].problem) == (0, None))
    feed.stop()


def test_a_stranger_gets_nothing(store: Store, tls: Certificate, tmp_path: Path) -> None:
    """A receiver whose certificate nobody trusts is not spoken to."""
    stranger = certificate(tmp_path)
    fill(store, KEY, 5)
    with webhook(stranger) as hook, syslog(stranger) as log:
        feed = _feed(store, _webhook(tls, hook.port), _syslog(tls, log.port))
        feed.start()
        wait_until(lambda: all(lag.problem for lag in feed.lag()))
        feed.stop()
        assert (hook.kept.events, log.kept.events) == ([], [])


@pytest.mark.parametrize("host", ["a..b", "x" * 64])
def test_a_name_that_can_not_be_looked_up_is_told(tls: Certificate, host: str) -> None:
    """It is an error of another kind than a name that is not there; else nothing was said and nothing sent."""
    event = Event(read_record(exact_bytes(draft(Entry("k", "s", {}), NOW), "atesaki/1", 0)), b"{}")
    for target in (Syslog((host, 6514), tls.client), RecordsWebhook(Post(f"https://{host}/", b"", tls.client))):
        with pytest.raises(NotDelivered):
            target.deliver([event])


def test_a_clean_stop_repeats_nothing_and_leaves_nothing_out(store: Store, tls: Certificate) -> None:
    """The next process goes on where this one ended."""
    fill(store, KEY, 700)
    with webhook(tls) as receiver:
        for _ in range(2):
            feed = _feed(store, _webhook(tls, receiver.port))
            feed.start()
            wait_until(lambda: len(receiver.kept.events) >= 700)
            feed.stop()
        assert len(receiver.kept.events) == 700


def test_a_new_receiver_may_start_with_what_comes(store: Store, tls: Certificate) -> None:
    """What was recorded before is left out, and that is decided once."""
    journal = Journal(store, KEY)
    journal.start()
    old = journal.append_blocking(Entry("decision.recorded", "old", {"action": "allow"}))
    with webhook(tls) as receiver:
        feed = _feed(store, _webhook(tls, receiver.port), from_now=True)
        feed.start()
        wait_until(lambda: feed.lag()[0].records == 0)
        journal.append_blocking(Entry("decision.recorded", "new", {"action": "allow"}))
        wait_until(lambda: len(receiver.kept.events) == 1)
        feed.stop()
        assert receiver.kept.events[0][1] == old.position + 1
    journal.stop()


def test_cursors_never_move_backwards(store: Store, tls: Certificate) -> None:
    """A feeder that was thought dead can't make anybody forget what is acknowledged."""
    fill(store, KEY, 20)
    with webhook(tls) as receiver:
        feed = _feed(store, _webhook(tls, receiver.port))
        feed.start()
        wait_until(lambda: feed.lag()[0].records == 0)
        feed.stop()
        feed._workers[-1]._duty._cursors.save({"atesaki/many": 3}, 1)  # type: ignore[attr-defined]
    with store.read() as connection:
        assert connection.execute(select(feed_cursors.c.position)).scalars().all() == [20]


def test_two_processes_on_postgresql_feed_one_at_a_time(postgres: object, tls: Certificate) -> None:
    """One leads, however slow its receiver is; when it ends, the other goes on where it was."""
    stores = [open_store(url) for url in [postgres.store()] for _ in range(2)]  # type: ignore[attr-defined]
    fill(stores[0], KEY, 900)
    with webhook(tls) as one, webhook(tls) as other:
        fed = [(_feed(store, _webhook(tls, each.port)), each) for store, each in zip(stores, (one, other), strict=True)]
        for feed, receiver in fed:
            receiver.behaviours.append(stall(0.3))
            feed.start()
        wait_until(lambda: fed[0][0].lag()[0].records == 0)
        (waiting, spare), (leading, receiver) = sorted(fed, key=lambda each: each[1].kept.tries)
        assert receiver.kept.first_seen("atesaki/many") == list(range(900))
        assert spare.kept.tries == 0
        leading.stop()
        fill(stores[0], KEY, 100, stream="atesaki/more")
        wait_until(lambda: waiting.lag()[0].records == 0)
        waiting.stop()
        assert spare.kept.first_seen("atesaki/more") == list(range(100))
        assert spare.kept.first_seen("atesaki/many") == []
    for store in stores:
        store.close()
