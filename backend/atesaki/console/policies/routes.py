"""The routes of policies, all for admins."""

from __future__ import annotations

from typing import Final

from atesaki.console.policies.cases import CasePages
from atesaki.console.policies.drafts import DraftPages
from atesaki.console.policies.file import FilePages
from atesaki.console.policies.history import HistoryPages
from atesaki.console.policies.in_force import InForcePages
from atesaki.console.policies.policies import PolicyPages
from atesaki.console.policies.ports import Ports
from atesaki.console.policies.publish import PublishPages
from atesaki.console.policies.quick import QuickPages
from atesaki.console.policies.renewing import RenewalPages
from atesaki.console.policies.rules import RulePages
from atesaki.console.shell.navigation import ADMIN
from atesaki.console.shell.pages import Pages

DRAFT: Final = "/policies/drafts/{draft}"
POLICY: Final = f"{DRAFT}/of/{{policy}}"
RULE: Final = f"{POLICY}/rules/{{place}}"


def add_routes(pages: Pages, ports: Ports) -> None:
    """Register all pages."""
    _in_force(pages, ports)
    _drafts(pages, ports)
    _renewal(pages, ports)
    _edits(pages, ports)


def _in_force(pages: Pages, ports: Ports) -> None:
    in_force, quick, history = InForcePages(ports), QuickPages(ports), HistoryPages(ports)
    pages.get("/policies", in_force.overview, roles=ADMIN)
    pages.get("/policies/threats/{policy}", in_force.policy, roles=ADMIN)
    pages.post("/policies/threats/{policy}/rules/{rule}/mode", quick.mode, roles=ADMIN)
    pages.get("/policies/threats/{policy}/rules/{rule}/exempt", quick.ask_exemption, roles=ADMIN)
    pages.post("/policies/threats/{policy}/rules/{rule}/exempt", quick.exempt, roles=ADMIN)
    pages.get("/policies/history", history.overview, roles=ADMIN)
    pages.get("/policies/history/{number}", history.show, roles=ADMIN)
    pages.post("/policies/history/{number}/roll-back", history.roll_back, roles=ADMIN)


def _drafts(pages: Pages, ports: Ports) -> None:
    drafts, publish = DraftPages(ports), PublishPages(ports)
    pages.post("/policies/drafts", drafts.start, roles=ADMIN)
    pages.get(DRAFT, drafts.show, roles=ADMIN)
    pages.post(f"{DRAFT}/drop", drafts.drop, roles=ADMIN)
    pages.post(f"{DRAFT}/take-up", drafts.take_up, roles=ADMIN)
    pages.post(f"{DRAFT}/propose", drafts.propose, roles=ADMIN)
    pages.get(f"{DRAFT}/outdated", drafts.outdated, roles=ADMIN)
    pages.post(f"{DRAFT}/outdated", drafts.bring_up_to_date, roles=ADMIN)
    pages.get(f"{DRAFT}/publish", publish.show, roles=ADMIN)
    pages.post(f"{DRAFT}/publish", publish.publish, roles=ADMIN)


def _renewal(pages: Pages, ports: Ports) -> None:
    renewal = RenewalPages(ports)
    pages.post("/policies/renewal", renewal.renew, roles=ADMIN)
    pages.get("/policies/renewal/{policy}", renewal.beside, roles=ADMIN)
    pages.post("/policies/renewal/{policy}", renewal.take, roles=ADMIN)


def _edits(pages: Pages, ports: Ports) -> None:
    files, rules, tests, policies = FilePages(ports), RulePages(ports), CasePages(ports), PolicyPages(ports)
    pages.get(f"{DRAFT}/files/{{file}}", files.show, roles=ADMIN)
    pages.post(f"{DRAFT}/files/{{file}}", files.save, roles=ADMIN)
    pages.get(f"{DRAFT}/new", policies.new, roles=ADMIN)
    pages.post(f"{DRAFT}/new", policies.add, roles=ADMIN)
    pages.get(POLICY, rules.policy, roles=ADMIN)
    pages.post(POLICY, rules.save_policy, roles=ADMIN)
    pages.post(f"{POLICY}/arrange", rules.arrange, roles=ADMIN)
    pages.post(f"{POLICY}/remove", policies.remove, roles=ADMIN)
    pages.get(RULE, rules.rule, roles=ADMIN)
    pages.post(RULE, rules.save_rule, roles=ADMIN)
    pages.post(f"{RULE}/preview", rules.preview, roles=ADMIN)
    pages.get(f"{POLICY}/tests", tests.show, roles=ADMIN)
    pages.post(f"{POLICY}/tests", tests.add, roles=ADMIN)
    pages.post(f"{POLICY}/tests/mend", tests.mend, roles=ADMIN)
