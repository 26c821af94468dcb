"""Whoever answers a byte at a time holds nobody up for ever: each exchange as a whole has its time."""

import math
import socket
import time
from collections.abc import Callable

import pytest
from tests.fakes.dripping import HANDSHAKE, HTTP, NOTHING, REFUSAL, SMTP, dripping
from tests.fakes.receivers import Certificate, certificate
from tests.journal.conftest import NOW
from tests.journal.feed.test_checkpoints import KEY, PSEUDONYM
from tests.journal.feed.test_receivers import QUICK, Given, Nothing
from tests.journal.many import fill
from tests.waiting import wait_until

from atesaki.deadline import PlainSocket, left, tls_context, within
from atesaki.identity import jwks, oidc_http
from atesaki.journal import Entry
from atesaki.journal.checkpoint import Checkpoint, sign
from atesaki.journal.feed import Feed
from atesaki.journal.feed.delivery import Event, NotDelivered
from atesaki.journal.feed.letterbox import Letterbox
from atesaki.journal.feed.mail import CheckpointsMail
from atesaki.journal.feed.post import Post
from atesaki.journal.feed.syslog import Syslog
from atesaki.journal.feed.webhook import RecordsWebhook
from atesaki.journal.record import draft, exact_bytes, read_record
from atesaki.storage.engine import Store

WHOLE = 1.0
"""Seconds for an exchange here."""

PATIENCE = 5.0
"""Seconds after which it is the step that ends, and not the whole; a machine under load is slow."""


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of loopback."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture(autouse=True)
def machine(tls: Certificate, monkeypatch: pytest.MonkeyPatch) -> None:
    """It trusts the certificate, uses no proxy, and has little time for a whole."""
    monkeypatch.setenv("SSL_CERT_FILE", str(tls.file))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    for module, name in ((oidc_http, "SECONDS"), (jwks, "FETCH_SECONDS")):
        monkeypatch.setattr(module, name, WHOLE)


def _webhook(port: int) -> None:
    with within(WHOLE):
        Post(f"https://127.0.0.1:{port}/", b"secret", tls_context()).send(b"[]", {})


def _syslog(port: int) -> None:
    record = read_record(exact_bytes(draft(Entry("k", "s", {}), NOW), "atesaki/1", 0))
    with within(WHOLE):
        Syslog(("127.0.0.1", port), tls_context()).deliver([Event(record, b"x" * 1_000_000)] * 8)


def _mail(port: int, scheme: str) -> None:
    letterbox = Letterbox(f"{scheme}://127.0.0.1:{port}", None, "guard@hall.example", "audit@city.example")
    with within(WHOLE):
        CheckpointsMail(letterbox, tls_context(), PSEUDONYM).deliver([sign(Checkpoint("a/b", 1, bytes(32)), KEY)])


@pytest.mark.parametrize(
    ("words", "in_the_open", "deliver"),
    [
        (HTTP, False, _webhook),
        (HANDSHAKE, True, _webhook),
        (NOTHING, False, _syslog),
        (HANDSHAKE, True, _syslog),
        (SMTP, False, lambda port: _mail(port, "smtps")),
        (SMTP, True, lambda port: _mail(port, "smtp")),
    ],
)
def test_a_receiver_that_drips_has_not_taken_it(
    tls: Certificate, words: bytes, *, in_the_open: bool, deliver: Callable[[int], None]
) -> None:
    """Else the feed stood still for days, and nothing was seen to be wrong."""
    with dripping(words, None if in_the_open else tls) as server, pytest.raises(NotDelivered):
        timed(lambda: deliver(server.port))


@pytest.mark.parametrize("ask", [oidc_http.call, jwks.fetch_https])
def test_an_identity_provider_that_drips_can_not_be_reached(tls: Certificate, ask: Callable[[str], object]) -> None:
    """Each sign-in would otherwise keep a thread of the server for itself."""
    with dripping(HTTP, tls) as server, pytest.raises(TimeoutError):
        timed(lambda: ask(f"https://127.0.0.1:{server.port}/"))


def test_an_identity_provider_that_drips_its_refusal_can_not_be_reached(
    tls: Certificate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it says of its refusal is an answer as any other."""
    # The head of it comes at the same pace.
    monkeypatch.setattr(oidc_http, "SECONDS", 3 * WHOLE)
    with dripping(REFUSAL, tls) as server, pytest.raises(TimeoutError):
        timed(lambda: oidc_http.call(f"https://127.0.0.1:{server.port}/"))


def test_the_feed_gives_each_delivery_its_time(store: Store, tls: Certificate) -> None:
    """And says what is wrong with whoever takes longer."""
    fill(store, KEY, 3)
    with dripping(HTTP, tls) as server:
        target = RecordsWebhook(Post(f"https://127.0.0.1:{server.port}/", b"secret", tls_context()))
        feed = Feed(store, Given((target,)), Nothing(), patience=QUICK._replace(whole=WHOLE))  # type: ignore[arg-type]
        feed.start()
        timed(lambda: wait_until(lambda: feed.lag()[0].problem is not None))
        feed.stop()


def test_a_kept_connection_has_its_usual_time_again() -> None:
    """A slow exchange leaves the next one over the same connection no shorter steps."""
    ours, theirs = socket.socketpair()
    with PlainSocket(fileno=ours.detach()) as connection, theirs:
        connection.settimeout(20)
        theirs.send(b"x")
        with within(WHOLE):
            connection.recv_into(bytearray(1))
        assert connection.gettimeout() == 20


def test_a_step_has_no_more_time_than_the_whole() -> None:
    """A question of many exchanges ends in its own time, however long each of them may take."""
    assert left() == math.inf
    with within(60), within(3_600):
        assert 0 < left() <= 60
        with within(0):
            assert left() <= 0
        assert left() > 0


def timed(ask: Callable[[], object]) -> None:
    """Do something, and see that it ended in time."""
    began = time.monotonic()
    try:
        ask()
    finally:
        assert time.monotonic() - began < PATIENCE
