"""Policy sets as typed values: policy, rule, message, and when a rule is in force."""

import datetime as dt
from typing import Annotated, Literal

from msgspec import Meta, Struct

from atesaki.judgement.conditions import Condition
from atesaki.judgement.decision import Action, Mode, Release, RemedyKind, Severity
from atesaki.judgement.message import ItemKind

Identifier = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_]{0,63}$(?!\n)")]
RuleMode = Mode | Literal["off"]
"""An `off` rule is kept and tested for its form, and never judged."""

Sentence = Annotated[str, Meta(min_length=1, max_length=400)]


class Text(Struct, frozen=True, forbid_unknown_fields=True):
    """One text in both languages of the product."""

    ja: Sentence
    en: Sentence


class SenderText(Text, frozen=True):
    """What the sender reads; `appointment` says it for a meeting, which has attendees instead of To, Cc and Bcc."""

    appointment: Text | None = None

    def about(self, item: ItemKind) -> Text:
        """Return the text for what is being sent; one that has no words of its own for a meeting is said of both."""
        return self.appointment or self if item == "appointment" else self


class Active(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """The days on which a rule is in force, both included, in the organization's time zone."""

    from_: dt.date | None = None
    until: dt.date | None = None


class Exemption(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A way out that somebody answers for and that ends: after `until` (included, local time) it exempts nobody."""

    id: Identifier | None = None
    when: Condition
    owner: Sentence
    until: dt.date
    why: Sentence


class Rule(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One judgement: when it matches, what it asks for, and the sentence for the sender.

    `unless` is the lasting exemption, `exemptions` are those that end: they silence this rule and no other.
    """

    id: Identifier
    when: Condition
    unless: Condition | None = None
    exemptions: tuple[Exemption, ...] = ()
    action: Action
    release: Release | None = None
    remedies: tuple[RemedyKind, ...] = ()
    message: SenderText
    mode: RuleMode = "enforce"
    active: Active = Active()
    severity: Severity = "medium"
    why: Text | None = None


class Policy(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One threat: a named file of rules."""

    id: Identifier
    title: Text
    why: Text | None = None
    rules: tuple[Rule, ...]
