"""What a test would have to expect to pass: for a rule that was changed on purpose."""

from typing import Any

from atesaki.judgement.decision import Decision
from atesaki.policies.load import LoadedSet
from atesaki.policies.suite import Expectation
from atesaki.policies.test import decided, reasons, rules_told


def adopted(loaded: LoadedSet, file: str, place: int) -> dict[str, object]:
    """Return the keys that a test of a file compares, with what is decided now; the test passes with them.

    A test that expected silence and gets none expects the action and the rules from now on.
    """
    suite = next(suite for suite in loaded.suites if suite.document.file == file)
    case = suite.suite.tests[place]
    decision = decided(loaded, suite, case)
    said = reasons(decision, loaded.policy_set)
    found = _compared(suite.policy, case.expect, decision)
    if says := [text for text in case.expect.says or () if any(text in sentence for sentence in said)]:
        found["says"] = says
    return found or {"action": decision.action.value}


def _compared(policy: str, expect: Expectation, decision: Decision) -> dict[str, object]:
    told = [_short(name, policy) for name in rules_told(decision, "enforce")]
    silent = expect.silent and not told
    broken = expect.silent and not silent
    now: dict[str, Any] = {
        "silent": True if silent else None,
        "action": decision.action.value if broken or expect.action else None,
        "release": decision.release.value if expect.release and decision.release else None,
        "findings": told if broken or expect.findings is not None else None,
        "simulated": None
        if expect.simulated is None
        else [_short(name, policy) for name in rules_told(decision, "simulate")],
        "remedies": None
        if expect.remedies is None
        else {remedy.kind: len(remedy.recipients) for remedy in decision.remedies},
        "exposure": _exposure(expect, decision),
    }
    return {key: value for key, value in now.items() if value is not None}


def _exposure(expect: Expectation, decision: Decision) -> dict[str, int] | None:
    given = expect.exposure
    keys = [key for key in given.__struct_fields__ if getattr(given, key) is not None] if given else []
    return {key: getattr(decision.exposure, key) for key in keys} or None


def _short(name: str, policy: str) -> str:
    return name.removeprefix(f"{policy}.")
