"""The loader's mistakes in Japanese are whole: one broken file for each kind, and no English prose left in any."""

import re
from pathlib import Path

import pytest
import re2
import yaml._yaml
from tests.policies.files import FILES, changed
from tests.policies.test_load import MISTAKES, SUITE_MISTAKES

from atesaki.policies.errors import PolicyError, PolicyErrors
from atesaki.policies.in_words.engines import RE2, YAML
from atesaki.policies.in_words.mistakes import _SENTENCES, mistake_in_words
from atesaki.policies.load import load_set
from atesaki.policies.test import require_passed

NAME, TESTS = "strangers.yaml", "strangers_test.yaml"
WHEN = "recipients: {visible: true, at_least: 3}"
BROKEN = {
    **{name: changed(old, new) for name, (old, new, _) in MISTAKES.items()},
    **{f"in a test: {name}": changed(old, new, TESTS) for name, (old, new, _) in SUITE_MISTAKES.items()},
    "nothing at all": {NAME: ""},
    "no policy": {},
    "no rule": changed(FILES[NAME].partition("rules:")[2], " []\n"),
    "a name of a file": {**FILES, "Strangers.yaml": FILES[NAME]},
    "tests of nobody": {**FILES, "lost_test.yaml": FILES[TESTS]},
    "no test": {**FILES, TESTS: "drafts: {}\ntests: []\n"},
    "two documents": {**FILES, NAME: FILES[NAME] + "---\na: 1\n"},
    "an anchor": changed("action: warn", "action: &a warn"),
    "a tag": changed("action: warn", "action: !!str warn"),
    "a key that is a list": changed("action: warn", "[a]: warn"),
    "too deep": changed(WHEN, f"any: {'[' * 50}{']' * 50}"),
    "a control character": changed("action: warn", "action: \x07"),
    "half of a character": changed("action: warn", "action: \ud800"),
    "too large": {**FILES, NAME: FILES[NAME] + "#" * (1 << 20)},
    "too long a text": changed("en: Title", f"en: {'x' * 5_000}"),
    "above the most": changed("visible: true", "visible: true, share: {at_least: 2}"),
    "not above nothing": changed("visible: true", "visible: true, share: {at_least: 0}"),
    "a share that is text": changed("visible: true", "visible: true, share: half"),
    "two kinds of value": changed("visible: true", "in_roster: 3"),
    "nothing for the subject": changed(WHEN, "subject: {}"),
    "nothing for the sender": changed(WHEN, "sender: {}"),
    "nothing for attachments": changed(WHEN, "attachments: {}"),
    "nothing for the exposure": changed(WHEN, "exposure: {}"),
    "nothing for the time": changed(WHEN, "time: {}"),
    "an address": changed(WHEN, "sender: {addresses: [nobody]}"),
    "a list of conditions": changed(WHEN, "all: []"),
    "a remedy twice": changed("action: warn", "action: warn\n    remedies: [remove, remove]"),
    "a rule twice": {**FILES, NAME: FILES[NAME] + FILES[NAME].partition("rules:\n")[2]},
    "the id of the program": {"atesaki.yaml": FILES[NAME].replace("id: strangers", "id: atesaki")},
}
PROSE = re.compile(r"[A-Za-z']{2,} [A-Za-z'(]{2,}")
QUOTED = re.compile(r"「[^」]*」|（[^）]*）|\{[^}]*\}")


@pytest.mark.parametrize("files", BROKEN.values(), ids=BROKEN.keys())
def test_a_mistake_is_said_in_japanese_alone(files: dict[str, str]) -> None:
    """But for what is quoted from the file; its place stands before it, as compilers write it."""
    with pytest.raises(PolicyErrors) as caught:
        load_set(files)
    for mistake in caught.value.errors:
        _whole(mistake)


def _whole(mistake: PolicyError) -> None:
    place = f"{mistake.file}:{mistake.line}:{mistake.column}: "
    said = mistake_in_words(mistake.text, "ja")
    assert said == place + mistake_in_words(mistake.sentence, "ja")
    assert re.search(r"[ぁ-ん]", said), said
    assert not PROSE.search(QUOTED.sub("", said.removeprefix(place))), said


