"""Try it: the public page at `/`, and the playground of the console."""

from atesaki.console.try_it.routes import add_routes

__all__ = ["add_routes"]
