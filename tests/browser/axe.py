"""What axe-core finds wrong on a page, as short lines."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Frame, Page

AXE = Path(__file__).parents[2] / "manifest/node_modules/axe-core/axe.min.js"
"""Installed by `make setup` with the client workspace."""


def violations(page: Page | Frame) -> list[str]:
    """Run every rule of axe on the page, or in one frame of it, as it stands; an empty list is a clean page."""
    page.evaluate(AXE.read_text())
    found: dict[str, Any] = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [f"{each['id']}: {node['html']}" for each in found["violations"] for node in each["nodes"]]
