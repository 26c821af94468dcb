"""Mends a test that fails since its rule was changed on purpose: what it expects follows, or it goes."""

from __future__ import annotations

from typing import Any

from atesaki.console.policies.new_test import NO_NAME, Wrong, named_once
from atesaki.console.policies.workbench import number_in
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.text import mark as _
from atesaki.policies.adopting import adopted
from atesaki.policies.editing import plain_of, remove_item, set_value, unset
from atesaki.policies.errors import PolicyErrors
from atesaki.policies.load import load_set

_CHANGED = _("The draft has changed in the meantime. Look at its tests again.")
_ONLY_ONE = _("It is the only test of this policy. Add another one first.")


def mended_test(ask: Ask, files: dict[str, str], file: str) -> str:
    """Return a test file with one test as the form says; raises `Wrong`."""
    tests = _tests(file, files)
    place = number_in(ask.value("place"), len(tests))
    if ask.value("do") == "remove":
        if len(tests) == 1:
            raise Wrong("mend", _ONLY_ONE)
        return remove_item(file, files[file], ("tests",), place)
    name = " ".join(ask.value("named").split())[:200]
    if not name:
        raise Wrong("mend", NO_NAME)
    named_once(name, [test for number, test in enumerate(tests) if number != place], "mend")
    return _renamed(file, _with_what_happens(files, file, place), place, name)


def _tests(file: str, files: dict[str, str]) -> list[Any]:
    try:
        data: Any = plain_of(file, files[file])
        return list(data["tests"])
    except (PolicyErrors, KeyError, TypeError) as error:
        raise Wrong("mend", _CHANGED) from error


def _with_what_happens(files: dict[str, str], file: str, place: int) -> str:
    try:
        expected = adopted(load_set(files), file, place)
    except PolicyErrors as error:
        raise Wrong("mend", _CHANGED) from error
    return set_value(file, files[file], ("tests", place, "expect"), expected)


def _renamed(file: str, text: str, place: int, name: str) -> str:
    """Give the test its name, in whatever language; the one in the other language would say what no longer holds."""
    data: Any = plain_of(file, text)
    test = data["tests"][place]
    if name in (test["name"], test.get("ja")):
        return text
    return set_value(file, unset(file, text, ("tests", place, "ja")), ("tests", place, "name"), name)
