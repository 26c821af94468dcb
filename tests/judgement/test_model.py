"""The shipped exposure policies against a model of their own, written from the design pair by pair."""

import random
from itertools import permutations
from typing import NamedTuple

import pytest
from tests.judgement.drafts import facts, message

from atesaki.judgement.decide import decide
from atesaki.judgement.decision import Decision
from atesaki.judgement.facts import RosterHit
from atesaki.policies.load import load_set, read_folder
from atesaki.policies.shipped import shipped_folder

SHIPPED = load_set(read_folder(shipped_folder())).policy_set
OURS = {"hall.example", "mail.hall.example"}
ALONE = {"gmail.com", "docomo.ne.jp"}
COMPANIES = {
    "partner.example": "partner.example",
    "city.osaka.lg.jp": "city.osaka.lg.jp",
    "pref.osaka.lg.jp": "pref.osaka.lg.jp",
    "one.co.jp": "one.co.jp",
    "mail.one.co.jp": "one.co.jp",
    "school.ed.jp": "school.ed.jp",
}
DOMAINS = sorted({*OURS, *ALONE, *COMPANIES})
EXPOSING = {"roster_visible", "sensitive_roster", "strangers_visible", "crowd_one_domain", "added_to_thread"}
MESSAGES_A_SEED = 250


class Roster(NamedTuple):
    """A roster of the model."""

    handling: str
    members: frozenset[str]


class Draft(NamedTuple):
    """A message of the model."""

    to: list[str]
    cc: list[str]
    bcc: list[str]
    kind: str
    thread: list[str]
    rosters: dict[str, Roster]

    def visible(self) -> set[str]:
        """Everybody in To and Cc."""
        return {*self.to, *self.cc}

    def everybody(self) -> set[str]:
        """Everybody at all."""
        return self.visible() | set(self.bcc)


def outsiders(people: set[str]) -> set[str]:
    """Leave out who is ours."""
    return {each for each in people if each.partition("@")[2] not in OURS}


def organization(address: str) -> str:
    """A provider's mailbox is an organization of its own."""
    domain = address.partition("@")[2]
    return address if domain in ALONE else COMPANIES[domain]


def disclosed(draft: Draft) -> int:
    """Count the ordered pairs of outsiders of whom the one would learn the other's address."""
    return sum(learns(draft, *pair) for pair in permutations(outsiders(draft.visible()), 2))


def learns(draft: Draft, one: str, other: str) -> bool:
    """Tell whether the address of the other is new to the one."""
    if {one, other} <= set(draft.thread):
        return False
    shared = {roster.handling for roster in draft.rosters.values() if {one, other} <= roster.members}
    if shared & {"protected", "sensitive"}:
        return True
    return not shared and organization(one) != organization(other)


def expected(draft: Draft) -> set[str]:
    """Return the rules that the words of the shipped set ask for."""
    rules = roster_rules(draft) | added_rules(draft)
    return (
        rules
        if "members_in_one_message" in rules
        else rules | stranger_rules(draft) | crowd_rule(draft) | one_before_blind(draft)
    )


def continues(draft: Draft) -> bool:
    """Tell whether it answers a conversation whose people are known."""
    return draft.kind in {"reply", "reply_all"} and bool(draft.thread)


def newcomers(draft: Draft) -> set[str]:
    """Return the visible outsiders who were not in the conversation."""
    return outsiders(draft.visible()) - set(draft.thread)


def few_added(draft: Draft) -> bool:
    """Tell whether a conversation just goes on, or takes in one or two: a question of who was added."""
    return continues(draft) and len(newcomers(draft)) < 3


def added_rules(draft: Draft) -> set[str]:
    """Another organization in a conversation; seen by so many that they would be strangers anywhere else."""
    if not continues(draft):
        return set()
    known = {organization(each) for each in outsiders(set(draft.thread))}
    added = outsiders(draft.everybody()) - set(draft.thread)
    rules = {"outside_organization"} if {organization(each) for each in added} - known else set()
    organizations = {organization(each) for each in outsiders(draft.visible())}
    if {organization(each) for each in newcomers(draft)} - known and len(organizations) > 4 and disclosed(draft) >= 60:
        rules.add("outsider_among_many")
    return rules


def on(draft: Draft, handling: str) -> list[frozenset[str]]:
    """Return the members of each roster of this handling."""
    return [roster.members for roster in draft.rosters.values() if roster.handling == handling]


def apart(draft: Draft, people: set[str]) -> bool:
    """Tell whether two of them are on one protected roster that no open one holds together."""
    groups = [people & members for members in on(draft, "protected")]
    return any(len(group) > 1 and not any(group <= known for known in on(draft, "open")) for group in groups)


def all_in_thread(draft: Draft, people: set[str]) -> bool:
    """Tell whether a conversation goes on without anybody new of a protected roster."""
    return continues(draft) and not (people & set().union(*on(draft, "protected"))) - set(draft.thread)


