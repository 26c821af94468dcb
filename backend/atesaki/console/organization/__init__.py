"""The page that says who we are: our domains, our partners, our hours."""

from atesaki.console.organization.routes import add_routes

__all__ = ["add_routes"]
