"""The shipped incident cases: stories that every policy set is tried on before it is published."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import yaml
import yamlcore
from msgspec import Struct

from atesaki.judgement.decide import decide
from atesaki.judgement.facts import Facts, Organization
from atesaki.judgement.message import Message
from atesaki.judgement.policy import Text
from atesaki.judgement.policy_set import PolicySet
from atesaki.policies.drafts import facts_of, message_of
from atesaki.policies.shipped import shipped
from atesaki.policies.suite import Draft, GivenFacts, RosterFacts
from atesaki.sending.replay.report import IncidentReport


class Incident(Struct, frozen=True):
    """One story: a message and what was known."""

    name: str
    story: Text
    message: Message
    facts: Facts


class _Written(Struct, frozen=True):
    story: str
    story_ja: str
    organization: Organization
    message: Draft
    rosters: dict[str, RosterFacts] = {}


def incidents_folder() -> Path:
    """Return the folder of the shipped cases, in a checkout or an installation."""
    return shipped("tests/cases", "cases")


def shipped_incidents() -> Iterator[Incident]:
    """Yield the shipped cases, in the order of their names."""
    for path in sorted(incidents_folder().glob("*.yaml")):
        loaded = yaml.load(path.read_text("utf-8"), Loader=yamlcore.CoreLoader)  # noqa: S506  # It is a safe loader.
        written = msgspec.convert(loaded, _Written)
        given = GivenFacts(organization=written.organization, rosters=written.rosters, known_correspondents=())
        story = Text(written.story_ja, written.story)
        message = message_of("it", {"it": written.message})
        yield Incident(path.stem, story, message, facts_of(given, GivenFacts()))


def changed_incidents(before: PolicySet, after: PolicySet) -> list[IncidentReport]:
    """Return the cases that end in another action under the second set, those that become milder first."""
    found = [_tried(incident, before, after) for incident in shipped_incidents()]
    order = ("block", "warn", "allow")
    changed = [each for each in found if each.before != each.after]
    return sorted(changed, key=lambda each: order.index(each.before) - order.index(each.after))


def _tried(incident: Incident, before: PolicySet, after: PolicySet) -> IncidentReport:
    first, second = (decide(incident.message, policy_set, incident.facts).action for policy_set in (before, after))
    return IncidentReport(incident.name, msgspec.to_builtins(incident.story), first.value, second.value)
