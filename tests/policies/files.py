"""Small policy files that tests change one place of."""

POLICY = """\
id: strangers
title: {ja: 題, en: Title}
rules:
  - id: three
    when:
      recipients: {visible: true, at_least: 3}
    action: warn
    message: {ja: "{count} 人", en: "{count} people"}
"""

SUITE = """\
drafts:
  three: {to: [{people: 3}]}
  two: {to: [{people: 2}]}
tests:
  - name: three are too many
    draft: three
    expect: {action: warn, release: acknowledge, findings: [three]}
  - name: two are fine
    draft: two
    expect: {silent: true}
"""

FILES = {"strangers.yaml": POLICY, "strangers_test.yaml": SUITE}


def changed(old: str, new: str, file: str = "strangers.yaml") -> dict[str, str]:
    """Return the files with one place changed; the place must be there."""
    assert old in FILES[file]
    return {**FILES, file: FILES[file].replace(old, new)}
