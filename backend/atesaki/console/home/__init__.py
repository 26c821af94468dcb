"""The first page of the console: what is still to be set up, and where to go."""

from atesaki.console.home.routes import Warnings, add_routes

__all__ = ["Warnings", "add_routes"]
