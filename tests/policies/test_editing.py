"""Changes that a form makes to a file: what was asked for, and not one character more."""

import difflib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atesaki.policies.editing import (
    CannotEdit,
    add_item,
    copy_item,
    move_item,
    plain_of,
    remove_item,
    set_value,
    unset,
)
from atesaki.policies.editing.source import Source
from atesaki.policies.shipped import shipped_folder

FILE = "strangers.yaml"
TEXT = """\
# What stands at the top.
id: strangers   # the name of the file
title: {ja: 題, en: "Title"}
rules:
  # Three are company.
  - id: three
    when:   # always
      recipients: {visible: true, at_least: 3}  # not two
    # Not `never`: people may know each other.
    action: warn

    severity: 'high'
    message:
      ja: "{count} 人"
      en: |
        {count} people

  # Ten are a crowd.
  - id: ten
    when: {recipients: {at_least: 10}}
    action: block
    message: {ja: "文", en: Text}
    # The end of ten.
# The end.
"""
"""A file with comments in every place, blocks, flows, three kinds of quotes and a blank line."""

RULE = ("rules", 0)


def changes(after: str, before: str = TEXT) -> list[str]:
    """Return the lines that went and those that came."""
    lines = difflib.ndiff(before.splitlines(), after.splitlines())
    return [line for line in lines if line[0] in "+-"]


SETTING: dict[str, tuple[tuple[str | int, ...], object, list[str]]] = {
    "a plain word": (("rules", 0, "action"), "block", ["-     action: warn", "+     action: block"]),
    "a quoted text keeps its quotes": ((*RULE, "severity"), "low", ["-     severity: 'high'", "+     severity: 'low'"]),
    "a number in a flow, the comment stays": (
        (*RULE, "when", "recipients", "at_least"),
        4,
        [
            "-       recipients: {visible: true, at_least: 3}  # not two",
            "+       recipients: {visible: true, at_least: 4}  # not two",
        ],
    ),
    "a new key in a flow": (
        (*RULE, "when", "recipients", "domains"),
        ["=a.example", "*.b.example, c"],
        [
            "-       recipients: {visible: true, at_least: 3}  # not two",
            "+       recipients: {visible: true, at_least: 3, domains: [=a.example, '*.b.example, c']}  # not two",
        ],
    ),
    "a new key in a block stands behind those before it": ((*RULE, "release"), "justify", ["+     release: justify"]),
    "what is missing on the way is made": (
        (*RULE, "active", "until"),
        "2027-03-31",
        ["+     active: {until: 2027-03-31}"],
    ),
    "a new key of the file": (("why",), {"ja": "訳", "en": "Why"}, ["+ why: {ja: 訳, en: Why}"]),
    "a truth value gives way to a mapping": (
        (*RULE, "when", "recipients", "visible", "x"),
        1,
        [
            "-       recipients: {visible: true, at_least: 3}  # not two",
            "+       recipients: {visible: {x: 1}, at_least: 3}  # not two",
        ],
    ),
    "a block gives way to a line, its comment stays": (
        (*RULE, "when"),
        {"item": "message"},
        [
            "-     when:   # always",
            "-       recipients: {visible: true, at_least: 3}  # not two",
            "+     when: {item: message}   # always  # not two",
        ],
    ),
    "a word that YAML would take for a number is quoted": (
        (*RULE, "severity"),
        "0o17",
        ["-     severity: 'high'", "+     severity: '0o17'"],
    ),
    "a text of several lines": (
        (*RULE, "message", "en"),
        "One\nTwo",
        ["-       en: |", "-         {count} people", '+       en: "One\\nTwo"'],
    ),
}


@pytest.mark.parametrize(("path", "value", "expected"), SETTING.values(), ids=SETTING.keys())
def test_setting_a_value_touches_nothing_else(path: tuple[str | int, ...], value: object, expected: list[str]) -> None:
    """Comments, quotes, blank lines and order are those of the author."""
    orders = ((), (), ("id", "when", "action", "release", "message"))
    assert sorted(changes(set_value(FILE, TEXT, path, value, orders))) == sorted(expected)


