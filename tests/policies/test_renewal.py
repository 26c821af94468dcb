"""What a newer version ships is offered to a store that began with an older one, and overwrites nobody's change."""

import json
from pathlib import Path

import pytest

from atesaki.policies.renewal import Renewals, renewed
from atesaki.policies.revisions import SHIPPED_BY, RevisionStore
from atesaki.storage.engine import Store

OLD = {"a.yaml": "one\ntwo\nthree\n", "a_test.yaml": "test\n", "b.yaml": "b\n"}
NEW = {"a.yaml": "one\ntwo\nTHREE\n", "a_test.yaml": "test anew\n", "c.yaml": "c\n"}


def test_what_nobody_touched_is_taken_whole() -> None:
    """Changed, new and withdrawn policies, each with its tests."""
    found = renewed(OLD, OLD, NEW)
    assert (found.files, found.taken, found.left) == (NEW, ("a", "b", "c"), ())


def test_own_changes_elsewhere_in_a_file_stay() -> None:
    """An exemption that somebody added to a rule is not lost."""
    found = renewed(OLD, OLD | {"a.yaml": "ONE\ntwo\nthree\n"}, NEW | {"a_test.yaml": OLD["a_test.yaml"]})
    assert (found.files["a.yaml"], found.taken) == ("ONE\ntwo\nTHREE\n", ("a", "b", "c"))


def test_a_policy_changed_in_the_same_place_stays_with_its_tests() -> None:
    """Nobody gets new tests of a rule that stays as it was."""
    own = OLD | {"a.yaml": "one\ntwo\nmine\n"}
    found = renewed(OLD, own, NEW)
    assert (found.taken, found.left) == (("b", "c"), ("a",))
    assert {name: text for name, text in found.files.items() if name != "c.yaml"} == {
        "a.yaml": own["a.yaml"],
        "a_test.yaml": own["a_test.yaml"],
    }


@pytest.mark.parametrize("own", [{}, {"b.yaml": "b\n"}, {"b.yaml": "mine\n"}])
def test_what_was_taken_out_does_not_come_back(own: dict[str, str]) -> None:
    """Who removed a policy doesn't want it, and who changed a withdrawn one keeps it."""
    found = renewed(OLD, own, NEW)
    assert "a.yaml" not in found.files
    assert found.files.get("b.yaml") == ("mine\n" if own.get("b.yaml") == "mine\n" else None)
    assert found.left == ()


def test_what_is_in_force_already_is_no_news() -> None:
    """Also where it was merged with changes of one's own."""
    own = {**NEW, "a.yaml": "ONE\ntwo\nTHREE\n"}
    found = renewed(OLD, own, NEW)
    assert (found.files, found.taken, found.left) == (own, (), ())


def test_somebody_elses_policy_of_the_same_name_is_left_alone() -> None:
    """Nothing tells which of the two is meant."""
    own = OLD | {"c.yaml": "mine\n"}
    assert renewed(OLD, own, NEW).left == ("c",)


def test_what_was_offered_once_is_not_offered_again(store: Store, tmp_path: Path) -> None:
    """Whoever dropped the draft is left in peace until a version ships something else."""
    revisions = RevisionStore(store)
    _write(tmp_path, NEW)
    renewals = Renewals(store, tmp_path)
    assert renewals.found(OLD).taken == ()
    revisions.add("0", OLD, SHIPPED_BY, "")
    assert renewals.found(OLD).taken == ("a", "b", "c")
    renewals.note(1)
    renewals.note(2)
    assert renewals.found(OLD).taken == ()
    _write(tmp_path, {"c.yaml": "newer\n"})
    assert renewals.found(NEW).taken == ("c",)


def test_a_set_that_began_as_somebodys_own_is_left_alone(store: Store, tmp_path: Path) -> None:
    """What comes from git was never the shipped set."""
    RevisionStore(store).add("0", OLD, "cli", "")
    _write(tmp_path, NEW)
    found = Renewals(store, tmp_path).found(OLD)
    assert json.dumps(found.files) == json.dumps(OLD)
    assert (found.taken, found.left) == ((), ())


def _write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
