"""A published policy set as the commands see it."""

from collections.abc import Mapping
from typing import NamedTuple


class Published(NamedTuple):
    """The files published last and the revision that names exactly them."""

    files: Mapping[str, str]
    revision: str
