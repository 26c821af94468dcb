"""The texts of the console: English in the templates, Japanese in gettext catalogs, one catalog a slice."""

from __future__ import annotations

import io
from functools import cache
from gettext import NullTranslations
from importlib.resources import files

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import Translations

from atesaki.judgement.explain import Locale

CATALOGS = "catalogs"


def mark(text: str) -> str:
    """Mark a text for the catalogs; it is translated where it is shown. Import it as `_`."""
    return text


@cache
def translations(locale: Locale) -> NullTranslations:
    """Return the texts in one language; English stands in the templates themselves."""
    if locale == "en":
        return NullTranslations()
    folder = files("atesaki.console").joinpath(CATALOGS, locale)
    paths = [path for path in sorted(folder.iterdir(), key=lambda each: each.name) if path.name.endswith(".po")]
    # The first one is merged into, not an empty one, since it knows how many plurals the language has.
    merged, *others = [_compiled(path.read_bytes()) for path in paths]
    for other in others:
        merged.merge(other)
    return merged


def _compiled(po: bytes) -> Translations:
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(po)))
    compiled.seek(0)
    return Translations(fp=compiled)
