"""Which waiting checks are perhaps about a mail that went without them: its sender mended the draft and closed it."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Final

from sqlalchemy import select

from atesaki.sending.decisions import FindsManyDecisions
from atesaki.sending.index.keys import first_number_at
from atesaki.sending.newer_versions import draft_of
from atesaki.sending.second_check_state import Asked
from atesaki.storage.engine import Store, micros, moment
from atesaki.storage.index_tables import decision_index

MOST_COMPARED: Final = 500
"""So many of the newest mails of the senders who wait are looked at."""


class SentSince:
    """Finds what the same sender was let send after asking, in the index, which is a second behind; calls block."""

    def __init__(self, store: Store, decisions: FindsManyDecisions, hash_of: Callable[[str], bytes]) -> None:
        self._store = store
        self._decisions = decisions
        self._hash_of = hash_of

    def __call__(self, waiting: Sequence[Asked]) -> dict[str, dt.datetime]:
        """Return when a mail with the same subject went last, by the decision of the check that waits.

        As with newer versions this is good for a hint alone: a draft has no name by which it could be known again.
        """
        asked = [each for each in waiting if each.sender]
        went = self._went(asked) if asked else {}
        found = self._decisions.find_all([each.decision_id for each in asked]) if went else {}
        since: dict[str, dt.datetime] = {}
        for each in asked:
            at = went.get(draft_of(found.get(each.decision_id)))
            if at is not None and at > each.asked_at:
                since[each.decision_id] = at
        return since

    def _went(self, asked: Sequence[Asked]) -> dict[str | None, dt.datetime]:
        """Return when a version of each draft went last."""
        index = decision_index.c
        senders = {self._hash_of(each.sender) for each in asked}
        oldest = first_number_at(micros(min(each.asked_at for each in asked)))
        sent = (index.action == "allow") & (index.moment == "send") & index.sender.in_(senders)
        query = select(index.decision_id, index.recorded_at).where(sent, index.number >= oldest)
        with self._store.read() as connection:
            rows = connection.execute(query.order_by(index.number.desc()).limit(MOST_COMPARED)).all()
        found = self._decisions.find_all([row.decision_id for row in rows])
        drafts = [(draft_of(found.get(row.decision_id)), moment(row.recorded_at)) for row in reversed(rows)]
        return {draft: at for draft, at in drafts if draft}
