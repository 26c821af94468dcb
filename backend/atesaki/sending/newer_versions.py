"""Which second check was asked for a newer version of the same draft, as far as that can be guessed."""

from collections.abc import Sequence

from atesaki.sending.decisions import FoundDecision
from atesaki.sending.fingerprint import addresses


def newer_versions(checks: Sequence[tuple[str, FoundDecision | None]]) -> dict[str, str]:
    """Return the newest later check of the same sender with the same subject, by decision.

    `checks` are decisions that were asked about, oldest first. A draft has no name by which it could be known again,
    so this is good for a hint, and never for deciding on a check. Mails without a subject need the same recipients.
    """
    newest: dict[str, str] = {}
    newer: dict[str, str] = {}
    for decision_id, found in reversed(checks):
        if draft := draft_of(found):
            if draft in newest:
                newer[decision_id] = newest[draft]
            newest.setdefault(draft, decision_id)
    return newer


def draft_of(found: FoundDecision | None) -> str | None:
    """Return what versions of one draft have in common; `None` where somebody was erased, or no subject is known."""
    people = found.personal if found else None
    if people is None or people.subject is None:
        return None
    recipients = [addresses(field) for field in (people.to, people.cc, people.bcc)]
    return repr((people.sender_key, people.subject.strip() or recipients))
