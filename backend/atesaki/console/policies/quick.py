"""The two changes that are made most: another mode for a rule, and an exemption; each in one form."""

from __future__ import annotations

import datetime as dt
from http import HTTPStatus
from typing import Any, NamedTuple

import msgspec
from starlette.responses import Response

from atesaki.console.policies.in_force import InForcePages, PolicyNotFound, drafts_about, drafts_with
from atesaki.console.policies.ports import Ports
from atesaki.console.policies.rendering import page
from atesaki.console.policies.saving import save
from atesaki.console.policies.stubs import EXEMPTION_DAYS, is_name
from atesaki.console.policies.workbench import Bench, editor_of
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.numbers import number_of
from atesaki.console.shell.text import mark as _
from atesaki.judgement.policy import Policy, Rule
from atesaki.policies.drafting.draft import PolicyDraft
from atesaki.policies.drafting.drafting import Change
from atesaki.policies.editing import add_item, plain_of, set_value
from atesaki.policies.editing.fields import orders_of
from atesaki.policies.errors import PolicyErrors

_IN_DRAFT = _("Changed in the draft. Look at it, then publish it.")
_COUNTED = {"addresses", "in_roster", "organizations", "same_organization", "share", "strangers"}
"""Keys that can't stand beside the addresses of exempt recipients, or that count more than one of them."""

_MODES = ("enforce", "simulate", "off")


class QuickPages(NamedTuple):
    """The pages of quick changes."""

    ports: Ports

    def mode(self, ask: Ask) -> Response:
        """Enforce a rule, try it out, or switch it off, in a draft."""
        policy, rule = self._named(ask)
        wanted = ask.value("mode")
        if wanted not in _MODES:
            raise PolicyNotFound("There is no such mode.")
        titles = {
            "enforce": _("Enforce %(rule)s"),
            "simulate": _("Only try out %(rule)s"),
            "off": _("Switch off %(rule)s"),
        }
        draft = self._draft(ask, ask.text(titles[wanted], rule=rule.id))
        file, text, place = _place(draft, policy, rule)
        path = ("rules", place, "mode")
        changed = set_value(file, text, path, wanted, orders_of(Policy, path))
        return save(Bench(self.ports, ask, draft), Change(file, text, changed), _then(draft, policy), _IN_DRAFT)

    def ask_exemption(self, ask: Ask) -> Response:
        """Ask who or what is exempt, who answers for it, and until when."""
        policy, rule = self._named(ask)
        return self._exemption_page(ask, policy, rule, {})

    def exempt(self, ask: Ask) -> Response:
        """Add an exemption to a draft."""
        policy, rule = self._named(ask)
        problems = _problems(ask, rule, self.ports.today)
        if problems:
            return self._exemption_page(ask, policy, rule, problems)
        draft = self._draft(ask, ask.text(_("Exemption from %(rule)s"), rule=rule.id))
        file, text, place = _place(draft, policy, rule)
        changed = add_item(file, text, ("rules", place, "exemptions"), _exemption(ask, rule))
        return save(Bench(self.ports, ask, draft), Change(file, text, changed), _then(draft, policy), _IN_DRAFT)

    def _exemption_page(self, ask: Ask, policy: Policy, rule: Rule, problems: dict[str, str]) -> Response:
        until = self.ports.today + dt.timedelta(days=EXEMPTION_DAYS)
        return page(
            ask,
            "policies/exempt.html",
            status=HTTPStatus.UNPROCESSABLE_ENTITY if problems else HTTPStatus.OK,
            policy=policy,
            rule=rule,
            problems={field: ask.text(problem) for field, problem in problems.items()},
            by_recipient=bool(_looked_for(rule)),
            defaults={"owner": ask.person.author, "until": until.isoformat()},
            drafts=drafts_with(self.ports, policy),
            begun=drafts_about(self.ports, policy),
            title=getattr(policy.title, ask.locale),
        )

    def _named(self, ask: Ask) -> tuple[Policy, Rule]:
        policy = InForcePages(self.ports).found(ask.path("policy"))
        rule = next((rule for rule in policy.rules if rule.id == ask.path("rule")), None)
        if rule is None:
            raise PolicyNotFound("There is no such rule in force.")
        return policy, rule

    def _draft(self, ask: Ask, title: str) -> PolicyDraft:
        """Return the draft that was chosen, or a new one."""
        chosen = number_of(ask.value("draft"))
        if chosen >= 0:
            return self.ports.drafting.get(chosen)
        return self.ports.drafting.start(title, editor_of(ask))


