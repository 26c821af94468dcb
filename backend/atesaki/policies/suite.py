"""The tests beside a policy as they are written: drafts of messages, facts, and what is expected of them."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from atesaki.judgement.decision import Action, Release
from atesaki.judgement.facts import Handling, Organization
from atesaki.judgement.message import (
    MAX_RECIPIENTS,
    AddressText,
    Attachment,
    BodyText,
    HeaderText,
    ItemKind,
    ReadField,
    RecipientKind,
    Sender,
    ThreadKind,
)
from atesaki.judgement.policy import Identifier

Source = Literal["rosters", "expansions", "history", "sender_groups"]
"""Whatever is asked at Send and may not answer."""

Number = Annotated[int, Meta(ge=0, le=MAX_RECIPIENTS**2)]
Title = Annotated[str, Meta(min_length=1, max_length=200)]


class Person(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One recipient (`address`), or so many invented ones (`people`).

    Invented people are `p01@company01.example`, `p02@company02.example` …, each of an organization of its own;
    `at` names their domain, or several among which they are dealt out in turn; `first` is the first number.
    """

    address: AddressText | None = None
    name: HeaderText | None = None
    kind: RecipientKind = "person"
    people: Annotated[int, Meta(ge=1, le=MAX_RECIPIENTS)] | None = None
    at: AddressText | tuple[AddressText, ...] | None = None
    first: Number = 1


People = tuple[Person | AddressText, ...]


class DraftThread(Struct, frozen=True, forbid_unknown_fields=True):
    """The conversation of a draft."""

    kind: ThreadKind
    recipients: People = ()


class Draft(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A message in the words of the policy API; what it leaves out comes from the draft that it extends."""

    extend: str | None = None
    sender: Sender | AddressText | None = None
    to: People | None = None
    cc: People | None = None
    bcc: People | None = None
    truncated: tuple[ReadField, ...] | None = None
    subject: HeaderText | None = None
    body_text: BodyText | None = None
    attachments: tuple[Attachment, ...] | None = None
    thread: DraftThread | None = None
    item: ItemKind | None = None


class RosterFacts(Struct, frozen=True, forbid_unknown_fields=True):
    """A roster of the test."""

    handling: Handling
    members: People


class GivenFacts(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What is known besides the message; a key that is left out keeps the value of the file, then the default.

    `late_rosters` are those of `rosters` that could not be kept in step with their groups; what `stale` names is
    unknown, whatever stands here, as it is at Send.
    """

    now: dt.datetime | None = None
    organization: Organization | None = None
    rosters: dict[str, RosterFacts] | None = None
    late_rosters: tuple[str, ...] | None = None
    expansions: dict[str, People | None] | None = None
    known_correspondents: People | None = None
    sender_groups: tuple[str, ...] | None = None
    stale: tuple[Source, ...] | None = None


class ExpectedExposure(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The numbers that are expected of the exposure."""

    visible: Number | None = None
    organizations: Number | None = None
    disclosures: Number | None = None


class ExpectedRemedies(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How many recipients each remedy is expected to touch; one that is left out must not be offered."""

    move_to_bcc: Number | None = None
    send_individually: Number | None = None
    remove: Number | None = None


class Expectation(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a test expects; only the given keys are compared, each exactly.

    `findings` are the enforced rules that match, `simulated` the others; `silent` means allowed without any finding;
    `says` are texts that stand in one of the reasons, in either language.
    """

    action: Action | None = None
    release: Release | None = None
    findings: tuple[str, ...] | None = None
    simulated: tuple[str, ...] | None = None
    remedies: ExpectedRemedies | None = None
    exposure: ExpectedExposure | None = None
    says: tuple[Title, ...] | None = None
    silent: Literal[True] | None = None


class Case(Struct, frozen=True, forbid_unknown_fields=True):
    """One test: a draft, facts that differ from those of the file, and what is expected.

    `ja` is its name for people who read Japanese, where `name` is English.
    """

    name: Title
    draft: str
    expect: Expectation
    facts: GivenFacts = GivenFacts()
    ja: Title | None = None


class Suite(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A `_test.yaml` file; `scope: set` judges by all policies, else by the policy of the same name alone."""

    scope: Literal["policy", "set"] = "policy"
    facts: GivenFacts = GivenFacts()
    drafts: dict[Identifier, Draft]
    tests: tuple[Case, ...]
