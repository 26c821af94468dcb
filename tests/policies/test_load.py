"""Loading a policy set: whole or not at all, with every mistake where it stands."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.policies.files import FILES, POLICY, SUITE, changed

from atesaki.policies.errors import PolicyError, PolicyErrors, PolicyFolderUnreadable
from atesaki.policies.load import load_set, read_folder, revision_of

WHEN = "{visible: true, at_least: 3}"
MISTAKES = {
    "unknown key": (WHEN, "{visibel: true}", "6:20: Unknown key “visibel”; did you mean “visible”?"),
    "unknown key far from any": (
        "    action:",
        "    zzz: 1\n    action:",
        "7:5: Unknown key “zzz”. Known keys here: id, when,",
    ),
    "duplicate key": (
        "    action: warn",
        "    action: warn\n    action: block",
        "8:5: The key “action” stands here twice",
    ),
    "missing key": ("    action: warn\n", "", "4:5: The key “action” is missing."),
    "missing language": ("{ja: 題, en: Title}", "{ja: 題}", "2:8: The key “en” is missing."),
    "wrong type": ("at_least: 3", "at_least: three", "6:45: Expected a whole number, found text."),
    "true is no number": ("at_least: 3", "at_least: true", "6:45: Expected a whole number, found “true”."),
    "yes is no truth value": ("visible: true", "visible: yes", "6:29: Expected true or false, found text."),
    "too small": ("at_least: 3", "at_least: 0", "6:45: Expected a number of at least 1."),
    "too long a number": ("at_least: 3", f"at_least: {'9' * 5000}", "6:45: The number is too long."),
    "unknown action": ("warn", "wran", "7:13: Unknown value “wran”; did you mean “warn”?"),
    "unknown remedy": ("    action: warn", "    action: warn\n    remedies: [bcc]", "8:16: Unknown value “bcc”"),
    "unknown audience in a list": (
        WHEN,
        "{audience: [extern]}",
        "6:31: Unknown value “extern”; did you mean “external”?",
    ),
    "a key without a value": (WHEN, "{domains: }", "6:20: The key “domains” has no value"),
    "an exemption that lost its last line": (
        "    action:",
        "    unless:\n      recipients:\n        domains:\n          # - a.example\n    action:",
        "9:9: The key “domains” has no value; give it one or leave the key out.",
    ),
    "empty list": (WHEN, "{domains: []}", "6:29: Expected a list with at least one entry."),
    "no audience at all": (WHEN, "{audience: []}", "6:30: Expected a list with at least one entry."),
    "no kind at all": (WHEN, "{kind: []}", "6:26: Expected a list with at least one entry."),
    "no kind of thread at all": (
        "recipients: " + WHEN,
        "thread: {kind: []}",
        "6:22: Expected a list with at least one entry.",
    ),
    "a number for a mapping": (WHEN, "{organizations: 3}", "6:35: Expected a mapping (at_least), found a number."),
    "a list for a mapping": ("{ja: 題, en: Title}", "[題]", "2:8: Expected a mapping (ja, en), found a list."),
    "empty text": ("{ja: 題, en: Title}", '{ja: "", en: Title}', "2:13: Expected a text that is not empty."),
    "bad id of a rule": ("id: three", "id: Three-1", "4:9: Expected lower-case letters"),
    "bad date": (
        "    action:",
        "    active: {from: 2026-02-30}\n    action:",
        "7:20: Expected a date such as 2026-04-01",
    ),
    "ends before it begins": (
        "    action:",
        "    active: {from: 2026-03-02, until: 2026-03-01}\n    action:",
        "7:39: The rule would end before it begins.",
    ),
    "exemption without an end": (
        "    action:",
        "    exemptions: [{when: {item: message}, owner: Sato, why: x}]\n    action:",
        "7:18: The key “until” is missing.",
    ),
    "exemption over before the rule begins": (
        "    action:",
        (
            "    active: {from: 2026-03-02}\n"
            "    exemptions: [{when: {item: message}, owner: Sato, why: x, until: 2026-03-01}]\n    action:"
        ),
        "8:70: The exemption would end before the rule begins.",
    ),
    "two exemptions of one id": (
        "    action:",
        (
            "    exemptions:\n"
            "      - {id: fair, when: {item: message}, owner: Sato, why: x, until: 2026-03-01}\n"
            "      - {id: fair, when: {item: message}, owner: Sato, why: x, until: 2026-03-01}\n    action:"
        ),
        "9:14: The exemption id “fair” stands twice in this rule.",
    ),
    "bad pattern in an exemption": (
        "    action:",
        '    exemptions: [{when: {subject: {matches: ["a("]}}, owner: Sato, why: x, until: 2026-03-01}]\n    action:',
        "7:46: RE2 cannot read the pattern",
    ),
    "id that is not the file's": (
        "id: strangers",
        "id: stranger",
        "1:5: The id “stranger” must be the name of the file",
    ),
    "allow": ("warn", "allow", "7:13: A rule warns or blocks; to let messages pass, write an exemption with “unless”."),
    "unknown placeholder": (
        "{count} people",
        "{cuont} people",
        "8:36: Unknown placeholder “cuont”; did you mean “count”?",
    ),
    "spaces in a placeholder": ("{count} people", "{ count } people", "8:36: Unknown placeholder “ count ”"),
    "placeholder that stays empty": (
        "{count} people",
        "{roster}",
        "8:36: The placeholder {roster} would stay empty; it is filled by in_roster",
    ),
    "open brace": ("{count} people", "{count people", "8:36: A brace is open or closed without its counterpart."),
    "pattern that RE2 refuses": (
        "recipients: " + WHEN,
        'subject: {matches: ["a("]}',
        "6:27: RE2 cannot read the pattern",
    ),
    "bad domain": (WHEN, '{domains: [a.example, "b c"]}', "6:41: "),
    "condition without a key": ("\n      recipients: " + WHEN, " {}", "5:11: A condition needs at least one key."),
}


@pytest.mark.parametrize(("old", "new", "expected"), MISTAKES.values(), ids=MISTAKES.keys())
def test_a_mistake_is_named_where_it_stands(old: str, new: str, expected: str) -> None:
    """Each mistake in a policy is one sentence with file, line and column."""
    with pytest.raises(PolicyErrors) as caught:
        load_set(changed(old, new))
    assert any(error.text.startswith(f"strangers.yaml:{expected}") for error in caught.value.errors), (
        caught.value.errors
    )


_START = "{{}}\nfacts: {{organization: {{office_hours: {{start: {}}}}}}}"
_NO_TIME = "4:46: Expected a time of day such as 08:30."
SUITE_MISTAKES = {
    "unknown draft": ("draft: two", "draft: tow", "9:12: Unknown draft “tow”; did you mean “two”?"),
    "unknown rule": ("[three]}", "[thre]}", "7:61: Unknown rule “strangers.thre”; did you mean “strangers.three”?"),
    "nothing expected": ("{silent: true}", "{}", "10:13: The test expects nothing."),
    "silent and more": ("{silent: true}", "{silent: true, action: allow}", "10:36: “silent” says already"),
    "two tests of one name": ("two are fine", "three are too many", "8:11: Two tests have this name."),
    "a draft that extends itself": ("{to: [{people: 2}]}", "{extend: two}", "3:17: The draft extends itself."),
    "a draft that extends none": (
        "{to: [{people: 2}]}",
        "{extend: thre}",
        "3:17: Unknown draft “thre”; did you mean “three”?",
    ),
    "neither address nor people": ("{people: 2}", "{at: a.example}", "3:14: Give either “address” or “people”."),
    "unknown key": ("expect: {silent", "expects: {silent", "10:5: Unknown key “expects”; did you mean “expect”?"),
    "a line after a time of day": ("{to: [{people: 2}]}", _START.format('"09:00\\n"'), _NO_TIME),
    "no time of day": ("{to: [{people: 2}]}", _START.format("'9:00'"), _NO_TIME),
    "unknown key of a draft": ("{to: [{people: 2}]}", "{too: []}", "3:9: Unknown key “too”; did you mean “to”?"),
}


@pytest.mark.parametrize(("old", "new", "expected"), SUITE_MISTAKES.values(), ids=SUITE_MISTAKES.keys())
def test_a_mistake_in_a_test_file_is_named_where_it_stands(old: str, new: str, expected: str) -> None:
    """Test files are checked as strictly as policies."""
    with pytest.raises(PolicyErrors) as caught:
        load_set(changed(old, new, "strangers_test.yaml"))
    assert any(error.text.startswith(f"strangers_test.yaml:{expected}") for error in caught.value.errors), [
        error.text for error in caught.value.errors
    ]


def test_every_mistake_of_every_file_is_named_at_once() -> None:
    """Whoever mends a set sees all that is wrong, in the order of files and lines."""
    files = {
        "a.yaml": "id: a\nrulez: []\n",
        "b.yaml": "id: [\n",
        "strangers.yaml": POLICY.replace("warn", "wran").replace("at_least: 3", "at_least: 0"),
    }
    with pytest.raises(PolicyErrors) as caught:
        load_set(files)
    assert [(error.file, error.line) for error in caught.value.errors] == [
        ("a.yaml", 1),
        ("a.yaml", 1),
        ("a.yaml", 2),
        ("b.yaml", 2),
        ("strangers.yaml", 6),
        ("strangers.yaml", 7),
    ]
    assert caught.value.detail.endswith("(5 more)")
    assert (caught.value.status, caught.value.type) == (422, "policy-invalid")


def test_two_rules_of_one_policy_have_different_ids() -> None:
    """A finding names exactly one rule."""
    rule = POLICY[POLICY.index("  - id") :]
    with pytest.raises(PolicyErrors, match=r"strangers\.yaml:9:9: The rule id “three” stands twice"):
        load_set({"strangers.yaml": POLICY + rule})


def test_an_empty_set_is_refused() -> None:
    """A set without policies would silently allow everything."""
    with pytest.raises(PolicyErrors, match="The policy set is empty"):
        load_set({})


def test_tests_without_their_policy_are_refused() -> None:
    """A policy that was deleted or renamed by mistake is noticed."""
    with pytest.raises(PolicyErrors, match=r"lost_test\.yaml:1:1: There is no policy “lost”"):
        load_set({**FILES, "lost_test.yaml": "drafts: {}\ntests: []\n"})


@pytest.mark.parametrize("name", ["Strangers.yaml", "a.yml", "../a.yaml", "a b.yaml", "", "a.yaml\n"])
def test_a_file_of_another_name_is_refused(name: str) -> None:
    """No file of a set is silently left out, and none names a path."""
    with pytest.raises(PolicyErrors, match="A file name is lower-case letters"):
        load_set({**FILES, name: POLICY})


def test_the_programs_own_name_is_no_policy() -> None:
    """Findings of the program itself can't be mistaken for those of a policy."""
    with pytest.raises(PolicyErrors, match="kept for the program's own findings"):
        load_set({"atesaki.yaml": POLICY.replace("id: strangers", "id: atesaki")})


