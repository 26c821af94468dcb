"""What is in force: the list by threat, and one policy in words."""

from __future__ import annotations

from typing import NamedTuple

from starlette.responses import Response

from atesaki.console.policies.ports import Ports
from atesaki.console.policies.reading import FIGURE_DAYS, Reader
from atesaki.console.policies.rendering import page
from atesaki.console.shell.ask import Ask
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.policy import Policy
from atesaki.policies.drafting.draft import DraftHead, PolicyDraft
from atesaki.policies.in_words import name
from atesaki.policies.load import TEST_ENDING
from atesaki.policies.renewal import files_of


class PolicyNotFound(AtesakiError):
    """There is no such policy, rule or publication."""

    status = 404
    type = "policy-not-found"


class InForcePages(NamedTuple):
    """The pages about what is in force."""

    ports: Ports

    def overview(self, ask: Ask) -> Response:
        """Show all rules, by threat."""
        ports = self.ports
        reader = self._reader(ask)
        policies = [reader.policy(policy) for policy in ports.policies.in_force.loaded.policy_set.policies]
        return page(
            ask,
            "policies/list.html",
            policies=policies,
            endings=ports.ending_soon(),
            titles={view.policy.id: view.title for view in policies},
            drafts=ports.drafting.alive(),
            renewal=ports.renewals and ports.renewals.found(ports.policies.newest.files),
            about=about(self.ports),
        )

    def policy(self, ask: Ask) -> Response:
        """Show one policy in words."""
        found = self.found(ask.path("policy"))
        files = self.ports.policies.in_force.published.files
        return page(
            ask,
            "policies/policy.html",
            view=self._reader(ask).policy(found),
            text=files[f"{found.id}.yaml"],
            differs=differs_from_shipped(self.ports, found.id),
            drafts=drafts_with(self.ports, found),
            begun=drafts_about(self.ports, found),
            name=lambda value: name(value, ask.locale),
            about=about(self.ports),
        )

    def found(self, wanted: str) -> Policy:
        """Return a policy in force; raises `PolicyNotFound`."""
        policies = self.ports.policies.in_force.loaded.policy_set.policies
        policy = next((policy for policy in policies if policy.id == wanted), None)
        if policy is None:
            raise PolicyNotFound("There is no such policy in force.")
        return policy

    def _reader(self, ask: Ask) -> Reader:
        figures = self.ports.figures.last_days(FIGURE_DAYS) if self.ports.figures else {}
        return Reader(ask.locale, self.ports.today, figures)


def differs_from_shipped(ports: Ports, policy: str) -> bool:
    """Tell whether this version ships a policy, or its tests, in other texts than those published last."""
    shipped = ports.renewals.shipped(policy) if ports.renewals else {}
    return bool(shipped) and shipped != files_of(policy, ports.policies.newest.files)


def drafts_about(ports: Ports, policy: Policy) -> list[PolicyDraft]:
    """Return the drafts that change a policy or its tests, or were begun on its page, which gives them its title."""
    names = (f"{policy.id}.yaml", f"{policy.id}{TEST_ENDING}")
    return ports.drafting.about(names, (policy.title.ja, policy.title.en))


def drafts_with(ports: Ports, policy: Policy) -> list[DraftHead]:
    """Return the drafts in which a policy can be changed, because they have it."""
    drafting = ports.drafting
    return [head for head in drafting.alive() if f"{policy.id}.yaml" in drafting.get(head.id).files]


def about(ports: Ports) -> dict[str, object]:
    """Return what every page tells of the set in force."""
    return {
        "published": ports.policies.in_force.published,
        "newest": ports.policies.newest,
        "problem": ports.policies.problem,
        "unread": ports.policies.unread,
        "read_only": ports.policies.read_only,
        "folder": ports.folder,
        "missing": ports.missing_rosters(ports.policies.in_force.loaded),
        "counted": ports.figures is not None,
        "four_eyes": ports.drafting.four_eyes,
    }
