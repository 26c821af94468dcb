"""Exports of the journal: JSON lines that carry their proof, and tables of decisions for spreadsheets."""

from atesaki.journal.export.run import MEDIA_TYPES, Export, Format, export
from atesaki.journal.export.selection import Selection, viewed

__all__ = ["MEDIA_TYPES", "Export", "Format", "Selection", "export", "viewed"]
