"""What is said at the start, to whoever watches the server's first lines."""

import contextlib
from pathlib import Path

from atesaki.foundation import open_foundation
from atesaki.settings import Settings, read_settings


def _said(settings: Settings) -> list[str]:
    lines: list[str] = []
    with contextlib.ExitStack() as closing:
        open_foundation(settings, closing, lines.append)
    return [line for line in lines if line.startswith("WARNING")]


def test_a_mistyped_place_of_the_signing_key_is_said_at_the_start(tmp_path: Path) -> None:
    """A new key is made, since mail must go on; but not without a word, and no first start is called doubtful."""
    assert _said(read_settings(data_dir=tmp_path)) == []
    elsewhere = tmp_path / "jornal.key"
    (said,) = _said(read_settings(data_dir=tmp_path, journal_key_file=elsewhere))
    assert f"The signing key {elsewhere} is missing" in said
    assert "ATESAKI_JOURNAL_KEY_FILE" in said
    assert _said(read_settings(data_dir=tmp_path)) == []
