"""Receivers behind HTTPS: of records as JSON arrays of OCSF events, of checkpoints as signed notes."""

from collections.abc import Sequence

from atesaki.journal.feed.delivery import Event, Pseudonym, key_of
from atesaki.journal.feed.post import Post


class RecordsWebhook:
    """Posts batches; the header `Atesaki-Batch` names stream, first and last position."""

    name = key = "webhook"

    def __init__(self, post: Post) -> None:
        self._post = post

    def deliver(self, events: Sequence[Event]) -> None:
        """Return once the batch is acknowledged; raises `NotDelivered`."""
        first, last = events[0].record, events[-1].record
        headers = {
            "Content-Type": "application/json",
            "Atesaki-Batch": f"{first.stream} {first.position}-{last.position}",
        }
        self._post.send(b"[" + b",".join([event.body for event in events]) + b"]", headers)


class CheckpointsWebhook:
    """Posts new checkpoints as text, one note after the other with an empty line between."""

    name = "checkpoint webhook"

    def __init__(self, post: Post, pseudonym: Pseudonym) -> None:
        self._post = post
        self.key = key_of(pseudonym, self.name, post.url)

    def deliver(self, notes: Sequence[str]) -> None:
        """Return once the notes are acknowledged; raises `NotDelivered`."""
        self._post.send("\n".join(notes).encode(), {"Content-Type": "text/plain; charset=utf-8"})
