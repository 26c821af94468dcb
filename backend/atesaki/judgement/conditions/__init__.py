"""Typed conditions: what a rule may ask of a message, each returning the evidence for its answer."""

from atesaki.judgement.conditions.compilation import compile_condition
from atesaki.judgement.conditions.condition import Condition
from atesaki.judgement.conditions.match import ConditionError, FactUnknownError, Match, Predicate

__all__ = ["Condition", "ConditionError", "FactUnknownError", "Match", "Predicate", "compile_condition"]
