"""What types cannot say about a policy: names that must agree, placeholders that must be known and filled, dates."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from atesaki.judgement.builtin import POLICY as BUILTIN_POLICY
from atesaki.judgement.decision import Action
from atesaki.judgement.policy import Policy, Rule, Text
from atesaki.policies.document import Document, Path, entries_of
from atesaki.policies.errors import PolicyError
from atesaki.policies.shape import unknown_name

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")

PLACEHOLDERS = {
    "roster": {"in_roster"},
    "people": {"exposure"},
    "each": {"exposure"},
    "disclosures": {"exposure"},
    "count": {"recipients", "exposure"},
    "organizations": {"recipients", "exposure"},
    "examples": {"recipients", "exposure"},
    "domain": {"look_alike"},
    "resembles": {"look_alike"},
    "words": {"subject", "body", "missing_although_mentioned", "greeting_mismatch"},
    "attachments": {"attachments"},
    "fields": {"truncated"},
}
"""The placeholders of a policy, each with the condition keys of which one must stand in `when` to fill it.

The judgement's `{error}` is not among them: it is for the program's own findings.
"""


def policy_errors(document: Document, policy: Policy) -> Iterator[PolicyError]:
    """Yield every mistake in the meaning of one policy."""
    yield from _empty_keys(document)
    stem = PurePosixPath(document.file).stem
    if policy.id != stem:
        yield document.error_at(["id"], f"The id “{policy.id}” must be the name of the file, “{stem}”.")
    if policy.id == BUILTIN_POLICY:
        yield document.error_at(["id"], f"The id “{BUILTIN_POLICY}” is kept for the program's own findings.")
    if not policy.rules:
        yield document.error_at(["rules"], "A policy needs at least one rule.")
    seen = set()
    for number, rule in enumerate(policy.rules):
        if rule.id in seen:
            yield document.error_at(["rules", number, "id"], f"The rule id “{rule.id}” stands twice in this policy.")
        seen.add(rule.id)
        yield from _rule_errors(document, ["rules", number], rule)


def _empty_keys(document: Document) -> Iterator[PolicyError]:
    """Find every key without a value: a filter that lost its last line would fit, or exempt, every message."""
    for key, value in entries_of(document.root):
        if value.tag.endswith(":null"):
            yield document.error(key, f"The key “{key.value}” has no value; give it one or leave the key out.")


def _rule_errors(document: Document, path: Path, rule: Rule) -> Iterator[PolicyError]:
    if rule.action is Action.ALLOW:
        sentence = "A rule warns or blocks; to let messages pass, write an exemption with “unless”."
        yield document.error_at([*path, "action"], sentence)
    if rule.active.from_ and rule.active.until and rule.active.from_ > rule.active.until:
        yield document.error_at([*path, "active", "until"], "The rule would end before it begins.")
    if len(set(rule.remedies)) < len(rule.remedies):
        yield document.error_at([*path, "remedies"], "A remedy stands here twice.")
    yield from _exemption_errors(document, path, rule)
    asked = {key.value for key, _ in entries_of(document.at([*path, "when"]))}
    yield from _text_errors(document, [*path, "message"], rule.message, asked)
    if rule.message.appointment:
        yield from _text_errors(document, [*path, "message", "appointment"], rule.message.appointment, asked)


def _exemption_errors(document: Document, path: Path, rule: Rule) -> Iterator[PolicyError]:
    seen = set()
    for number, exemption in enumerate(rule.exemptions):
        inside = [*path, "exemptions", number]
        if exemption.id in seen:
            yield document.error_at([*inside, "id"], f"The exemption id “{exemption.id}” stands twice in this rule.")
        seen.add(exemption.id or object())
        if rule.active.from_ and exemption.until < rule.active.from_:
            yield document.error_at([*inside, "until"], "The exemption would end before the rule begins.")


def _text_errors(document: Document, path: Path, text: Text, asked: set[str]) -> Iterator[PolicyError]:
    for language in ("ja", "en"):
        for sentence in _template_errors(getattr(text, language), asked):
            yield document.error_at([*path, language], sentence)


def _template_errors(template: str, asked: set[str]) -> Iterator[str]:
    for name in dict.fromkeys(_PLACEHOLDER.findall(template)):
        if name not in PLACEHOLDERS:
            yield unknown_name(name, sorted(PLACEHOLDERS), "placeholder", "Known placeholders")
        elif not PLACEHOLDERS[name] & asked:
            keys = " or ".join(sorted(PLACEHOLDERS[name]))
            yield f"The placeholder {{{name}}} would stay empty; it is filled by {keys} in “when”."
    if re.search(r"[{}]", _PLACEHOLDER.sub("", template)):
        yield "A brace is open or closed without its counterpart."
