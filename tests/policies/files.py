"""Small policy files that tests change one place of."""

from pathlib import Path

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


def write(folder: Path, files: dict[str, str]) -> Path:
    """Make a folder hold exactly these files."""
    folder.mkdir(exist_ok=True)
    for path in folder.iterdir():
        path.unlink()
    for name, content in files.items():
        (folder / name).write_text(content)
    return folder


STRICTER = changed("action: warn", "action: warn\n    severity: high")
FAILING = changed("at_least: 3", "at_least: 4")
BROKEN = changed("action: warn", "action: wran")
