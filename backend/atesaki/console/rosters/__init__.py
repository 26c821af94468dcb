"""The pages of rosters: who is registered, where the list comes from, and whether it is still right."""

from atesaki.console.rosters.ports import Ports
from atesaki.console.rosters.routes import add_routes

__all__ = ["Ports", "add_routes"]