def _place(draft: PolicyDraft, policy: Policy, rule: Rule) -> tuple[str, str, int]:
    """Return the file of the draft, its text, and the place of the rule in it."""
    file = f"{policy.id}.yaml"
    text = draft.files.get(file, "")
    try:
        data: Any = plain_of(file, text)
        rules = data["rules"]
        return file, text, next(place for place, each in enumerate(rules) if each["id"] == rule.id)
    except (PolicyErrors, KeyError, TypeError, StopIteration) as error:
        raise PolicyNotFound("The draft has no such rule any more.") from error


def _then(draft: PolicyDraft, policy: Policy) -> str:
    return f"/policies/drafts/{draft.head.id}#{policy.id}"


_NEEDED = _("Say this, so that somebody can decide about it later.")
_WHOM = _("Give at least one address, or a word of the subject.")
_DATE = _("A date such as 2028-03-31, today or later.")
_ID = _("Lower-case letters, digits and underscores, or nothing.")


def _problems(ask: Ask, rule: Rule, today: dt.date) -> dict[str, str]:
    problems = {field: _NEEDED for field in ("owner", "why") if not ask.value(field).strip()}
    if not _condition(ask, rule):
        problems["senders"] = _WHOM
    if ask.value("id").strip() and not is_name(ask.value("id").strip()):
        problems["id"] = _ID
    if not _is_day(ask.value("until").strip(), today):
        problems["until"] = _DATE
    return problems


def _is_day(text: str, today: dt.date) -> bool:
    try:
        return dt.date.fromisoformat(text) >= today
    except ValueError:
        return False


def _condition(ask: Ask, rule: Rule) -> dict[str, object]:
    """Return the condition of the fields that the short form has; all that are given must hold."""
    senders, words, addresses = (_lines(ask.value(field)) for field in ("senders", "subject", "recipients"))
    condition: dict[str, object] = {}
    if addresses and (wanted := _looked_for(rule)):
        # Beside an exempt recipient, any other one that the rule finds is still told.
        condition["recipients"] = {**wanted, "addresses": addresses}
        condition["not"] = {"recipients": {**wanted, "at_least": 2}}
    if senders:
        condition["sender"] = {"addresses": senders}
    if words:
        condition["subject"] = {"contains": words}
    return condition


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _looked_for(rule: Rule) -> dict[str, object]:
    """Return the filter of a rule that looks for single recipients and for nothing else, empty for any other rule."""
    written = msgspec.json.decode(msgspec.json.encode(rule.when))
    given = {key: value for key, value in written.items() if value is not None}
    wanted = {key: value for key, value in (given.pop("recipients", None) or {}).items() if value is not None}
    if given or wanted.pop("at_least", None) != 1 or wanted.keys() & _COUNTED:
        return {}
    return wanted


def _exemption(ask: Ask, rule: Rule) -> dict[str, object]:
    name = ask.value("id").strip()
    return {
        **({"id": name} if name else {}),
        "owner": ask.value("owner").strip(),
        # Python reads other forms of ISO 8601 too, a policy doesn't.
        "until": dt.date.fromisoformat(ask.value("until").strip()).isoformat(),
        "why": " ".join(ask.value("why").split()),
        "when": _condition(ask, rule),
    }
