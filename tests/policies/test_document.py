"""YAML files: what is refused before anybody looks at its meaning."""

import pytest

from atesaki.policies.document import MAX_FILE_BYTES, Document
from atesaki.policies.errors import PolicyErrors

REFUSED = {
    "an anchor": ("a: &x 1\nb: *x\n", "a.yaml:1:4: Anchors (&) and aliases (*) are not allowed here"),
    "an alias bomb": ("a: &a [x]\nb: &b [*a, *a]\n", "a.yaml:1:4: Anchors (&)"),
    "a tag": ("a: !!python/name:os.system x\n", "a.yaml:1:4: Tags (!) are not allowed here"),
    "a second document": ("a: 1\n---\nb: 2\n", "a.yaml:2:1: A file holds one document"),
    "an open bracket": ("a: [1\n", "a.yaml:2:1: This is not valid YAML: while parsing a flow sequence"),
    "a tab as indentation": ("a:\n\t- b\n", "a.yaml:2:1: This is not valid YAML"),
    "nothing": ("# only a comment\n", "a.yaml:1:1: The file is empty."),
    "too many levels": ("[" * 50 + "]" * 50, "a.yaml:1:41: The file is nested deeper than 40 levels."),
    "a hundred thousand levels": ("[" * 100_000, "a.yaml:1:41: The file is nested deeper than 40 levels."),
    "a control character": ("a: 1\nb: \x07\n", "a.yaml:2:1: The file holds a control character"),
    "a control character behind Japanese": ("題: 名簿\nb: \x07\nc: 1\nd: 2\n", "a.yaml:2:1: The file holds a control"),
    "a lone surrogate": ("a: 1\nb: \ud800\n", "a.yaml:2:1: The file holds a lone surrogate"),
    "too many bytes": ("あ" * (MAX_FILE_BYTES // 3 + 1), "a.yaml:1:1: The file is larger than 1,048,576 bytes."),
}


@pytest.mark.parametrize(("text", "expected"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_plain_yaml_is_refused_with_its_place(text: str, expected: str) -> None:
    """Every file that is not one plain YAML document is refused with file, line and column."""
    with pytest.raises(PolicyErrors) as caught:
        Document("a.yaml", text)
    assert caught.value.errors[0].text.startswith(expected)


def test_a_byte_order_mark_is_no_content() -> None:
    """A file as Notepad saves it is read like any other."""
    document = Document("a.yaml", "\ufeffa: x\n")
    assert document.error_at(["a"], "Here.").text == "a.yaml:1:4: Here."


def test_a_path_leads_to_its_value() -> None:
    """A mistake is shown where it stands, and at the deepest part that exists where a part is missing."""
    document = Document("a.yaml", "rules:\n  - id: one\n    when: {any: [x]}\n")
    assert document.error_at(["rules", 0, "when", "any", 0], "").column == 18
    assert document.error_at(["rules", 0, "unless", "any", 0], "").text == "a.yaml:2:5: "


def test_columns_count_characters() -> None:
    """Japanese text before a value shifts its column by characters, not by bytes."""
    document = Document("a.yaml", "{ja: 宛先, en: x}\n")
    assert document.error_at(["en"], "").column == 14