UNSETTING: dict[str, tuple[tuple[str | int, ...], list[str]]] = {
    "a line": ((*RULE, "severity"), ["-     severity: 'high'"]),
    "the first of a flow": (("title", "ja"), ['- title: {ja: 題, en: "Title"}', '+ title: {en: "Title"}']),
    "the last of a flow": (
        (*RULE, "when", "recipients", "at_least"),
        [
            "-       recipients: {visible: true, at_least: 3}  # not two",
            "+       recipients: {visible: true}  # not two",
        ],
    ),
    "the only one of a flow": (
        ("rules", 1, "when", "recipients", "at_least"),
        ["-     when: {recipients: {at_least: 10}}", "+     when: {recipients: {}}"],
    ),
    "a block of several lines": (
        (*RULE, "message"),
        ["-     message:", '-       ja: "{count} 人"', "-       en: |", "-         {count} people"],
    ),
    "the first behind a dash": ((*RULE, "id"), ["-   - id: three", "-     when:   # always", "+   - when:   # always"]),
    "one that isn't there": ((*RULE, "mode"), []),
}


@pytest.mark.parametrize(("path", "expected"), UNSETTING.values(), ids=UNSETTING.keys())
def test_unsetting_a_key_leaves_the_comments_above_it(path: tuple[str | int, ...], expected: list[str]) -> None:
    """Whoever wrote them may have meant what follows."""
    assert changes(unset(FILE, TEXT, path)) == expected


def test_a_moved_rule_takes_its_comments_along() -> None:
    """The comment above a rule is about this rule, one that is deeper about the rule before it."""
    moved = move_item(FILE, TEXT, ("rules",), 1, 0)
    assert moved.index("# Ten are") < moved.index("id: ten") < moved.index("# The end of ten.")
    assert moved.index("# The end of ten.") < moved.index("# Three are") < moved.index("id: three")
    assert moved.endswith("# The end.\n")
    assert move_item(FILE, moved, ("rules",), 0, 1).splitlines() == TEXT.splitlines()


def test_a_removed_rule_takes_its_comments_along() -> None:
    """Nothing of the other rule is touched."""
    gone = remove_item(FILE, TEXT, ("rules",), 0)
    assert "Three" not in gone
    assert gone.endswith(TEXT[TEXT.index("  # Ten are") :])


def test_the_last_rule_leaves_an_empty_list() -> None:
    """The loader then says that a policy needs a rule, at this line."""
    gone = remove_item(FILE, remove_item(FILE, TEXT, ("rules",), 0), ("rules",), 0)
    assert plain_of(FILE, gone) == {"id": "strangers", "title": {"ja": "題", "en": "Title"}, "rules": []}
    assert "# The end." in gone


def test_a_copied_rule_has_another_id() -> None:
    """It stands below, and everything else is the same, its inner comments too."""
    copied = copy_item(FILE, TEXT, ("rules",), 0, {"id": "three_again"})
    assert copied.count("# Not `never`") == 2
    assert copied.count("# Three are") == 1
    assert copied.index("id: three\n") < copied.index("id: three_again") < copied.index("id: ten")


def test_an_added_rule_stands_last() -> None:
    """Written as a block, one key a line."""
    rule = {"id": "new", "when": {"item": "message"}, "action": "warn", "message": {"ja": "文", "en": "Text"}}
    assert changes(add_item(FILE, TEXT, ("rules",), rule)) == [
        "+   - id: new",
        "+     when: {item: message}",
        "+     action: warn",
        "+     message: {ja: 文, en: Text}",
    ]


