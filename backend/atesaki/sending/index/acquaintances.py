"""Looks up, for many messages at once, since when their senders know their recipients."""

import json
from collections.abc import Sequence

from sqlalchemy import Connection, TextClause, text

from atesaki.sending.index.describe import Acquaintances

_PAIRS_PER_QUERY = 5_000

_FOUND = """
SELECT c.sender_key_hash, c.recipient_key_hash, c.last_at
FROM {pairs} CROSS JOIN correspondents c WHERE c.sender_key_hash = {sender} AND c.recipient_key_hash = {recipient}
"""
_QUERIES: dict[str, TextClause] = {
    # SQLite keeps the order of a CROSS JOIN, and so takes the pairs first and the primary key next.
    "sqlite": text(
        _FOUND.format(
            pairs="json_each(:pairs) k",
            sender="json_extract(k.value, '$[0]')",
            recipient="json_extract(k.value, '$[1]')",
        )
    ),
    "postgresql": text(
        _FOUND.format(
            pairs="unnest(CAST(:senders AS text[]), CAST(:recipients AS text[])) AS k(sender, recipient)",
            sender="k.sender",
            recipient="k.recipient",
        )
    ),
}


def acquaintances(connection: Connection, pairs: Sequence[tuple[str, str]]) -> Acquaintances:
    """Return since when each sender knows each recipient, both as pseudonyms; who is unknown is left out."""
    found: dict[tuple[str, str], int] = {}
    dialect = connection.dialect.name
    for start in range(0, len(pairs), _PAIRS_PER_QUERY):
        some = pairs[start : start + _PAIRS_PER_QUERY]
        if dialect == "sqlite":
            parameters: dict[str, object] = {"pairs": json.dumps(some)}
        else:
            parameters = {"senders": [pair[0] for pair in some], "recipients": [pair[1] for pair in some]}
        for row in connection.execute(_QUERIES[dialect], parameters):
            found[row.sender_key_hash, row.recipient_key_hash] = row.last_at
    return found
