"""The pages about personal data: what is held about a person, erasure by two people, legal holds, periods."""

from atesaki.console.rights.ports import Ports
from atesaki.console.rights.routes import add_routes

__all__ = ["Ports", "add_routes"]
