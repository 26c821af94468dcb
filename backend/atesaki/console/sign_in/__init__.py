"""Signing in and out, one's own account, and the people who may use the console."""

from atesaki.console.sign_in.desk import SignInDesk
from atesaki.console.sign_in.routes import add_routes

__all__ = ["SignInDesk", "add_routes"]
