"""What an admin tries: a message, the rules to judge it by, and the facts that are assumed."""

from __future__ import annotations

import datetime as dt
from typing import Final

import msgspec
from msgspec import Struct

from atesaki.console.shell.ask import Ask
from atesaki.console.try_it.form import Form

IN_FORCE, PASTED, DRAFT, NUMBER = "in_force", "pasted", "draft:", "number:"
"""Which rules: those in force, one pasted policy among those in force, a draft, or an earlier publication."""

_TIME: Final = "%Y-%m-%dT%H:%M"


class Choices(Struct, frozen=True):
    """Everything but the message, as texts of a form.

    `history` is `real`, `nobody` (the sender has never mailed anybody) or `everybody`;
    `now` is a local time, empty for the present moment; `groups` are the sender's, one a line.
    """

    rules: str = IN_FORCE
    yaml: str = ""
    now: str = ""
    rosters: str = "real"
    history: str = "real"
    groups: str = ""

    @property
    def assumes(self) -> bool:
        """Whether any fact is assumed, so that the fields for it should be open."""
        return self != Choices(rules=self.rules, yaml=self.yaml)


class Trial(Struct, frozen=True):
    """A message and the choices that it is judged with."""

    form: Form = Form()
    choices: Choices = Choices()


def choices_from(ask: Ask) -> Choices:
    """Return the choices as they were posted."""
    texts = {name: ask.value(name, default) for name, default in msgspec.structs.asdict(Choices()).items()}
    return Choices(**{**texts, "yaml": texts["yaml"].replace("\r\n", "\n")})


def moment_of(choices: Choices, zone: dt.tzinfo) -> dt.datetime | None:
    """Return the moment that is assumed, `None` for now; raises `ValueError` for a text that is none."""
    text = choices.now.strip()
    return dt.datetime.strptime(text, _TIME).replace(tzinfo=zone) if text else None


def at(choices: Choices, moment: dt.datetime, zone: dt.tzinfo, number: int) -> Choices:
    """Return the choices with what would otherwise be different tomorrow: the moment, and the publication in force."""
    rules = f"{NUMBER}{number}" if choices.rules == IN_FORCE else choices.rules
    now = choices.now or moment.astimezone(zone).strftime(_TIME)
    return msgspec.structs.replace(choices, rules=rules, now=now)
