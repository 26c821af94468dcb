"""A decision and its reasons: actions, releases, findings, evidence and remedies."""

import enum
from typing import Final, Literal

from msgspec import Struct

from atesaki.judgement.message import ItemKind


class Action(enum.StrEnum):
    """What happens to the message, mildest first."""

    ALLOW = "allow"
    WARN = "warn"
    BLOCK = "block"

    @property
    def rank(self) -> int:
        """Place in the order allow < warn < block."""
        return _ACTION_RANK[self]


class Release(enum.StrEnum):
    """What lets a held message go, easiest first."""

    SEND_ANYWAY = "send_anyway"
    ACKNOWLEDGE = "acknowledge"
    JUSTIFY = "justify"
    SECOND_CHECK = "second_check"
    NEVER = "never"

    @property
    def rank(self) -> int:
        """Place in the order send_anyway < acknowledge < justify < second_check < never."""
        return _RELEASE_RANK[self]


ALLOW: Final = Action.ALLOW
"""What most messages get: Python 3.11 runs a function whenever a member of an enum is named."""

SECOND_CHECK: Final = Release.SECOND_CHECK
NEVER: Final = Release.NEVER

_ACTION_RANK = {action: rank for rank, action in enumerate(Action)}
_RELEASE_RANK = {release: rank for rank, release in enumerate(Release)}

Mode = Literal["enforce", "simulate"]
RemedyKind = Literal["move_to_bcc", "send_individually", "remove"]
Severity = Literal["low", "medium", "high", "critical"]

SEVERITY_RANK: Final[dict[Severity, int]] = {"low": 0, "medium": 1, "high": 2, "critical": 3}
"""Place in the order low < medium < high < critical; it sorts what is equally strict, and decides nothing."""


class Remedy(Struct, frozen=True):
    """A fix that the client can apply to exactly these recipients."""

    kind: RemedyKind
    recipients: tuple[str, ...]


class Evidence(Struct, frozen=True, omit_defaults=True):
    """What matched: recipients as the client wrote them, their number, and the details of the condition."""

    recipients: tuple[str, ...] = ()
    count: int = 0
    organizations: int = 0
    roster: str | None = None
    words: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    domain: str | None = None
    resembles: str | None = None
    disclosures: int = 0
    people: int = 0
    each: int = 0
    fields: tuple[str, ...] = ()
    error: str | None = None


class Finding(Struct, frozen=True):
    """A rule that matched, with what it asks for and what matched; the sentences are `explain`'s work."""

    policy: str
    rule: str
    action: Action
    release: Release
    mode: Mode
    severity: Severity
    evidence: Evidence
    remedies: tuple[RemedyKind, ...] = ()


class Exposure(Struct, frozen=True):
    """Who would learn whose address: visible recipients, their outside organizations, disclosures."""

    visible: int = 0
    organizations: int = 0
    disclosures: int = 0


class Decision(Struct, frozen=True):
    """The answer of the judgement, before it is put into words.

    `people` would each learn up to `each` addresses: the two numbers behind `exposure.disclosures`.
    `release` is `None` exactly where `action` is allow. `item` is what it was about: a meeting is told in other words.
    """

    action: Action
    release: Release | None
    findings: tuple[Finding, ...]
    exposure: Exposure
    people: int
    each: int
    remedies: tuple[Remedy, ...]
    policy_revision: str
    item: ItemKind = "message"
