"""The pages of the second check: which mails wait for another person, and what that person says of one."""

from atesaki.console.checks.ports import Ports
from atesaki.console.checks.routes import add_routes

__all__ = ["Ports", "add_routes"]