def roster_rules(draft: Draft) -> set[str]:
    """Two of a protected roster never see each other; two of a sensitive one share no message."""
    rules = set()
    if apart(draft, draft.visible()) and not all_in_thread(draft, draft.visible()):
        rules.add("members_in_to_or_cc")
    if shown_to_members(draft) and not all_in_thread(draft, draft.everybody()):
        rules |= set() if apart(draft, draft.visible()) and not continues(draft) else {"member_before_blind_members"}
    if any(len(draft.everybody() & members) > 1 for members in on(draft, "sensitive")):
        rules.add("members_in_one_message")
    elif beside_outsider(draft) and not continues(draft):
        rules.add("member_beside_outsider")
    return rules


def shown_to_members(draft: Draft) -> bool:
    """Tell whether one from outside on a protected roster is seen where two of one roster get the message."""
    seen = outsiders(draft.visible()) & set().union(*on(draft, "protected"))
    return bool(seen) and apart(draft, draft.everybody())


def beside_outsider(draft: Draft) -> bool:
    """Tell whether somebody of a sensitive roster and somebody outside of no roster see each other."""
    listed = set().union(*(roster.members for roster in draft.rosters.values()))
    others = {each for each in outsiders(draft.visible()) - listed if not each.endswith("@partner.example")}
    return bool(others) and any(draft.visible() & members for members in on(draft, "sensitive"))


def one_before_blind(draft: Draft) -> set[str]:
    """Tell whether a private address is seen by at least ten from outside, and no other rule says so."""
    everybody, seen = outsiders(draft.everybody()), outsiders(draft.visible())
    told = len(seen) > 2 and len({organization(each) for each in seen}) > 2 and disclosed(draft) >= 6
    private = any(each.partition("@")[2] in ALONE for each in seen)
    many = len(everybody) > 10 and len({organization(each) for each in everybody}) > 4
    holds = private and many and everybody - seen and not (continues(draft) or told or shown_to_members(draft))
    return {"one_before_blind"} if holds else set()


def stranger_rules(draft: Draft) -> set[str]:
    """Three outsiders of three organizations, ten of two, and ten of five, who would learn something."""
    people = outsiders(draft.visible())
    organizations, learned = len({organization(each) for each in people}), disclosed(draft)
    rules: set[str] = set()
    if few_added(draft):
        return rules
    if (len(people) > 2 and organizations > 2 and learned >= 6) or (
        len(people) > 9 and organizations > 1 and learned >= 18
    ):
        rules.add("strangers")
    if len(people) > 9 and organizations > 4 and learned >= 60:
        rules.add("many_strangers")
    return rules


def crowd_rule(draft: Draft) -> set[str]:
    """Ten of one organization who are not all on one open roster."""
    people = outsiders(draft.visible())
    if few_added(draft):
        return set()
    groups = [{each for each in people if organization(each) == name} for name in map(organization, people)]
    known = [roster.members for roster in draft.rosters.values() if roster.handling == "open"]
    strangers = [group for group in groups if not any(group <= members for members in known)]
    return {"crowd"} if any(len(group) > 9 for group in strangers) else set()


def drawn(rng: random.Random) -> Draft:
    """Draw a message to few or to many people of few domains, who may be written twice."""
    domains = rng.sample(DOMAINS, rng.randint(1, 5))
    domains += domains[:1] * rng.choice([0, 8])
    pool = [f"p{number}@{rng.choice(domains)}" for number in range(rng.choice([3, 6, 14, 25]))]

    def some(most: int) -> list[str]:
        return rng.choices(pool, k=rng.randint(0, most))

    to, kind = some(rng.choice([4, 2 * len(pool)])), rng.choice(["new", "reply", "reply_all", "forward"])
    thread = [] if kind == "new" else rng.choice([[], some(4), pool, to[:-1]])
    rosters = {
        f"roster {number}": Roster(
            rng.choice(["open", "protected", "sensitive"]),
            frozenset(rng.sample(pool, rng.choice([rng.randint(0, len(pool)), len(pool)]))),
        )
        for number in range(rng.choice([0, 0, 1, 2, 3]))
    }
    return Draft(to, some(5), some(4), kind, thread, rosters)


def judged(draft: Draft) -> Decision:
    """Return what the shipped policies say."""
    hits = {
        each: tuple(
            RosterHit(name, roster.handling)  # type: ignore[arg-type]  # One of the three.
            for name, roster in draft.rosters.items()
            if each in roster.members
        )
        for each in draft.everybody()
    }
    thread = {"kind": draft.kind, "recipients": draft.thread}
    sent = message(to=draft.to, cc=draft.cc, bcc=draft.bcc, thread=thread)
    return decide(sent, SHIPPED, facts(rosters=hits, known_correspondents=frozenset()))


@pytest.mark.parametrize("seed", range(8))
def test_the_judgement_is_what_the_words_say(seed: int) -> None:
    """Counting by masks, groups and shapes finds what looking at each pair finds, for thousands of small messages."""
    rng = random.Random(seed)  # noqa: S311 - the same messages each time
    for _ in range(MESSAGES_A_SEED):
        draft = drawn(rng)
        decision = judged(draft)
        found = {each.rule for each in decision.findings if each.policy in EXPOSING and each.mode == "enforce"}
        assert (decision.exposure.disclosures, found) == (disclosed(draft), expected(draft)), draft
