"""The pages of policies: what is in force, drafts by form and by YAML, tests, publication, history and roll-back."""

from atesaki.console.policies.ports import Figures, Ports, RuleFigures
from atesaki.console.policies.routes import add_routes

__all__ = ["Figures", "Ports", "RuleFigures", "add_routes"]
