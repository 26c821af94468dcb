"""Remedies: for each fix that a finding offers, exactly the recipients that the client has to touch."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import TYPE_CHECKING

from atesaki.judgement.decision import Finding, Remedy, RemedyKind

if TYPE_CHECKING:
    from atesaki.judgement.view import View

_MILDEST_FIRST: tuple[RemedyKind, ...] = ("move_to_bcc", "send_individually", "remove")


def remedies_for(view: View, findings: Iterable[Finding]) -> tuple[Remedy, ...]:
    """Return the remedies that the findings, the strictest first, offer: the first finding's first.

    Those that would change nothing, and Bcc where it would not be enough, are left out.
    """
    findings = tuple(findings)
    remedies = (Remedy(kind, _in_every_writing(kind, view, findings)) for kind in kinds_offered(findings))
    return tuple(remedy for remedy in remedies if remedy.recipients)


def kinds_offered(findings: tuple[Finding, ...]) -> list[RemedyKind]:
    """Return the kinds that findings, strictest first, offer, each one's mildest first: Bcc only where it is enough.

    What is told first has its own fix first: whom a milder finding moves to Bcc may not belong in the message at all.
    """
    offered = dict.fromkeys(kind for finding in findings for kind in _MILDEST_FIRST if kind in finding.remedies)
    if "move_to_bcc" in offered and _bcc_is_not_enough(findings):
        del offered["move_to_bcc"]
    return list(offered)


def _bcc_is_not_enough(findings: tuple[Finding, ...]) -> bool:
    """Whether one of the strictest findings wants messages of their own for people whom Bcc would not part."""
    hardest = (findings[0].action, findings[0].release)
    strictest = (finding.remedies for finding in findings if (finding.action, finding.release) == hardest)
    return any("send_individually" in kinds and "move_to_bcc" not in kinds for kinds in strictest)


def _in_every_writing(kind: RemedyKind, view: View, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    # A client finds recipients by their text: whoever stands there as `ann@` and `ann+list@` must leave as both.
    message = view.message
    fields = (*message.to, *message.cc) if kind == "move_to_bcc" else message.recipients
    return view.people.in_every_writing(_recipients(kind, view, findings), fields)


def _recipients(kind: RemedyKind, view: View, findings: tuple[Finding, ...]) -> tuple[str, ...]:
    if kind == "move_to_bcc":
        # A meeting has no Bcc field to move anybody to.
        return view.written(to_move(view)) if view.message.item == "message" else ()
    offers = (finding.evidence.recipients for finding in findings if kind in finding.remedies)
    # Several findings are mostly about the same people, whose texts are then the same object, each in it once.
    lists = list({id(texts): texts for texts in offers}.values())
    return lists[0] if len(lists) == 1 else tuple(dict.fromkeys(chain.from_iterable(lists)))


def to_move(view: View) -> int:
    """Return the visible recipients who are not internal, and visible members of closed rosters whoever they are."""
    closed = 0
    for handling, members in view.rosters.values():
        closed |= 0 if handling == "open" else members
    return view.visible & (~view.internal | closed)
