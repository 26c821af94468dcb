"""The pages for people: Try it at `/`, with the stylesheet and the strings that all pages share."""

from atesaki.console.answer import Judge, Judged, Keys
from atesaki.console.router import console_router

__all__ = ["Judge", "Judged", "Keys", "console_router"]