def test_the_revision_names_exactly_the_files() -> None:
    """Equal files have one revision whatever their order; anything moved, even between files, makes another."""
    files = {"a": "1", "b": "23"}
    assert revision_of(files) == revision_of(dict(reversed(files.items())))
    others = [{"a": "12", "b": "3"}, {"a": "1", "b2": "3"}, {"a": "1"}, files | {"b": "24"}, files | {"c": ""}]
    assert len({revision_of(files), *map(revision_of, others)}) == 6


def test_a_folder_is_read_without_hidden_files_and_pages(tmp_path: Path) -> None:
    """README, schema and an editor's lock file are no policies; a file named .yml is refused, not overlooked."""
    for name in ("strangers.yaml", "README.md", "schema.json", ".strangers.yaml", "other.yml"):
        (tmp_path / name).write_text(POLICY)
    assert read_folder(tmp_path).keys() == {"strangers.yaml", "other.yml"}


def test_a_folder_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    """A missing folder is an error, never an empty set."""
    with pytest.raises(PolicyFolderUnreadable, match="No such file or directory"):
        read_folder(tmp_path / "missing")


def test_the_file_that_does_not_load_is_named_before_what_follows_from_it() -> None:
    """Whoever mends the first line that they read mends the cause."""
    files = {
        "strangers.yaml": "nonsense: [\n",
        "another.yaml": POLICY.replace("id: strangers", "id: other"),
    }
    with pytest.raises(PolicyErrors) as caught:
        load_set(files)
    assert [error.file for error in caught.value.errors] == ["strangers.yaml", "another.yaml"]


