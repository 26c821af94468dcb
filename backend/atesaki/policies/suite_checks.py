"""What types cannot say about a test file: drafts, policies and rules that must exist."""

from collections.abc import Collection, Iterator, Mapping

from yaml import MappingNode, Node, SequenceNode

from atesaki.judgement.builtin import MESSAGES as BUILTIN_RULES
from atesaki.judgement.builtin import POLICY as BUILTIN_POLICY
from atesaki.judgement.policy import Policy
from atesaki.policies.document import Document, Path, entries_of
from atesaki.policies.drafts import lineage
from atesaki.policies.errors import PolicyError
from atesaki.policies.shape import unknown_name
from atesaki.policies.suite import Case, Expectation, GivenFacts, Suite

_SAID_BY_SILENT = ("action", "release", "findings", "remedies")


def suite_errors(
    document: Document, policy: str, suite: Suite, policies: Mapping[str, Policy], unread: Collection[str] = ()
) -> Iterator[PolicyError]:
    """Yield every mistake in the meaning of one test file; `policies` are those of the set by their ids.

    `unread` are policies whose files are there and have mistakes: which rules they would have is not known.
    """
    if policy not in policies:
        yield document.error_at([], f"There is no policy “{policy}” for these tests; the file would be {policy}.yaml.")
        return
    if not suite.tests:
        yield document.error_at(["tests"], "A test file needs at least one test.")
    yield from _people_errors(document)
    yield from _draft_errors(document, suite)
    yield from _late_errors(document, suite)
    rules = {f"{p.id}.{rule.id}" for p in policies.values() for rule in p.rules}
    rules |= {f"{BUILTIN_POLICY}.{rule}" for rule in BUILTIN_RULES}
    names = set()
    for number, case in enumerate(suite.tests):
        if case.name in names:
            yield document.error_at(["tests", number, "name"], "Two tests have this name.")
        names.add(case.name)
        yield from _case_errors(document, ["tests", number], suite, case)
        for path, name in _expected_rules(policy, case.expect):
            if name not in rules and name.partition(".")[0] not in unread:
                sentence = unknown_name(name, sorted(rules), "rule", "Known rules")
                yield document.error_at(["tests", number, "expect", *path], sentence)


def qualified(name: str, policy: str) -> str:
    """Return a rule as `policy.rule`; a name without a policy belongs to the policy of the test file."""
    return name if "." in name else f"{policy}.{name}"


def _people_errors(document: Document) -> Iterator[PolicyError]:
    """Find every list entry that is written as a mapping and is neither an address nor a number of people."""
    for key, value in entries_of(document.root):
        if key.value in {"to", "cc", "bcc", "members", "recipients", "known_correspondents"}:
            yield from _entry_errors(document, value)


def _entry_errors(document: Document, people: Node) -> Iterator[PolicyError]:
    for entry in people.value if isinstance(people, SequenceNode) else ():
        keys = {key.value for key, _ in entry.value} if isinstance(entry, MappingNode) else {"address"}
        if len(keys & {"address", "people"}) != 1:
            yield document.error(entry, "Give either “address” or “people”.")


def _draft_errors(document: Document, suite: Suite) -> Iterator[PolicyError]:
    for name, draft in suite.drafts.items():
        try:
            lineage(name, suite.drafts)
        except KeyError:
            if draft.extend not in suite.drafts:
                sentence = unknown_name(str(draft.extend), suite.drafts, "draft", "Known drafts")
                yield document.error_at(["drafts", name, "extend"], sentence)
        except RecursionError:
            yield document.error_at(["drafts", name, "extend"], "The draft extends itself.")


def _late_errors(document: Document, suite: Suite) -> Iterator[PolicyError]:
    """Find late rosters that the facts of no test have: they would be late without a word."""
    of_file = suite.facts
    everywhere = set(of_file.rosters or ()).union(*(case.facts.rosters or () for case in suite.tests))
    yield from _unknown_late(document, ["facts"], of_file, everywhere)
    for number, case in enumerate(suite.tests):
        rosters = of_file.rosters if case.facts.rosters is None else case.facts.rosters
        yield from _unknown_late(document, ["tests", number, "facts"], case.facts, rosters or ())


def _unknown_late(document: Document, path: Path, facts: GivenFacts, rosters: Collection[str]) -> Iterator[PolicyError]:
    for place, name in enumerate(facts.late_rosters or ()):
        if name not in rosters:
            known = unknown_name(name, sorted(rosters), "roster", "Known rosters")
            sentence = known if rosters else "The facts hold no roster that could be late."
            yield document.error_at([*path, "late_rosters", place], sentence)


def _case_errors(document: Document, path: Path, suite: Suite, case: Case) -> Iterator[PolicyError]:
    if case.draft not in suite.drafts:
        sentence = unknown_name(case.draft, suite.drafts, "draft", "Known drafts")
        yield document.error_at([*path, "draft"], sentence)
    if case.expect == Expectation():
        yield document.error_at([*path, "expect"], "The test expects nothing.")
    doubled = [key for key in _SAID_BY_SILENT if case.expect.silent and getattr(case.expect, key) is not None]
    if doubled:
        sentence = f"“silent” says already that there is no {doubled[0]} to expect."
        yield document.error_at([*path, "expect", doubled[0]], sentence)


def _expected_rules(policy: str, expect: Expectation) -> Iterator[tuple[Path, str]]:
    """Yield every rule that a test expects, with its place there."""
    for key in ("findings", "simulated"):
        for number, name in enumerate(getattr(expect, key) or ()):
            yield (key, number), qualified(name, policy)
