"""A policy set in force as the commands see it."""

from collections.abc import Mapping
from typing import NamedTuple


class Published(NamedTuple):
    """The files in force and the revision that names exactly them."""

    files: Mapping[str, str]
    revision: str
