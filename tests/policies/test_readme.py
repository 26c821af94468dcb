"""The policy reference: every example loads, and every key of the language has one."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args, get_origin

import msgspec
import pytest
from msgspec import Struct
from tests.policies.files import POLICY

from atesaki.judgement.policy import Policy
from atesaki.policies.document import Document
from atesaki.policies.load import load_set
from atesaki.policies.shape import read_document
from atesaki.policies.shipped import shipped_folder
from atesaki.policies.suite import Suite
from atesaki.policies.test import require_passed

README = (shipped_folder() / "README.md").read_text()
BLOCKS = re.findall(r"^```yaml\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
FULL = next(block for block in BLOCKS if block.startswith("id:"))
TESTS = next(block for block in BLOCKS if block.startswith("scope:"))
PARTS = [block for block in BLOCKS if block not in {FULL, TESTS}]
LIMIT = 5


def rule_with(part: str) -> str:
    """Return a policy whose only rule has the keys of an example instead of its own."""
    keys = set(re.findall(r"^(\w+):", part, re.MULTILINE))
    own = {
        "id": "id: example",
        "when": "when: {recipients: {at_least: 1}}",
        "action": "action: warn",
        "message": "message: {ja: 文, en: Text}",
    }
    lines = [text for key, text in own.items() if key not in keys] + part.splitlines()
    rule = "\n".join(f"    {line}" for line in lines).replace("    ", "  - ", 1)
    return POLICY[: POLICY.index("  - id")] + rule + "\n"


def read(block: str) -> Struct:
    """Return an example as the struct that it is part of."""
    if block == TESTS:
        return read_document(Document("example_test.yaml", block), Suite)
    text = block if block == FULL else rule_with(block)
    return read_document(Document("example.yaml", text), Policy)


@pytest.mark.parametrize("part", PARTS)
def test_every_example_loads(part: str) -> None:
    """What the reference shows can be copied into a policy."""
    load_set({"strangers.yaml": rule_with(part)})


@pytest.mark.parametrize("part", PARTS)
def test_every_example_is_short(part: str) -> None:
    """An example shows one thing."""
    assert len(part.splitlines()) <= LIMIT


def test_the_policy_and_the_tests_of_the_reference_belong_together() -> None:
    """The long example of a test file passes on the long example of a policy."""
    loaded = load_set(
        {"roster_visible.yaml": FULL, "roster_visible_test.yaml": TESTS.replace("scope: set", "scope: policy")}
    )
    assert require_passed(loaded) == TESTS.count("- name:")


def test_every_key_of_the_language_is_shown() -> None:
    """A key without an example would be found by nobody."""
    shown = {key for block in BLOCKS for key in keys_shown(read(block))}
    known = {
        (struct, field.encode_name) for struct in structs(Policy, Suite) for field in msgspec.structs.fields(struct)
    }
    assert {f"{struct.__name__}.{key}" for struct, key in known - shown} == SAID_IN_WORDS


SAID_IN_WORDS = {"Expectation.silent", "ExpectedRemedies.remove"}
"""Keys that exclude others of the one example of a test file; the text beside it shows them."""


def test_every_value_of_the_language_is_named() -> None:
    """Words such as `unexpanded_list` stand in the reference as code."""
    values = {
        value
        for struct in structs(Policy, Suite)
        for field in msgspec.structs.fields(struct)
        for value in words(field.type)
    }
    assert {value for value in values if not re.search(rf"\b{value}\b", README)} == set()


def test_words_said_without_an_example_stand_in_the_text() -> None:
    """The two keys that no example shows are explained."""
    assert "silent: true" in README
    assert "{remove: 1}" in README


def test_every_shipped_policy_stands_in_the_table() -> None:
    """The table lists what is shipped, and nothing else."""
    table = README[README.index("## The shipped set") : README.index("## Commands")]
    listed = {name for row in re.findall(r"^\| (`.*?) \|", table, re.MULTILINE) for name in re.findall(r"`(\w+)`", row)}
    shipped = {path.stem for path in Path(shipped_folder()).glob("*.yaml") if not path.stem.endswith("_test")}
    assert listed == shipped


def keys_shown(value: object) -> Iterator[tuple[type, str]]:
    """Yield every struct and key that a value sets."""
    if isinstance(value, Struct):
        for field in msgspec.structs.fields(value):
            inner = getattr(value, field.name)
            if field.required or inner != field.default:
                yield type(value), field.encode_name
            yield from keys_shown(inner)
    elif isinstance(value, dict):
        for inner in value.values():
            yield from keys_shown(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from keys_shown(inner)


def structs(*kinds: object) -> set[type[Struct]]:
    """Return every struct that can be reached from some types."""
    found: set[type[Struct]] = set()
    waiting = list(kinds)
    while waiting:
        kind = waiting.pop()
        if isinstance(kind, type) and issubclass(kind, Struct):
            if kind not in found:
                found.add(kind)
                waiting += [field.type for field in msgspec.structs.fields(kind)]
        else:
            waiting += get_args(kind) if get_origin(kind) is not Literal else ()
    return found


def words(kind: object) -> Iterator[str]:
    """Yield the texts among the fixed values of a type."""
    for inner in get_args(kind):
        if get_origin(kind) is Literal and isinstance(inner, str):
            yield inner
        yield from words(inner)