def test_a_failing_test_is_said_in_japanese() -> None:
    """As the page that can't publish, and the server that takes its rules from a folder, sum it up."""
    with pytest.raises(PolicyErrors) as caught:
        require_passed(load_set(changed("at_least: 3", "at_least: 4")))
    [mistake] = caught.value.errors
    _whole(mistake)
    assert "テスト「three are too many」が失敗しました：動作が 「警告する」 のはずが" in mistake_in_words(
        mistake.sentence, "ja"
    )


def test_a_missing_reason_is_said_in_japanese() -> None:
    """In its own words, and not in those of any other value that was expected."""
    said = mistake_in_words("expected a reason that says two people, got [three people]", "ja")
    assert said == "理由に「two people」が含まれるはずが、[three people] でした"


def test_no_sentence_is_taken_for_another() -> None:
    """One that says more stands before one that would fit it too."""
    for english, japanese in _SENTENCES:
        sentence = re.sub(r"\{(\d)\}", r"x\1", english)
        assert mistake_in_words(sentence, "ja") == re.sub(r"\{(\d)\}", r"x\1", japanese)


def test_several_mistakes_are_summed_up_in_japanese() -> None:
    """The first one with its place, and how many more there are."""
    with pytest.raises(PolicyErrors) as caught:
        load_set(changed("action: warn", "action: wran\n    zzz: 1"))
    said = mistake_in_words(caught.value.detail, "ja")
    assert said == "strangers.yaml:7:13: 値「wran」はありません。「warn」ではありませんか。（ほかに 1 件）"


def test_every_problem_that_the_yaml_reader_knows_has_its_japanese() -> None:
    """The library is asked itself, so that a newer one with another sentence asks for its Japanese."""
    library = Path(str(yaml._yaml.__file__)).read_bytes()
    begins = rb"(?:did not find|could not find|found|mapping keys|mapping values|block sequence entries) [ -~]{4,80}"
    known = {text.decode() for text in re.findall(rb"\x00(" + begins + rb")\x00", library)}
    assert len(known) > 30
    assert known - YAML.keys() == set()


@pytest.mark.parametrize(
    "text",
    [
        "a: [1, 2",
        "a: {b: 1",
        "a: 'x",
        'a: "\\q"',
        "a: b: c",
        "- a\nb: c",
        "a:\n\tb: c",
        "a: @x",
        "a: 1\n b: 2",
        "a\nb: 1",
        "a: |x\n",
        "%YAML x\n---\na: 1",
    ],
)
def test_what_is_not_yaml_is_said_in_japanese(text: str) -> None:
    """With where the reader was and what it missed there."""
    with pytest.raises(PolicyErrors) as caught:
        load_set({NAME: text})
    _whole(caught.value.errors[0])


@pytest.mark.parametrize(
    "pattern",
    ["a(", "a)", "[a", "[b-a]", "*a", "a**", "a{2000}", "a\\", "\\q", "(?=a)", "(?P<>a)", "[[:foo:]]"],
)
def test_what_re2_refuses_is_said_in_japanese(pattern: str) -> None:
    """With the part of the pattern that is meant."""
    with pytest.raises(PolicyErrors) as caught:
        load_set(changed(WHEN, f"subject: {{matches: ['{pattern}']}}"))
    mistake = caught.value.errors[0]
    assert mistake.sentence.startswith("RE2 cannot read the pattern: ")
    _whole(mistake)


def test_every_reason_of_re2_is_known() -> None:
    """Read from the library itself, where it holds them one after the other."""
    library = Path(str(re2._re2.__file__)).read_bytes()
    assert [reason for reason in RE2 if reason.encode() not in library] == []


def test_what_stands_in_the_file_is_quoted_as_it_is() -> None:
    """A key of the name of one of our own words is no such word."""
    assert mistake_in_words("Unknown key “rule”; did you mean “rules”?", "ja") == (
        "キー「rule」はありません。「rules」ではありませんか。"
    )
