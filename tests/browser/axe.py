"""What axe-core finds wrong on a page, as short lines."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Page

AXE = Path(__file__).parents[2] / "manifest/node_modules/axe-core/axe.min.js"
"""Installed by `make setup` with the client workspace."""

EVERYTHING: dict[str, object] = {"resultTypes": ["violations"]}
COLOURS: dict[str, object] = {**EVERYTHING, "runOnly": ["cat.color"]}

RUN = """async ([within, options]) => {
  const part = within && document.querySelector(within), home = part?.parentNode
  if (part) document.body.moveBefore(part, null)
  try { return await axe.run(part ?? document, options) } finally { home?.moveBefore(part, null) }
}"""
"""Axe measures contrast within the body alone, and our dialog hangs beside the body of Gmail; it moves as it stands."""


def violations(page: Page | Frame, within: str | None = None) -> list[str]:
    """Run every rule on the page, or in one frame or one part of it, as it stands; an empty list is a clean page."""
    return _found(page, within, EVERYTHING)


def violations_in_light_and_dark(page: Page | Frame, within: str | None = None) -> list[str]:
    """Run every rule in light, then those about colours in dark: the stylesheet changes nothing else there."""
    light = violations(page, within)
    media = page.page if isinstance(page, Frame) else page
    media.emulate_media(color_scheme="dark")
    dark = [f"dark: {each}" for each in _found(page, within, COLOURS)]
    media.emulate_media(color_scheme="light")
    return light + dark


def frame(page: Page, name: str) -> Frame:
    """Return the frame of this name."""
    found = page.frame(name=name)
    assert found is not None
    return found


def _found(page: Page | Frame, within: str | None, options: dict[str, object]) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate(RUN, [within, options])
    return [f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]]
