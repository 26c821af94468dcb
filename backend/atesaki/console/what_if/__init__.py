"""What if: the pages on which a draft of the policies is run against the past."""

from atesaki.console.what_if.routes import add_routes

__all__ = ["add_routes"]
