"""The process that runs one what-if beside the server: asked on standard input, it answers line by line.

A process of its own keeps the interpreter of the server free for those who are sending; it also runs at low priority.
"""

import os
import sys
from typing import Literal

import msgspec
from msgspec import Struct

from atesaki.judgement.errors import AtesakiError, place_of
from atesaki.sending.pseudonym import open_pseudonyms
from atesaki.sending.replay.report import Report
from atesaki.sending.replay.run import Question, run
from atesaki.storage.engine import open_store

NICENESS = 10


class Order(Struct, frozen=True):
    """What is asked; `store` is the address of the store, which no argument of a process may show."""

    store: str
    in_force: dict[str, str]
    draft: dict[str, str]
    since: int
    directories: bool


class Told(Struct, frozen=True, omit_defaults=True):
    """One line of the answer: how far it is, or the result, or why there is none.

    `problem` is a sentence for who asked, `bug` an error that nobody foresaw, for the log.
    """

    done: int = 0
    total: int = 0
    report: Report | None = None
    problem: str | None = None
    bug: str | None = None


State = Literal["running", "done", "failed", "cancelled"]


def main() -> None:
    """Read the order, run it, and tell."""
    os.nice(NICENESS)
    order = msgspec.json.decode(sys.stdin.buffer.read(), type=Order)
    try:
        store = open_store(order.store)
        question = Question(order.in_force, order.draft, order.since, order.directories)
        report = run(store, open_pseudonyms(store), question, lambda done, total: _tell(Told(done, total)))
        _tell(Told(report.messages, report.messages, report))
    except AtesakiError as error:
        _tell(Told(problem=error.detail))
    except Exception as error:  # noqa: BLE001  # A traceback on standard error may hold addresses.
        _tell(Told(bug=f"{type(error).__name__} at {place_of(error)}"))


def _tell(told: Told) -> None:
    # Whoever stops listening ends the run by the broken pipe.
    sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
