"""A result of what-if in the order and words of its page."""

from __future__ import annotations

from typing import Final, NamedTuple

from atesaki.console.shell.text import mark as _
from atesaki.judgement.explain import Locale
from atesaki.sending.replay.compare import Kind
from atesaki.sending.replay.report import DepartmentReport, Report, RuleReport

DAYS: Final = (7, 30, 90, 365)

KINDS: Final[tuple[tuple[Kind, str], ...]] = (
    ("blocked", _("Newly blocked")),
    ("warned", _("Newly warned")),
    ("silent", _("No longer held")),
    ("eased", _("Warned instead of blocked")),
    ("unknown", _("Can't be told")),
    ("same", _("As before")),
)

READS: Final = {
    "subject": _("words of the subject"),
    "body": _("the text of the mail"),
    "greeting_mismatch": _("the greeting"),
    "attachments": _("names, sizes and mentions of attachments"),
    "added_to_thread": _("who was in the conversation before"),
    "groups": _("the sender's groups"),
    "members": _("who reads a mailing list"),
}

ACTIONS: Final = {"allow": _("let through"), "warn": _("warned"), "block": _("blocked")}


class Rule(NamedTuple):
    """One rule as a row; `reads` are texts that are still to be translated."""

    title: str
    numbers: RuleReport
    reads: tuple[str, ...]


class View(NamedTuple):
    """All that the page shows."""

    report: Report
    changed: tuple[Rule, ...]
    unclear: tuple[Rule, ...]
    unchanged: tuple[Rule, ...]
    departments: tuple[DepartmentReport, ...]
    kinds: tuple[tuple[Kind, str], ...] = KINDS
    actions: dict[str, str] = ACTIONS


def view_of(report: Report, locale: Locale) -> View:
    """Put a report in order: what changes most comes first."""
    rules = [Rule(each.titles.get(locale, each.rule), each, _reads(each)) for each in report.rules]
    changed = sorted((rule for rule in rules if rule.numbers.changed), key=_most_changed)
    still = [rule for rule in rules if not rule.numbers.changed]
    return View(
        report=report,
        changed=tuple(changed),
        unclear=tuple(rule for rule in still if rule.numbers.untold),
        unchanged=tuple(rule for rule in still if not rule.numbers.untold),
        departments=tuple(sorted(report.departments, key=lambda each: each.department)),
    )


def _reads(rule: RuleReport) -> tuple[str, ...]:
    return tuple(READS[key] for key in rule.reads if key in READS)


def _most_changed(rule: Rule) -> tuple[int, str]:
    return -(rule.numbers.new + rule.numbers.gone), rule.numbers.rule
