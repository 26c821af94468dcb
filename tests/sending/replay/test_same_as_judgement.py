"""The heart of what-if: what is told of an old message is what the judgement says of the message itself."""

import datetime as dt
from typing import Any

import msgspec
from hypothesis import given, note
from hypothesis import strategies as st
from tests.judgement.drafts import HALL, MONDAY_MORNING, message, rule
from tests.judgement.test_laws import ROSTERS, SHIPPED, addresses, drafts

from atesaki.identity.verifier import Identity
from atesaki.journal.columns import read_personal
from atesaki.judgement.decide import decide_for
from atesaki.judgement.decision import Decision
from atesaki.judgement.facts import Facts, Organization
from atesaki.judgement.message import Message
from atesaki.judgement.people import People
from atesaki.judgement.policy import Policy
from atesaki.judgement.policy_set import PolicySet, compile_set
from atesaki.sending.case import Case
from atesaki.sending.index.describe import Known, described, people_of
from atesaki.sending.index.features import Features, packed, unpacked
from atesaki.sending.index.records import Body, Personal
from atesaki.sending.pseudonym import Pseudonyms
from atesaki.sending.record import body_of, personal_of
from atesaki.sending.replay.compare import Comparison
from atesaki.sending.request import Caller, Client, DecisionRequest
from atesaki.storage.engine import micros

PSEUDONYMS = Pseudonyms(b"key")
EMPTY = compile_set("empty", [])
OURS = msgspec.structs.replace(HALL, holidays=(dt.date(2026, 11, 23),))


def features_of(draft: Message, known: Facts, policy_set: PolicySet = SHIPPED) -> tuple[Features, Decision]:
    """Return what would be kept of a message, and its decision."""
    people = People(draft, known.organization, known.expansions)
    decision = decide_for(people, policy_set, known)
    case = Case("id", DecisionRequest(draft, Client()), Caller("key"), people, known, policy_set, 0)
    body = body_of(case, decision, None, "ja")
    personal = personal_of(people, decision, "", identity=Identity("p", "s"), fingerprint=None)
    read = msgspec.json.decode(msgspec.json.encode(body), type=Body)
    kept_personal = msgspec.convert(read_personal(msgspec.json.encode(personal)), Personal)
    long_ago = micros(known.now - dt.timedelta(days=1))
    sender = PSEUDONYMS.of(people.sender.key)
    acquaintances = {(sender, PSEUDONYMS.of(key)): long_ago for key in known.known_correspondents or ()}
    kept = Known(known.organization, known.rosters, acquaintances)
    whom = people_of(kept_personal, known.organization)
    features = described(read, kept_personal, whom, kept, PSEUDONYMS)
    return unpacked(packed(features)), decision


def told(
    features: Features, policy_set: PolicySet, organization: Organization = OURS, *, directories: bool = False
) -> tuple[set[str], set[str], set[str]]:
    """Return the rules that surely match, those that can't be told, and all possible kinds of change from nothing."""
    comparison = Comparison(
        EMPTY,
        policy_set,
        organization,
        PSEUDONYMS,
        lambda _: None if policy_set is EMPTY else ALL,
        directories=directories,
    )
    change = comparison.change(features)
    return set(change.after), set(change.untold), {change.kind}


ALL = compile_set("all", SHIPPED.policies)
"""Stands for the policies of any revision, as far as it asks for facts."""

PATTERNS = ["hall.example", "*.example.net", "=gmail.com", "jp", "one.example.net", "*.ne.jp"]
ADDRESSES = [
    "*@gmail.com",
    "p1@gmail.com",
    "p1+x@gmail.com",
    "p*@one.example.net",
    "*@*.example.org",
    "p2@two.example.org",
]


