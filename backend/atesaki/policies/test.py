"""Runs the tests that stand beside the policies and tells what was expected and what was got."""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from atesaki.judgement.decide import decide
from atesaki.judgement.decision import Action, Decision, Exposure, Mode
from atesaki.judgement.explain import Locale, reason
from atesaki.judgement.policy_set import PolicySet, compile_set
from atesaki.policies.drafts import facts_of, message_of
from atesaki.policies.errors import PolicyError, PolicyErrors
from atesaki.policies.load import LoadedSet, LoadedSuite
from atesaki.policies.suite import Case, Expectation, ExpectedExposure, ExpectedRemedies
from atesaki.policies.suite_checks import qualified

_LOCALES: tuple[Locale, ...] = ("ja", "en")


class Result(Struct, frozen=True):
    """The outcome of one test; without differences it has passed."""

    file: str
    line: int
    column: int
    name: str
    differences: tuple[str, ...]
    ja: str | None = None

    @property
    def passed(self) -> bool:
        """Whether the decision was as expected."""
        return not self.differences

    def named(self, locale: Locale) -> str:
        """Return the name of the test in a language, as far as it has one."""
        return (self.ja if locale == "ja" else None) or self.name


def run_tests(loaded: LoadedSet) -> list[Result]:
    """Run all tests of a set, in the order of the files."""
    return [result for suite in loaded.suites for result in _run_suite(loaded, suite)]


def require_passed(loaded: LoadedSet) -> int:
    """Return the number of tests; raise `PolicyErrors` that name each test that failed."""
    results = run_tests(loaded)
    failed = [_as_error(result) for result in results if not result.passed]
    if failed:
        raise PolicyErrors(failed)
    return len(results)


def _as_error(result: Result) -> PolicyError:
    sentence = f"The test “{result.name}” failed: {'; '.join(result.differences)}."
    return PolicyError(result.file, result.line, result.column, sentence)


def decided(loaded: LoadedSet, suite: LoadedSuite, case: Case) -> Decision:
    """Return what is decided about the draft of a test."""
    return _decided(_judging(loaded, suite), suite, case)


def reasons(decision: Decision, policy_set: PolicySet) -> list[str]:
    """Return every sentence that the findings say, in each language."""
    return [reason(finding, policy_set, locale, decision.item) for finding in decision.findings for locale in _LOCALES]


def rules_told(decision: Decision, mode: Mode) -> list[str]:
    """Return the rules of one mode that match, each once as `policy.rule`."""
    return sorted({f"{f.policy}.{f.rule}" for f in decision.findings if f.mode == mode})


def _judging(loaded: LoadedSet, suite: LoadedSuite) -> PolicySet:
    """Return the policies by which the tests of a file are judged."""
    policy_set = loaded.policy_set
    if suite.suite.scope == "set":
        return policy_set
    return compile_set(policy_set.revision, [policy for policy in policy_set.policies if policy.id == suite.policy])


def _run_suite(loaded: LoadedSet, suite: LoadedSuite) -> Iterator[Result]:
    policy_set = _judging(loaded, suite)
    for number, case in enumerate(suite.suite.tests):
        position = suite.document.error_at(["tests", number], "")
        differences = tuple(_run(policy_set, suite, case))
        yield Result(position.file, position.line, position.column, case.name, differences, case.ja)


def _decided(policy_set: PolicySet, suite: LoadedSuite, case: Case) -> Decision:
    message = message_of(case.draft, suite.suite.drafts)
    return decide(message, policy_set, facts_of(suite.suite.facts, case.facts))


def _run(policy_set: PolicySet, suite: LoadedSuite, case: Case) -> Iterator[str]:
    decision = _decided(policy_set, suite, case)
    for key, (expected, got) in _compared(suite.policy, case.expect, decision).items():
        if expected != got:
            yield f"expected {key} {_shown(expected)}, got {_shown(got)}"
    said = reasons(decision, policy_set)
    for text in case.expect.says or ():
        if not any(text in sentence for sentence in said):
            yield f"expected a reason that says {text}, got {_shown(said)}"


def _compared(policy: str, expect: Expectation, decision: Decision) -> dict[str, tuple[object, object]]:
    """Pair what is expected with what was decided, for the keys that the test gives."""
    action = Action.ALLOW if expect.silent else expect.action
    findings = () if expect.silent else expect.findings
    pairs: dict[str, tuple[object, object]] = {
        "action": (action, decision.action),
        "release": (expect.release, decision.release),
        "findings": (_qualified(findings, policy), rules_told(decision, "enforce")),
        "simulated": (_qualified(expect.simulated, policy), rules_told(decision, "simulate")),
        **{f"exposure.{key}": pair for key, pair in _paired(expect.exposure, decision.exposure)},
        **_remedies(expect, decision),
    }
    return {key: pair for key, pair in pairs.items() if pair[0] is not None}


def _paired(expected: ExpectedExposure | None, got: Exposure) -> Iterator[tuple[str, tuple[object, object]]]:
    for key in ExpectedExposure.__struct_fields__ if expected else ():
        yield key, (getattr(expected, key), getattr(got, key))


def _remedies(expect: Expectation, decision: Decision) -> dict[str, tuple[object, object]]:
    """Compare every kind of remedy, since one that the test leaves out must not be offered."""
    if expect.remedies is None:
        return {}
    got: dict[str, int] = {remedy.kind: len(remedy.recipients) for remedy in decision.remedies}
    kinds = ExpectedRemedies.__struct_fields__
    return {f"remedies.{kind}": (getattr(expect.remedies, kind) or 0, got.get(kind, 0)) for kind in kinds}


def _qualified(names: Iterable[str] | None, policy: str) -> list[str] | None:
    return None if names is None else sorted(qualified(name, policy) for name in names)


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(str, value))}]"
    return "none" if value is None else str(value)
