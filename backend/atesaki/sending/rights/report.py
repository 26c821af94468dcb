"""What is held about one person, as it is answered to whoever asks on their behalf."""

import datetime as dt

from msgspec import Struct


class Written(Struct, frozen=True):
    """One place of a record: where, and how the person is written and named there."""

    place: str
    text: str
    name: str | None = None


class HeldRecord(Struct, frozen=True):
    """A record of the journal that names the person."""

    record_id: str
    kind: str
    subject: str
    recorded_at: dt.datetime
    expires_at: dt.datetime | None
    redacted: bool
    written: tuple[Written, ...]


class Membership(Struct, frozen=True):
    """A roster that the person is on."""

    roster: str
    handling: str
    purpose: str
    owner: str
    address: str
    name: str | None


class Report(Struct, frozen=True, kw_only=True):
    """Everything that is held about a person; `thorough` says whether the whole journal was read for it.

    `records` are the first `MOST_RECORDS`, `record_count` counts all of them; `elsewhere` counts, by table and column,
    all rows in which the address stands: what is listed above, and whatever has no place of its own here.
    """

    address: str
    made_at: dt.datetime
    thorough: bool
    records: tuple[HeldRecord, ...]
    record_count: int
    kinds: dict[str, int]
    rosters: tuple[Membership, ...]
    correspondents: int
    accounts: tuple[str, ...]
    sessions: int
    links: int
    authored: int
    answers: int
    uploads: int
    trials: int
    policies: dict[str, list[str]]
    holds: int
    erasures: int
    elsewhere: dict[str, int] = {}

    @property
    def nothing(self) -> bool:
        """Whether nothing was found."""
        counts = (self.record_count, self.correspondents, self.sessions, self.links, self.authored, self.answers)
        lists = (self.rosters, self.accounts, self.policies, self.elsewhere)
        return not any(counts) and not any(lists) and not self.uploads and not self.trials
