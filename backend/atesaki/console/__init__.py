"""The pages for people: Try it at `/`, with the stylesheet and the strings that all pages share."""

from atesaki.console.try_it.answer import Judge, Judged, Keys
from atesaki.console.try_it.public import console_router

__all__ = ["Judge", "Judged", "Keys", "console_router"]
