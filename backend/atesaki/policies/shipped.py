"""Finds the policies that come with the program, in a checkout and in an installation."""

import sysconfig
from pathlib import Path

INSTALLED = "share/atesaki/policies"
"""Where `pip install` puts the folder, below the environment's data path (see `data-files` in pyproject.toml)."""


def shipped_folder() -> Path:
    """Return the folder of the shipped policies."""
    checkout = Path(__file__).parents[3] / "policies"
    return checkout if checkout.is_dir() else Path(sysconfig.get_path("data")) / INSTALLED
