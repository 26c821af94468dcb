"""Says in plain Japanese or English what a rule looks for and what it does, for people who read no YAML."""

from atesaki.policies.in_words.clause import Clause
from atesaki.policies.in_words.conditions import condition_in_words, in_brief
from atesaki.policies.in_words.names import name
from atesaki.policies.in_words.rules import does, lasts

__all__ = ["Clause", "condition_in_words", "does", "in_brief", "lasts", "name"]
