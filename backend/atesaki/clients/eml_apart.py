"""Reads a stored mail in a process of its own, which may take so much time and memory and no more.

The standard library takes the square of some mails' length, and nothing can stop a thread that it keeps busy.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from typing import ClassVar, Final

import msgspec
from msgspec import Struct

from atesaki.clients.eml import UnreadableMail, message_from_eml
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.message import Message

CPU_SECONDS: Final = 5
"""An honest mail of 25 MB takes less than one; 5 MB that are made for it took more than a minute."""

MEMORY_BYTES: Final = 512 * 1024 * 1024
"""An honest mail of 25 MB takes 200 MB."""

_PATIENCE: Final = 15.0
"""Seconds after which it is stopped on a machine that has no time for it."""

_NICE = 10
_TOO_HARD = 3
_STOPPED = frozenset({_TOO_HARD, -signal.SIGXCPU, -signal.SIGKILL})


class MailTooHard(AtesakiError):
    """A mail that takes more time or memory to read than mails do."""

    status: ClassVar[int] = 422
    type: ClassVar[str] = "mail-too-hard"


class _Read(Struct):
    message: Message | None = None
    detail: str = ""
    field: str | None = None


def message_apart(data: bytes, *, default_sender: str | None = None) -> Message:
    """Return what `message_from_eml` does; blocks. Raises `UnreadableMail` and `MailTooHard`."""
    read = msgspec.msgpack.decode(_asked(json.dumps(default_sender).encode() + b"\n" + data), type=_Read)
    if read.message is None:
        raise UnreadableMail(read.detail, field=read.field)
    return read.message


def _asked(task: bytes) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "atesaki.clients.eml_apart"],
            input=task,
            stdout=subprocess.PIPE,
            # What an error says of itself may be a piece of the mail.
            stderr=subprocess.DEVNULL,
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _too_hard() from None
    if done.returncode in _STOPPED:
        raise _too_hard()
    done.check_returncode()
    return done.stdout


def _too_hard() -> MailTooHard:
    return MailTooHard("The mail takes too long to read.")


def _main() -> None:
    os.nice(_NICE)
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_SECONDS, CPU_SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # A core file would hold the mail.
    try:
        read = _read()
    except (MemoryError, RecursionError):
        sys.exit(_TOO_HARD)
    sys.stdout.buffer.write(msgspec.msgpack.encode(read))


def _read() -> _Read:
    default_sender = json.loads(sys.stdin.buffer.readline())
    try:
        return _Read(message_from_eml(sys.stdin.buffer.read(), default_sender=default_sender))
    except UnreadableMail as error:
        return _Read(detail=error.detail, field=error.field)


if __name__ == "__main__":
    _main()
