"""The auditor's pages: search, one decision explained, the overview, and who looked at personal data."""

from atesaki.console.journal.routes import add_routes

__all__ = ["add_routes"]
