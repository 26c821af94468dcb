"""A receiver of syslog over TLS: RFC 5424 messages, framed by octet counting (RFC 5425).

Syslog acknowledges nothing. What stands in for it is the orderly end of a TLS connection: after each batch we wait
until the receiver's machine has taken every byte, say that nothing more comes, and wait for its own end.
Whoever stops halfway, or closes without reading, ends it otherwise, and gets the batch again.
"""

import fcntl
import os
import socket
import ssl
import struct
import termios
import time
from collections.abc import Sequence

import structlog

from atesaki.journal.feed.delivery import Event, NotDelivered
from atesaki.journal.record import Record

PORT = 6514
ANSWER_SECONDS = 10.0
LONGEST = 65_536
"""Bytes of a message that receivers are asked to take; one that is longer because of its people goes without them."""

SD_ID = "atesaki@32473"
"""Name of the structured data; 32473 is the number for examples (RFC 5612), until one of ours is registered."""

_LOG_AUDIT = 13
_POLL_SECONDS = 0.005
_SEVERITIES = {"allow": 6, "warn": 5, "block": 4}
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_log = structlog.get_logger(__name__)


class Syslog:
    """Sends each batch over a connection of its own."""

    name = key = "syslog"

    def __init__(self, address: tuple[str, int], context: ssl.SSLContext, *, seconds: float = ANSWER_SECONDS) -> None:
        self._address = address
        self._context = context
        self._seconds = seconds
        self._host = _printable(socket.gethostname(), 255)

    def deliver(self, events: Sequence[Event]) -> None:
        """Return once the receiver has ended the connection in order; raises `NotDelivered`."""
        messages = [_message(event, self._host) for event in events]
        long = [event for event, message in zip(events, messages, strict=True) if len(message) > LONGEST]
        if any(event.has_people for event in long):
            raise NotDelivered("A message is longer than receivers of syslog take.", too_large=True)
        self._send(b"".join([b"%d %b" % (len(message), message) for message in messages]))
        for event in long:
            # Whether it was cut nobody tells us; and it may not hold up all that follow.
            _log.warning("feed.long_message", target=self.name, record=event.record.record_id, bytes=len(event.body))

    def _send(self, frames: bytes) -> None:
        try:
            with (
                socket.create_connection(self._address, self._seconds) as plain,
                self._context.wrap_socket(plain, server_hostname=self._address[0]) as connection,
            ):
                connection.sendall(frames)
                self._finish(connection)
        except (OSError, ValueError) as error:
            # Includes the errors of TLS, timeouts and names that can't stand in DNS; the texts of some hold addresses.
            raise NotDelivered(f"The receiver does not take it: {type(error).__name__}.") from None

    def _finish(self, connection: ssl.SSLSocket) -> None:
        _wait_until_taken(connection, time.monotonic() + self._seconds)
        _refuse_early_end(connection)
        connection.settimeout(self._seconds)
        try:
            connection.unwrap()
        except ssl.SSLEOFError:
            # It has closed without a last word, but after having read all: whoever has not, resets.
            return


def _wait_until_taken(connection: ssl.SSLSocket, deadline: float) -> None:
    while _unacknowledged(connection):
        if time.monotonic() > deadline:
            raise TimeoutError
        time.sleep(_POLL_SECONDS)
    if (code := connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)) != 0:
        raise OSError(code, os.strerror(code))


def _unacknowledged(connection: ssl.SSLSocket) -> int:
    """Give the bytes that the other machine has not acknowledged (SIOCOUTQ of Linux)."""
    count: int = struct.unpack("i", fcntl.ioctl(connection.fileno(), termios.TIOCOUTQ, bytes(4)))[0]
    return count


def _refuse_early_end(connection: ssl.SSLSocket) -> None:
    """Raise where the receiver has ended the connection before we did."""
    connection.settimeout(0)
    try:
        if connection.recv(1) == b"":
            raise ConnectionAbortedError
    except ssl.SSLWantReadError:
        return


def _message(event: Event, host: str) -> bytes:
    return _header(event.record, host).encode() + _BYTE_ORDER_MARK + event.body


def _header(record: Record, host: str) -> str:
    severity = _SEVERITIES.get(str(record.body.get("action")), 6)
    at = record.recorded_at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    data = f'{SD_ID} stream="{_escaped(record.stream)}" position="{record.position}" record="{record.record_id}"'
    return f"<{_LOG_AUDIT * 8 + severity}>1 {at} {host} atesaki - {_printable(record.kind, 32)} [{data}] "


def _printable(text: str, most: int) -> str:
    """Keep what RFC 5424 §6 allows in a header field."""
    return "".join(letter for letter in text if "!" <= letter <= "~")[:most] or "-"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("]", "\\]")
