"""The settings table of the documentation says what the program does."""

from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from atesaki.settings import PREFIX, Settings

PAGE = Path(__file__).parents[2] / "docs/settings.md"


def _row(name: str, field: FieldInfo) -> str:
    default = "" if field.default in (None, ()) else f"`{field.default}`"
    return f"| `{PREFIX}{name.upper()}` | {default} | {field.description} |"


def test_settings_table_holds_every_variable_with_its_default_and_meaning() -> None:
    """Whoever adds a setting copies its row from this test's message into docs/settings.md."""
    rows = [line for line in PAGE.read_text().splitlines() if line.startswith(f"| `{PREFIX}")]
    assert rows == [_row(name, field) for name, field in Settings.model_fields.items()]


def test_every_value_that_a_setting_takes_is_named() -> None:
    """Whoever sets it needs no source text to learn what may stand there."""
    page = PAGE.read_text()
    choices = [field.annotation for field in Settings.model_fields.values() if get_origin(field.annotation) is Literal]
    assert choices
    assert [value for choice in choices for value in get_args(choice) if f"`{value}`" not in page] == []
