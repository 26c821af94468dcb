"""Finds what is built from `manifest/`, in a checkout and in an installation."""

import sysconfig
from pathlib import Path


def built_folder(in_checkout: str, installed: str) -> Path:
    """Return a folder below `manifest/`, else the one into which `pip install` puts it (see `data-files`)."""
    manifest = Path(__file__).parents[3] / "manifest"
    if manifest.is_dir():
        return manifest / in_checkout
    return Path(sysconfig.get_path("data")) / "share/atesaki" / installed
