"""Changes one value of a policy file and leaves every other character of it as it is (ADR 0009)."""

from atesaki.policies.editing.edit import (
    add_item,
    copy_item,
    move_item,
    remove_item,
    set_value,
    unset,
)
from atesaki.policies.editing.source import CannotEdit, plain_of

__all__ = ["CannotEdit", "add_item", "copy_item", "move_item", "plain_of", "remove_item", "set_value", "unset"]