def test_lists_in_a_flow_are_changed_too() -> None:
    """The same operations, with commas."""
    text = "a: [1, {b: 2}, 3]  # note\n"
    assert add_item("a.yaml", text, ("a",), "x, y") == "a: [1, {b: 2}, 3, 'x, y']  # note\n"
    assert remove_item("a.yaml", text, ("a",), 0) == "a: [{b: 2}, 3]  # note\n"
    assert remove_item("a.yaml", text, ("a",), 2) == "a: [1, {b: 2}]  # note\n"
    assert move_item("a.yaml", text, ("a",), 2, 0) == "a: [3, 1, {b: 2}]  # note\n"
    assert copy_item("a.yaml", text, ("a",), 1, {"b": 9}) == "a: [1, {b: 2}, {b: 9}, 3]  # note\n"


def test_a_list_that_is_missing_is_made() -> None:
    """The first exemption of a rule."""
    assert add_item("a.yaml", "a: 1\n", ("b",), {"c": 2}) == "a: 1\nb: [{c: 2}]\n"


@pytest.mark.parametrize("ending", ["\r\n", "\n"])
def test_line_ends_and_byte_order_marks_stay(ending: str) -> None:
    """Files from Windows go back to Windows."""
    text = "\N{ZERO WIDTH NO-BREAK SPACE}" + TEXT.replace("\n", ending)
    changed = set_value(FILE, text, (*RULE, "release"), "never", ((), (), ("action", "release")))
    assert changed.replace(f"    release: never{ending}", "") == text


def test_a_file_without_a_last_line_end_gets_one() -> None:
    """Otherwise two lines would run into each other."""
    assert set_value("a.yaml", "a: 1", ("b",), 2) == "a: 1\nb: 2\n"


def test_what_can_not_be_done_safely_is_refused() -> None:
    """The form then says so and offers the YAML."""
    with pytest.raises(CannotEdit, match="Edit it as YAML"):
        set_value("a.yaml", "a: [1]\n", ("a", "b"), 2)
    with pytest.raises(CannotEdit, match="Edit it as YAML"):
        move_item("a.yaml", "- - 1\n  - 2\n", (0,), 0, 1)


def paths(data: object) -> list[tuple[str | int, ...]]:
    """Return the path of every value in plain data."""
    steps: list[Any] = list(data.items()) if isinstance(data, dict) else []
    steps = list(enumerate(data)) if isinstance(data, list) else steps
    return [path for step, inner in steps for path in ((step,), *((step, *rest) for rest in paths(inner)))]


FILES = sorted(Path(shipped_folder()).glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_value_of_every_shipped_file_can_be_changed(file: Path) -> None:
    """Setting a value to itself changes not one character; setting it to another changes its own lines only."""
    text = file.read_text()
    data: Any = plain_of(file.name, text)
    for path in paths(data):
        value: Any = data
        for step in path:
            value = value[step]
        if not isinstance(value, dict | list):
            assert plain_of(file.name, set_value(file.name, text, path, value)) == data
            assert set_value(file.name, text, path, "zzz").count("\n") <= text.count("\n")
        if isinstance(path[-1], str) and len(path) > 1:
            unset(file.name, text, path)


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-99, 10**6)
    | st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.from_regex("[a-z]{1,5}", fullmatch=True), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(value=VALUES, place=st.sampled_from(paths(plain_of(FILE, TEXT))))
def test_any_value_in_any_place_is_read_back(value: object, place: tuple[str | int, ...]) -> None:
    """Whatever is typed into a form: the file says it, or the edit is refused; comments elsewhere survive."""
    after = set_value(FILE, TEXT, place, value)
    found: Any = plain_of(FILE, after)
    for step in place:
        found = found[step]
    assert found == value
    assert after.startswith("# What stands at the top.\n")
    assert after.endswith("# The end.\n")


def test_positions_count_characters() -> None:
    """Beyond the basic plane and behind separators that some libraries take for line ends."""
    text = "a: 😀\u2028 \nb: 2\n"
    source = Source("a.yaml", text)
    node = source.nodes(("b",))[-1]
    assert text[source.start(node) : source.end(node)] == "2"
