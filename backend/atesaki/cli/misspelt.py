"""Finds variables that look like settings and are none: whoever set them believes that they count."""

import difflib
from collections.abc import Iterator, Mapping

from atesaki.settings import PREFIX, Settings

_ALIKE = 0.85
# Named in our own documents, for scripts and Docker.
_OTHERS = frozenset({"ATESAKI_KEY", "ATESAKI_SERVER", "ATESAKI_IMAGE", "ATESAKI_PUBLISH"})


def misspelt(environment: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence for each variable that is close to the name of a setting."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    for name in sorted(environment):
        if name.startswith(PREFIX) and name not in _OTHERS and name not in known:
            for meant in difflib.get_close_matches(name, known, 1, _ALIKE):
                yield f"{name} is no setting and changes nothing; {meant} is one."
