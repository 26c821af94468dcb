"""The vocabulary of `when` and `unless`, exactly as it is written in a policy file."""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta, Struct

from atesaki.judgement.facts import Handling
from atesaki.judgement.message import Field, ItemKind, ThreadKind

Count = Annotated[int, Meta(ge=1, le=1_000_000)]
Pattern = Annotated[str, Meta(min_length=1, max_length=1_000)]
Patterns = Annotated[tuple[Pattern, ...], Meta(min_length=1)]
Audience = Literal["internal", "partner", "external"]
FilterKind = Literal["person", "distribution_list", "unexpanded_list", "unknown", "unreadable"]


class AtLeast(Struct, frozen=True, forbid_unknown_fields=True):
    """A threshold on a number."""

    at_least: Count


class Share(Struct, frozen=True, forbid_unknown_fields=True):
    """A threshold on the matching part of all recipients, 0 to 1."""

    at_least: Annotated[float, Meta(gt=0, le=1)]


class InRoster(Struct, frozen=True, forbid_unknown_fields=True):
    """Membership of a roster, by its handling, its name, or both."""

    handling: Handling | None = None
    name: str | None = None


class RecipientFilter(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Recipients for whom every given key holds, and how many of them it takes.

    With `in_roster`, members of different rosters are never added together:
    the thresholds must be reached within one roster.
    `organizations.at_least` counts the outside organizations of the matching recipients.
    `same_organization: strangers` leaves out an organization whose people are all on one open roster,
    `strangers: true` the recipients where all that match are, within each roster that `in_roster` asks for.
    """

    fields: Annotated[tuple[Field, ...], Meta(min_length=1)] | None = None
    visible: bool | None = None
    audience: Audience | Annotated[tuple[Audience, ...], Meta(min_length=1)] | None = None
    in_roster: InRoster | bool | None = None
    domains: Patterns | None = None
    addresses: Patterns | None = None
    free_mail: bool | None = None
    kind: FilterKind | Annotated[tuple[FilterKind, ...], Meta(min_length=1)] | None = None
    first_time: bool | None = None
    look_alike: bool | Literal["other_ending"] | None = None
    added_to_thread: bool | Literal["organization"] | None = None
    same_organization: bool | Literal["strangers"] | None = None
    strangers: bool | None = None
    at_least: Count = 1
    organizations: AtLeast | None = None
    share: Share | None = None


class ExposureFilter(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Thresholds on what the visible recipients would learn of each other; all given ones must be reached."""

    disclosures: AtLeast | None = None
    people: AtLeast | None = None
    organizations: AtLeast | None = None


class TextFilter(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A text that holds one of the words or matches one of the RE2 patterns, or that is empty."""

    contains: Patterns | None = None
    matches: Patterns | None = None
    empty: bool | None = None


class AttachmentFilter(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Attachments for which every given key holds; `size` in bytes over all of them; inline pictures do not count."""

    any: bool | None = None
    name: Patterns | None = None
    extension: Patterns | None = None
    size: AtLeast | None = None
    missing_although_mentioned: bool | None = None


class SenderFilter(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Who sends: address patterns or directory groups."""

    addresses: Patterns | None = None
    groups: Patterns | None = None


class ThreadFilter(Struct, frozen=True, forbid_unknown_fields=True):
    """How the message continues a conversation; `known` is whether the client told who was in it."""

    kind: ThreadKind | Annotated[tuple[ThreadKind, ...], Meta(min_length=1)]
    known: bool | None = None


class TimeFilter(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """When the message is sent, in the organization's time zone; any of the given keys suffices."""

    outside_office_hours: Literal[True] | None = None
    holidays: Literal[True] | None = None


class Condition(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, rename={"not_": "not"}):
    """One predicate, or several that must all hold.

    `all`, `any` and `not` combine further conditions; keys that stand beside each other must all hold.
    """

    all: tuple[Condition, ...] | None = None
    any: tuple[Condition, ...] | None = None
    not_: Condition | None = None
    recipients: RecipientFilter | None = None
    exposure: ExposureFilter | None = None
    subject: TextFilter | None = None
    body: TextFilter | None = None
    attachments: AttachmentFilter | None = None
    sender: SenderFilter | None = None
    thread: ThreadFilter | None = None
    item: ItemKind | None = None
    time: TimeFilter | None = None
    greeting_mismatch: bool | None = None
    truncated: bool | None = None
