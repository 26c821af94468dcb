"""Which domains receive mail, asked of a real resolver that talks to a name server on loopback."""

import datetime as dt
import socket
import threading
from collections.abc import Iterator

import dns.flags
import dns.message
import dns.rcode
import dns.rrset
import pytest
from dns.rdatatype import RdataType
from dns.resolver import NoResolverConfiguration, Resolver

from atesaki.rosters.mail_servers import MailServers, Reception

ZONE = {
    ("mx.example.", "MX"): "10 mail.mx.example.",
    ("null.example.", "MX"): "0 .",
    ("a-only.example.", "A"): "192.0.2.1",
    ("aaaa-only.example.", "AAAA"): "2001:db8::1",
    ("half.example.", "A"): "",
}
"""What the server knows; a name that it has any record of exists."""
FAILING = {("servfail.example.", "MX"), ("half.example.", "AAAA")}
SILENT = {"silent.example."}


class NameServer:
    """Answers queries over UDP from `ZONE`, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, name="name server")
        self._thread.start()

    def resolver(self) -> Resolver:
        """A resolver that asks this server."""
        made = Resolver(configure=False)
        made.nameservers = ["127.0.0.1"]
        made.port = self._socket.getsockname()[1]
        made.timeout = 0.3
        return made

    def close(self) -> None:
        """Stop answering."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", self._socket.getsockname())
        self._thread.join()
        self._socket.close()

    def _serve(self) -> None:
        while True:
            wire, sender = self._socket.recvfrom(4_096)
            if not wire:
                return
            answer = self._answer(dns.message.from_wire(wire))
            if answer is not None:
                self._socket.sendto(answer.to_wire(), sender)

    def _answer(self, query: dns.message.Message) -> dns.message.Message | None:
        (question,) = query.question
        name, kind = question.name.to_text(), RdataType(question.rdtype).name
        self.asked.append(name)
        if name in SILENT:
            return None
        answer = dns.message.make_response(query, recursion_available=True)
        if (name, kind) in FAILING:
            answer.set_rcode(dns.rcode.SERVFAIL)
        elif ZONE.get((name, kind)):
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", kind, ZONE[name, kind]))
        elif name not in {known for known, _ in ZONE} and name != "nothing.example.":
            answer.set_rcode(dns.rcode.NXDOMAIN)
        return answer


@pytest.fixture
def server() -> Iterator[NameServer]:
    """A name server on loopback."""
    started = NameServer()
    yield started
    started.close()


@pytest.mark.parametrize(
    ("domain", "expected"),
    [
        ("mx.example", "receives"),
        ("null.example", "refuses_mail"),
        ("a-only.example", "receives"),
        ("aaaa-only.example", "receives"),
        ("nothing.example", "no_server"),
        ("gone.example", "no_domain"),
        ("servfail.example", "unknown"),
        ("half.example", "unknown"),
        ("[192.0.2.1]", "unknown"),
    ],
)
def test_a_domain_receives_mail_or_does_not(server: NameServer, domain: str, expected: Reception) -> None:
    """MX, else an address (RFC 5321 §5.1), else nothing; a null MX refuses (RFC 7505); a failure proves nothing."""
    assert MailServers(server.resolver).ask([domain], 5) == {domain: expected}


def test_a_silent_server_leaves_a_domain_unknown(server: NameServer) -> None:
    """No answer is never taken for a living or a dead domain, and costs no more than the time that there is."""
    found = MailServers(server.resolver).ask(["silent.example"], 0.5)
    assert found in ({"silent.example": "unknown"}, {})


def test_without_a_resolver_everything_is_unknown() -> None:
    """A machine without DNS can't call anything dead."""

    def missing() -> Resolver:
        raise NoResolverConfiguration

    assert MailServers(missing).ask(["mx.example"], 1) == {"mx.example": "unknown"}


def test_nothing_is_asked_when_time_is_up(server: NameServer) -> None:
    """What there was no time for is left out, and asked about the next time."""
    assert MailServers(server.resolver).ask(["mx.example"], 0) == {}
    assert server.asked == []


def test_an_answer_is_kept_for_a_day_and_a_failure_is_not(server: NameServer) -> None:
    """Whoever presses the button again asks only about what isn't known."""
    now = dt.datetime(2026, 11, 27, tzinfo=dt.UTC)
    servers = MailServers(server.resolver, lambda: now)
    for _ in range(2):
        servers.ask(["mx.example", "servfail.example"], 5)
    assert server.asked.count("mx.example.") == 1
    assert server.asked.count("servfail.example.") == 2
    assert servers.known(["mx.example", "servfail.example"]) == {"mx.example": "receives"}
    now += dt.timedelta(days=1)
    assert servers.known(["mx.example"]) == {}
