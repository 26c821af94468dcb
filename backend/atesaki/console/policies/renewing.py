"""What this version ships: put into a draft, merged with one's own, or looked at beside what is in force."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from starlette.responses import Response

from atesaki.console.policies.changes import file_changes
from atesaki.console.policies.in_force import PolicyNotFound, about
from atesaki.console.policies.ports import Ports
from atesaki.console.policies.rendering import page
from atesaki.console.policies.saving import STARTED
from atesaki.console.policies.workbench import editor_of, title_in
from atesaki.console.shell.ask import Ask
from atesaki.console.shell.render import redirect
from atesaki.console.shell.text import mark as _
from atesaki.policies.drafting.drafting import Change
from atesaki.policies.renewal import files_of
from atesaki.storage.engine import micros

_NOTED = _("Noted. It is not told again.")
_RENEWAL = _("What the new version ships")
_RENEWAL_OF = _("What the new version ships: %(policy)s")


class RenewalPages(NamedTuple):
    """The pages about what this version ships."""

    ports: Ports

    def renew(self, ask: Ask) -> Response:
        """Begin a draft with what this version ships and is not in force yet."""
        renewals = self.ports.renewals
        if renewals is None:
            return redirect(ask, "/policies")
        renewal = renewals.found(self._published)
        renewals.note(micros(self.ports.now()))
        if not renewal.taken:
            return redirect(ask, "/policies", said=ask.text(_NOTED))
        return self._begun(ask, renewal.files, ask.text(_RENEWAL))

    def beside(self, ask: Ask) -> Response:
        """Show what differs between a policy in force and what this version ships of it."""
        policy = ask.path("policy")
        own, shipped = self._both(policy)
        changes = file_changes(own, shipped, ask)
        title = _title(policy, own, shipped, ask)
        return page(ask, "policies/beside.html", policy=policy, title=title, changes=changes, about=about(self.ports))

    def take(self, ask: Ask) -> Response:
        """Begin a draft with what this version ships of a policy in the place of one's own."""
        policy = ask.path("policy")
        own, shipped = self._both(policy)
        others = {name: text for name, text in self._published.items() if name not in own}
        title = ask.text(_RENEWAL_OF, policy=_title(policy, own, shipped, ask))
        return self._begun(ask, {**others, **shipped}, title)

    @property
    def _published(self) -> Mapping[str, str]:
        return self.ports.policies.newest.files

    def _both(self, policy: str) -> tuple[dict[str, str], dict[str, str]]:
        shipped = self.ports.renewals.shipped(policy) if self.ports.renewals else {}
        if not shipped:
            raise PolicyNotFound("This version ships no such policy.")
        return files_of(policy, self._published), shipped

    def _begun(self, ask: Ask, files: Mapping[str, str], title: str) -> Response:
        drafting = self.ports.drafting
        draft = drafting.start(title, editor_of(ask))
        names = sorted(draft.files.keys() | files.keys())
        changes = [Change(name, draft.files.get(name), files.get(name)) for name in names]
        drafting.change(draft.head.id, [each for each in changes if each.base != each.text], editor_of(ask))
        return redirect(ask, f"/policies/drafts/{draft.head.id}", said=ask.text(STARTED))


def _title(policy: str, own: Mapping[str, str], shipped: Mapping[str, str], ask: Ask) -> str:
    """Return what a policy is called here, else where it is shipped, else its id."""
    titles = (title_in(files.get(f"{policy}.yaml", ""), ask) for files in (own, shipped))
    return next(filter(None, titles), policy)
