"""A test that fails can take over what happens now, and then passes."""

from typing import Any

import pytest
from tests.policies.files import FILES, SUITE
from tests.policies.test_test import WRONG

from atesaki.policies.adopting import adopted
from atesaki.policies.editing import plain_of, set_value
from atesaki.policies.load import load_set, read_folder
from atesaki.policies.shipped import shipped_folder
from atesaki.policies.test import run_tests

FILE = "strangers_test.yaml"
NOW: dict[str, dict[str, object]] = {
    "{action: block}": {"action": "warn"},
    "{release: justify}": {"release": "acknowledge"},
    "{findings: []}": {"findings": ["three"]},
    "{simulated: [three]}": {"simulated": []},
    "{exposure: {disclosures: 5}}": {"exposure": {"disclosures": 6}},
    "{remedies: {move_to_bcc: 3}}": {"remedies": {}},
    "{says: [four people]}": {"action": "warn"},
    "{silent: true}": {"action": "warn", "findings": ["three"]},
    "{silent: true, simulated: [three]}": {"action": "warn", "findings": ["three"], "simulated": []},
    "{action: block, says: [3 people, four people]}": {"action": "warn", "says": ["3 people"]},
}


@pytest.mark.parametrize(("expect", "now"), NOW.items(), ids=NOW.keys())
def test_each_key_that_a_test_compares_takes_over_what_happens(expect: str, now: dict[str, object]) -> None:
    """No key is dropped that can be compared, none is added but where silence was broken, and the test passes."""
    text = SUITE.replace("{action: warn, release: acknowledge, findings: [three]}", expect)
    files = {**FILES, FILE: text}
    assert adopted(load_set(files), FILE, 0) == now
    mended = set_value(FILE, text, ("tests", 0, "expect"), now)
    assert all(result.passed for result in run_tests(load_set({**files, FILE: mended})))


def test_every_kind_of_expectation_is_tried() -> None:
    """A key that the tests of tests know is known here too."""
    assert WRONG.keys() <= NOW.keys()


def test_silence_stays_silence() -> None:
    """Of a mail that nobody is told about, nothing else is compared from now on."""
    assert adopted(load_set(FILES), FILE, 1) == {"silent": True}


def test_the_shipped_tests_follow_another_threshold() -> None:
    """Whatever keys they compare, and by whatever policies they judge."""
    files = read_folder(shipped_folder())
    changed = files["strangers_visible.yaml"].replace("organizations: {at_least: 3}", "organizations: {at_least: 4}")
    assert changed != files["strangers_visible.yaml"]
    files["strangers_visible.yaml"] = changed
    failed = [result for result in run_tests(load_set(files)) if not result.passed]
    assert failed
    for result in failed:
        tests: Any = plain_of(result.file, files[result.file])
        place = [test["name"] for test in tests["tests"]].index(result.name)
        now = adopted(load_set(files), result.file, place)
        files[result.file] = set_value(result.file, files[result.file], ("tests", place, "expect"), now)
    assert all(result.passed for result in run_tests(load_set(files)))
