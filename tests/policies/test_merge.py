"""Two people's changes of the same files: brought together where they can be, shown where they can't."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from atesaki.policies.difference import MOST_LINES, unified
from atesaki.policies.drafting.merge import merge, rebase

BASE = "a\nb\nc\nd\ne\n"

MERGES = {
    "only mine": ("a\nB\nc\nd\ne\n", BASE, "a\nB\nc\nd\ne\n", 0),
    "only theirs": (BASE, "a\nB\nc\nd\ne\n", "a\nB\nc\nd\ne\n", 0),
    "both in different places": ("A\nb\nc\nd\ne\n", "a\nb\nc\nd\nE\n", "A\nb\nc\nd\nE\n", 0),
    "both the same": ("a\nX\nc\nd\ne\n", "a\nX\nc\nd\ne\n", "a\nX\nc\nd\ne\n", 0),
    "one removes, one adds elsewhere": ("b\nc\nd\ne\n", "a\nb\nc\nd\ne\nf\n", "b\nc\nd\ne\nf\n", 0),
    "both change one line": (
        "a\nX\nc\nd\ne\n",
        "a\nY\nc\nd\ne\n",
        "a\n<<<<<<< mine\nX\n=======\nY\n>>>>>>> theirs\nc\nd\ne\n",
        1,
    ),
    "both add at the end": (
        BASE + "x\n",
        BASE + "y\n",
        BASE + "<<<<<<< mine\nx\n=======\ny\n>>>>>>> theirs\n",
        1,
    ),
    "both change the last lines, and mine have no end": (
        "a\nb\nc\nX\nY",
        "a\nb\nc\nV\nW\n",
        "a\nb\nc\n<<<<<<< mine\nX\nY\n=======\nV\nW\n>>>>>>> theirs\n",
        1,
    ),
    "one removes what the other changes": (
        "a\nc\nd\ne\n",
        "a\nX\nc\nd\ne\n",
        "a\n<<<<<<< mine\n=======\nX\n>>>>>>> theirs\nc\nd\ne\n",
        1,
    ),
}


@pytest.mark.parametrize(("mine", "theirs", "merged", "conflicts"), MERGES.values(), ids=MERGES.keys())
def test_changes_of_one_text_are_merged(mine: str, theirs: str, merged: str, conflicts: int) -> None:
    """Where both changed the same lines, both stand there between marks."""
    found = merge(BASE, mine, theirs)
    assert (found.text, found.conflicts) == (merged, conflicts)


TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "d\n"]), max_size=8).map("".join)


@given(base=TEXTS, changed=TEXTS)
def test_a_text_that_only_one_has_changed_is_theirs(base: str, changed: str) -> None:
    """No conflict arises from nothing, on either side."""
    assert merge(base, changed, base).text == changed
    assert merge(base, base, changed).text == changed
    assert merge(base, changed, changed).text == changed


@given(base=TEXTS, mine=TEXTS, theirs=TEXTS)
def test_no_line_of_mine_is_lost_without_a_word(base: str, mine: str, theirs: str) -> None:
    """A line that I added stands in the merged text."""
    merged = merge(base, mine, theirs).text.splitlines()
    new = [line for line in mine.splitlines() if line not in base.splitlines()]
    assert all(merged.count(line) >= 1 for line in new)


REBASES: dict[str, tuple[dict[str, str], dict[str, str], dict[str, str], list[str], list[str]]] = {
    "nothing in between": ({"a": "2"}, {"a": "1"}, {"a": "2"}, ["a"], []),
    "another file in between": ({"a": "2", "b": "1"}, {"a": "1", "b": "2"}, {"a": "2", "b": "2"}, ["a"], []),
    "the same file in between": ({"a": "2"}, {"a": "3"}, {"a": "3"}, [], ["a"]),
    "the same change in between": ({"a": "2"}, {"a": "2"}, {"a": "2"}, [], []),
    "a new file of mine": ({"a": "1", "b": "1"}, {"a": "2"}, {"a": "2", "b": "1"}, ["b"], []),
    "a file that I removed": ({}, {"a": "1"}, {}, ["a"], []),
    "a file that I removed and they changed": ({}, {"a": "2"}, {"a": "2"}, [], ["a"]),
}


@pytest.mark.parametrize(("mine", "theirs", "files", "kept", "conflicts"), REBASES.values(), ids=REBASES.keys())
def test_a_draft_is_put_onto_newer_files(
    mine: dict[str, str], theirs: dict[str, str], files: dict[str, str], kept: list[str], conflicts: list[str]
) -> None:
    """Files that only one side changed are taken as they are; a file that both changed is named."""
    found = rebase({"a": "1"} if "b" not in theirs else {"a": "1", "b": "1"}, mine, theirs)
    assert (found.files, list(found.kept), list(found.conflicts)) == (files, kept, conflicts)


@pytest.mark.parametrize("lines", [5_000, 200_000])
def test_a_file_of_empty_lines_stalls_nothing(lines: int) -> None:
    """What is alike or too long is not compared for minutes; all of it is still there."""
    blank = "\n" * lines
    begun = time.process_time()
    merged = merge(blank, f"mine\n{blank}", f"{blank}theirs\n").text
    assert time.process_time() - begun < 2
    assert "mine" in merged
    assert "theirs" in merged
    assert unified({"a.yaml": blank}, {"a.yaml": f"{blank}x\n"}, "a.yaml").count("+") <= 5


LONG = "".join(f"{number}\n" for number in range(MOST_LINES + 1))


@pytest.mark.parametrize(("mine", "theirs"), [(LONG, "0\nx\n"), ("0\nx\n", LONG)])
def test_a_text_that_is_too_long_is_one_change(mine: str, theirs: str) -> None:
    """Whoever has it: a person chooses between all of both."""
    assert merge("0\n", mine, theirs).text == f"<<<<<<< mine\n{mine}=======\n{theirs}>>>>>>> theirs\n"
