"""The page of one decision: reported, told, why, what happened next, proven; people masked until asked for."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import ClassVar

from starlette.responses import Response

from atesaki.console.journal import words
from atesaki.console.journal.ports import Explains, RecordsLooks
from atesaki.console.journal.purpose import NO_PURPOSE, purpose_of
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import page
from atesaki.console.shell.text import mark as _
from atesaki.journal.checkpoint import BadCheckpoint, open_note, public_key_of
from atesaki.journal.merkle import includes
from atesaki.journal.read import Proof
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.explain import Locale
from atesaki.sending.explained import Explained

_NOT_FOUND = _("There is no such decision.")
_TOP_LEVEL_RULE = re.compile(r"^ *- +id: ")


class DecisionMissing(AtesakiError):
    """No decision has this id."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "not-found"


class Routes:
    """The page and its one form."""

    def __init__(self, explain: Explains, record_look: RecordsLooks) -> None:
        self._explain = explain
        self._record_look = record_look

    def show(self, ask: Ask) -> Response:
        """Show the decision with its people masked."""
        return _page(ask, self._explained(ask))

    def reveal(self, ask: Ask) -> Response:
        """Show its people to somebody who has said what for; that is recorded first."""
        purpose = purpose_of(ask)
        explained = self._explained(ask)
        if not purpose:
            return _page(ask, explained, problem=ask.text(NO_PURPOSE), status=HTTPStatus.UNPROCESSABLE_ENTITY)
        self._record_look(explained.record.record_id, purpose=purpose, by=ask.person.author)
        return _page(ask, self._explained(ask, personal=True), purpose=purpose)

    def _explained(self, ask: Ask, *, personal: bool = False) -> Explained:
        found = self._explain.explain(ask.path("decision_id"), ask.locale, personal=personal)
        if found is None:
            raise DecisionMissing(_NOT_FOUND)
        return found


def is_proven(proof: Proof) -> bool:
    """Check the proof as anybody could: the signature of the checkpoint, and the record under its root."""
    try:
        checkpoint = open_note(proof.checkpoint, public_key_of(proof.public_key))
    except (BadCheckpoint, ValueError):
        return False
    hashes = [bytes.fromhex(node) for node in proof.hashes]
    return includes(bytes.fromhex(proof.leaf_hash), proof.position, checkpoint.size, hashes, checkpoint.root)


def _page(ask: Ask, explained: Explained, *, problem: str = "", purpose: str = "", status: int = 200) -> Response:
    return page(
        ask,
        "journal/decision.html",
        status=status,
        told=explained,
        texts=_texts(explained),
        titles=_titles(explained, ask.locale),
        proven=explained.proof is not None and is_proven(explained.proof),
        problem=problem,
        purpose=purpose,
        words=words,
    )


def _titles(explained: Explained, locale: Locale) -> dict[str, str]:
    """Return what the policies of that revision were called."""
    policies = explained.policies.policy_set.policies if explained.policies else ()
    return {policy.id: getattr(policy.title, locale) for policy in policies}


def _texts(explained: Explained) -> dict[str, str]:
    """Return the text of each rule exactly as it stands in the policy file of that revision."""
    files = explained.policies.files if explained.policies else {}
    return {
        f"{each.finding.policy}.{each.finding.rule}": text
        for each in explained.findings
        if (text := rule_text(files.get(f"{each.finding.policy}.yaml", ""), each.finding.rule))
    }


def rule_text(text: str, rule: str) -> str:
    """Return the lines of one rule in a policy file, empty where its list is not written in the usual way."""
    lines = text.splitlines()
    begins = [number for number, line in enumerate(lines) if _TOP_LEVEL_RULE.match(line)]
    for place, begin in enumerate(begins):
        if lines[begin].split("id:", 1)[1].split("#")[0].strip().strip("\"'") == rule:
            end = begins[place + 1] if place + 1 < len(begins) else len(lines)
            return "\n".join(lines[begin:end]).rstrip()
    return ""