BROKEN = {
    "no YAML": "id: [\n",
    "empty": "",
    "an unknown action": POLICY.replace("warn", "wran"),
    "no rules": POLICY[: POLICY.index("  - id")].replace("rules:", "rules: []"),
    "another id": POLICY.replace("id: strangers", "id: others"),
}


@pytest.mark.parametrize("text", BROKEN.values(), ids=BROKEN.keys())
def test_one_file_that_does_not_load_is_the_only_mistake(text: str) -> None:
    """Tests, its own and those of other files, that expect its rules are right as soon as it is mended."""
    elsewhere = SUITE.replace("findings: [three]", "findings: [three, strangers.three]")
    other = {"other.yaml": POLICY.replace("id: strangers", "id: other"), "other_test.yaml": f"scope: set\n{elsewhere}"}
    load_set({**FILES, **other})
    with pytest.raises(PolicyErrors) as caught:
        load_set({**FILES, **other, "strangers.yaml": text})
    assert [error.file for error in caught.value.errors] == ["strangers.yaml"]


@pytest.mark.parametrize("rule", ["strangers.four", "strangers_test.three", "lost.three"])
def test_a_rule_that_no_file_has_is_a_mistake_of_the_test(rule: str) -> None:
    """Also while another file doesn't load."""
    suite = SUITE.replace("findings: [three]", f"findings: [{rule}]")
    files = {"strangers.yaml": POLICY, "strangers_test.yaml": suite}
    for broken in ({}, {"other.yaml": "id: [\n"}):
        with pytest.raises(PolicyErrors) as caught:
            load_set({**files, **broken})
        assert f"Unknown rule “{rule}”" in caught.value.errors[-1].text


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    """A file in Shift_JIS is refused with its line."""
    (tmp_path / "a.yaml").write_bytes("id: a\ntitle: 宛先\n".encode("cp932"))
    with pytest.raises(PolicyErrors, match=r"a\.yaml:2:1: The file is not UTF-8"):
        read_folder(tmp_path)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=60), st.integers(0, len(POLICY)))
def test_any_text_loads_or_is_refused_with_a_place(text: str, place: int) -> None:
    """Whatever stands in a file, the answer is a set or a list of places, never another exception."""
    errors: tuple[PolicyError, ...] = ()
    try:
        load_set({"strangers.yaml": POLICY[:place] + text + POLICY[place:]})
    except PolicyErrors as error:
        errors = error.errors
    assert all(error.line >= 1 and error.column >= 1 for error in errors)
