"""The pages of rosters: who is registered, where the list comes from, and whether it is still right."""

from atesaki.console.rosters.routes import Ports, add_routes

__all__ = ["Ports", "add_routes"]
