"""Finds what comes with the program, in a checkout and in an installation."""

import sysconfig
from pathlib import Path


def shipped(in_checkout: str, installed: str) -> Path:
    """Return a folder of the checkout, else the one into which `pip install` puts it (see `data-files`)."""
    checkout = Path(__file__).parents[3]
    if (checkout / "pyproject.toml").is_file():
        return checkout / in_checkout
    return Path(sysconfig.get_path("data")) / "share/atesaki" / installed


def shipped_folder() -> Path:
    """Return the folder of the shipped policies."""
    return shipped("policies", "policies")