YES = st.booleans().map(lambda _: True)


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Return a strategy that leaves the key out as often as not."""
    return st.none() | strategy


def given_keys(keys: dict[str, st.SearchStrategy[Any]], *, least: int = 0) -> st.SearchStrategy[dict[str, Any]]:
    """Return mappings that hold some of the keys."""
    some = st.fixed_dictionaries({}, optional=keys)
    return some.filter(lambda found: len(found) >= least)


recipients = given_keys(
    {
        "fields": st.lists(st.sampled_from(["to", "cc", "bcc"]), min_size=1, max_size=2, unique=True),
        "visible": st.booleans(),
        "audience": st.lists(st.sampled_from(["internal", "partner", "external"]), min_size=1, max_size=2, unique=True),
        "in_roster": st.booleans() | st.sampled_from([{"handling": "protected"}, {"name": "committee"}]),
        "domains": st.lists(st.sampled_from(PATTERNS), min_size=1, max_size=2),
        "addresses": st.lists(st.sampled_from(ADDRESSES), min_size=1, max_size=2),
        "free_mail": st.booleans(),
        "kind": st.sampled_from(["person", "distribution_list", "unexpanded_list", "unknown", "unreadable"]),
        "first_time": st.booleans(),
        "look_alike": st.booleans() | st.just("other_ending"),
        "added_to_thread": st.booleans() | st.just("organization"),
        "same_organization": YES | st.just("strangers"),
        "strangers": YES,
        "at_least": st.integers(1, 4),
        "organizations": st.fixed_dictionaries({"at_least": st.integers(1, 3)}),
        "share": st.fixed_dictionaries({"at_least": st.sampled_from([0.2, 0.5, 1.0])}),
    }
)
texts = given_keys({"contains": st.just(["offer"]), "matches": st.just(["o.*r"]), "empty": st.booleans()}, least=1)
files = given_keys(
    {
        "any": st.booleans(),
        "name": st.just(["plan*"]),
        "extension": st.lists(st.sampled_from(["pdf", ".PNG", "tar.gz"]), min_size=1),
        "size": st.just({"at_least": 100}),
        "missing_although_mentioned": st.booleans(),
    },
    least=1,
)
leaves = st.one_of(
    recipients.map(lambda value: {"recipients": value}),
    recipients.map(lambda value: {"recipients": value}),
    given_keys(
        {
            "disclosures": st.builds(lambda n: {"at_least": n}, st.integers(1, 30)),
            "people": st.builds(lambda n: {"at_least": n}, st.integers(1, 6)),
            "organizations": st.builds(lambda n: {"at_least": n}, st.integers(1, 4)),
        },
        least=1,
    ).map(lambda value: {"exposure": value}),
    texts.map(lambda value: {"subject": value}),
    texts.map(lambda value: {"body": value}),
    files.map(lambda value: {"attachments": value}),
    given_keys(
        {
            "addresses": st.lists(
                st.sampled_from(["staff@hall.example", "*@hall.example", "s*@hall.example", "x@y.example"]), min_size=1
            ),
            "groups": st.just(["g"]),
        },
        least=1,
    ).map(lambda value: {"sender": value}),
    st.fixed_dictionaries(
        {"kind": st.lists(st.sampled_from(["new", "reply", "reply_all", "forward"]), min_size=1)},
        optional={"known": st.booleans()},
    ).map(lambda value: {"thread": value}),
    st.sampled_from(["message", "appointment"]).map(lambda value: {"item": value}),
    given_keys({"outside_office_hours": YES, "holidays": YES}, least=1).map(lambda value: {"time": value}),
    st.booleans().map(lambda value: {"greeting_mismatch": value}),
    st.booleans().map(lambda value: {"truncated": value}),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda value: {"all": value}),
        st.lists(inner, min_size=1, max_size=3).map(lambda value: {"any": value}),
        inner.map(lambda value: {"not": value}),
        st.tuples(leaves, inner).map(lambda pair: {**pair[0], "not": pair[1]}),
    ),
    max_leaves=6,
)
exemption = conditions.flatmap(
    lambda when: st.sampled_from(["2026-11-01", "2026-12-31"]).map(
        lambda until: {"when": when, "owner": "office", "until": until, "why": "because"}
    )
)
rules = st.fixed_dictionaries(
    {"when": conditions},
    optional={
        "unless": conditions,
        "exemptions": st.lists(exemption, max_size=2),
        "action": st.sampled_from(["warn", "block"]),
        "mode": st.sampled_from(["enforce", "simulate"]),
        "active": st.sampled_from([{"from": "2026-11-24"}, {"until": "2026-11-23"}, {"from": "2026-11-01"}]),
    },
)
odd_recipients = st.one_of(
    addresses,
    st.sampled_from(
        [
            "p1+x@gmail.com",
            "P.1@gmail.com",
            "staff@hall.example",
            "no address",
            "p2@sub.two.example.org",
            "x@y",
            "p1@hall.com",
        ]
    ),
).flatmap(
    lambda address: st.sampled_from(["person", "distribution_list", "unknown"]).map(
        lambda kind: {"address": address, "kind": kind}
    )
)
odd_lists = st.lists(odd_recipients, max_size=8)
attachments = st.lists(
    st.sampled_from(
        [
            {"name": "plan.pdf", "size": 200},
            {"name": "logo.png", "size": 50, "inline": True},
            {"name": "photo.png", "size": 150},
            {"name": "plan.tar.gz", "size": 10},
            {"name": "plan", "size": 500},
        ]
    ),
    max_size=3,
)
odd_drafts = st.fixed_dictionaries(
    {
        "to": odd_lists,
        "cc": odd_lists,
        "bcc": odd_lists,
        "thread": st.fixed_dictionaries(
            {
                "kind": st.sampled_from(["new", "reply", "reply_all", "forward"]),
                "recipients": st.lists(addresses, max_size=4),
            }
        ),
        "truncated": st.lists(st.sampled_from(["to", "body"]), max_size=1),
        "attachments": attachments,
        "subject": maybe(st.sampled_from(["", "  ", "an offer", "please find attached"])),
        "body_text": maybe(st.sampled_from(["", "offer", "Dear p1, find the attached file"])),
        "item": st.sampled_from(["message", "appointment"]),
    }
)
moments = st.sampled_from([0, 8, 12, 18, 48]).map(lambda hours: MONDAY_MORNING + dt.timedelta(hours=hours))
known_facts = st.builds(
    lambda rosters, known, now, stale, late: Facts(
        now=now,
        organization=OURS,
        rosters={} if "rosters" in stale else rosters,
        known_correspondents=None if "history" in stale else known,
        stale=tuple(stale),
        late_rosters=frozenset() if "rosters" in stale else late,
    ),
    st.dictionaries(addresses, st.sampled_from(ROSTERS).map(lambda hit: (hit,)), max_size=8),
    st.frozensets(addresses, max_size=8),
    moments,
    st.lists(st.sampled_from(["rosters", "history"]), max_size=1),
    st.frozensets(st.sampled_from([hit.roster for hit in ROSTERS]), max_size=2),
)


def policies(*written: dict[str, Any]) -> PolicySet:
    """Return a policy set with these rules."""
    named = [rule(**{"action": "warn", **each}) | {"id": f"rule{number}"} for number, each in enumerate(written)]
    title = {"ja": "試験", "en": "Test"}
    return compile_set("test", [msgspec.convert({"id": "a", "title": title, "rules": named}, Policy)])


@given(drafts, known_facts)
def test_shipped_policies_say_the_same_of_features(draft: dict[str, Any], known: Facts) -> None:
    """Whatever is told of a message under the shipped policies is what was decided, and all but the text is told."""
    features, decision = features_of(message(**draft), known)
    fired, untold, kinds = told(features, SHIPPED)
    truth = {f"{found.policy}.{found.rule}" for found in decision.findings}
    assert fired <= truth <= fired | untold | {name for name in truth if name.startswith("atesaki.")}
    assert untold <= {
        "attachment_missing.mentioned_but_missing",
        "added_to_thread.outside_organization",
        "added_to_thread.outsider_among_many",
        "crowd_one_domain.crowd",
        "look_alike.other_ending",
        "strangers_visible.many_strangers",
        "strangers_visible.strangers",
    }
    assert kinds <= {kind_of(draft, known, decision), "unknown"}


@given(odd_drafts, known_facts, st.lists(rules, min_size=1, max_size=3))
def test_any_rules_say_the_same_of_features(draft: dict[str, Any], known: Facts, written: list[dict[str, Any]]) -> None:
    """For any message and any rules: never told otherwise than decided; what can't be told is said so."""
    policy_set = policies(*written)
    features, _ = features_of(message(**draft), known)
    decision = decide_for(People(message(**draft), OURS), policy_set, known)
    fired, untold, kinds = told(features, policy_set)
    truth = {f"{found.policy}.{found.rule}" for found in decision.findings if found.policy == "a"}
    note(f"{draft} {known} {written} {fired} {untold} {truth}")
    assert fired - untold <= truth <= fired | untold
    assert kinds <= {kind_of(draft, known, decision), "unknown"}


def kind_of(draft: dict[str, Any], known: Facts, decision: Decision) -> str:
    """Return the change from nothing to what was decided."""
    before = decide_for(People(message(**draft), OURS, known.expansions), EMPTY, known).action
    if decision.action is before:
        return "same"
    return "silent" if decision.action == "allow" else {"warn": "warned", "block": "blocked"}[decision.action]
