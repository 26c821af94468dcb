"""Typed conditions: what a rule may ask of a message, each returning the evidence for its answer."""

from atesaki.judgement.conditions.condition import Condition

__all__ = ["Condition"]
