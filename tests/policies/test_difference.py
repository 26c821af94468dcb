"""What differs between two policy sets, in words and line by line."""

from tests.policies.files import FILES, POLICY, changed

from atesaki.policies.difference import MOST_LINES, FileDifference, KeyDifference, RuleDifference, differences, unified

SECOND = POLICY.replace("id: three", "id: another").partition("rules:\n")[2]


def test_equal_sets_differ_in_nothing() -> None:
    """Nothing is said where nothing changed."""
    assert differences(FILES, dict(FILES)) == []


def test_a_changed_rule_is_named_with_its_keys() -> None:
    """Each key stands as it is written before and after."""
    after = changed("action: warn", "action: block\n    release: justify")
    (found,) = differences(FILES, after)
    assert found == FileDifference(
        file="strangers.yaml",
        kind="changed",
        rules=(
            RuleDifference(
                "three", "changed", (KeyDifference("action", "warn", "block"), KeyDifference("release", "—", "justify"))
            ),
        ),
    )


def test_rules_that_come_and_go_are_named() -> None:
    """Both directions tell the same story."""
    more = {**FILES, "strangers.yaml": POLICY + SECOND}
    assert differences(FILES, more)[0].rules == (RuleDifference("another", "added"),)
    assert differences(more, FILES)[0].rules == (RuleDifference("another", "removed"),)


def test_a_policy_that_comes_brings_its_rules_and_tests() -> None:
    """The file of tests is told apart from the policy."""
    policy, tests = differences({}, FILES)
    assert (policy.kind, policy.rules, policy.tests) == ("added", (RuleDifference("three", "added"),), False)
    assert (tests.kind, tests.tests, tests.readable) == ("added", True, True)
    assert [found.kind for found in differences(FILES, {})] == ["removed", "removed"]


def test_comments_and_layout_change_no_rule() -> None:
    """The file is named, and nothing in it."""
    (found,) = differences(FILES, {**FILES, "strangers.yaml": f"# why\n{POLICY}"})
    assert (found.kind, found.keys, found.rules, found.readable) == ("changed", (), (), True)


def test_what_stands_above_the_rules_is_compared_too() -> None:
    """A new title is a change of the policy, not of a rule."""
    (found,) = differences(FILES, changed("en: Title", "en: Other"))
    assert found.keys == (KeyDifference("title", "{ja: 題, en: Title}", "{ja: 題, en: Other}"),)


def test_a_text_that_is_no_policy_is_still_told_as_changed() -> None:
    """A draft in the middle of a word can be compared."""
    (found,) = differences(FILES, changed("action: warn", "action: wran"))
    assert (found.kind, found.readable) == ("changed", False)


def test_lines_are_compared_as_diff_does() -> None:
    """Also where a file has no last line end, comes or goes."""
    assert unified({"a.yaml": "x\ny"}, {"a.yaml": "x\nz\n"}, "a.yaml") == (
        "--- before/a.yaml\n+++ after/a.yaml\n@@ -1,2 +1,2 @@\n x\n-y\n\\ No newline at end of file\n+z\n"
    )
    assert unified({}, {"a.yaml": "x\n"}, "a.yaml").startswith("--- /dev/null\n+++ after/a.yaml\n")
    assert unified({"a.yaml": "x\n"}, {}, "a.yaml").startswith("--- before/a.yaml\n+++ /dev/null\n")


def test_a_text_that_is_too_long_is_not_compared_line_by_line() -> None:
    """Whoever uploads one keeps nobody waiting; the longest that is compared, is."""
    longest = "x\n" * MOST_LINES
    assert unified({}, {"a.yaml": longest}, "a.yaml").count("\n+x") == MOST_LINES
    assert unified({}, {"a.yaml": f"{longest}x\n"}, "a.yaml") == ""
