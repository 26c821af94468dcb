"""Puts the pages of the console together: each slice with the ports that it needs."""

import datetime as dt
import zoneinfo
from collections.abc import Iterable
from functools import partial

from starlette.applications import Starlette

from atesaki.console import (
    assets,
    checks,
    home,
    journal,
    organization,
    policies,
    rights,
    rosters,
    sign_in,
    try_it,
    what_if,
)
from atesaki.console.journal.looking import JournaledLooks
from atesaki.console.journal.routes import Ports as JournalPorts
from atesaki.console.journal.rules import PastSets, RulesInForce
from atesaki.console.journal.saved import SavedSearches
from atesaki.console.journal.taking import Exports
from atesaki.console.rosters import Ports as RosterPorts
from atesaki.console.shell.ask import Desk
from atesaki.console.shell.elsewhere import Elsewhere
from atesaki.console.shell.navigation import ANYBODY
from atesaki.console.shell.pages import Pages
from atesaki.console.sign_in import SignInDesk
from atesaki.console.try_it.kept import KeptTrials
from atesaki.console.try_it.sets import RuleSets
from atesaki.foundation import recorder
from atesaki.identity.person import Person
from atesaki.journal.accept import refused_at
from atesaki.journal.export import Export, Format, Selection, viewed
from atesaki.journal.read import Reader
from atesaki.judgement.facts import Organization
from atesaki.judgement.organization import is_within
from atesaki.judgement.policy_set import PolicySet
from atesaki.parts import Parts
from atesaki.policies.drafting.drafting import Drafting
from atesaki.policies.drafting.store import DraftStore
from atesaki.policies.named_rosters import policies_naming
from atesaki.policies.renewal import Renewals
from atesaki.policies.revisions import RevisionStore
from atesaki.policies.shipped import shipped_folder
from atesaki.rosters.accounts import AccountStandings
from atesaki.rosters.mail_servers import MailServers
from atesaki.rosters.members import find_hits
from atesaki.sending.decisions import StoredDecisions
from atesaki.sending.explained import Explainer
from atesaki.sending.index.days import DayFigures
from atesaki.sending.index.figures import RuleFigures
from atesaki.sending.index.keys import address_hash
from atesaki.sending.index.search import DecisionSearch
from atesaki.sending.pseudonym import open_pseudonyms
from atesaki.sending.replay.runs import Draft
from atesaki.sending.rules_since import RulesSince, Since, VoidChecks
from atesaki.sending.sent_since import SentSince


def open_console(parts: Parts) -> Pages:
    """Return all pages of the console, ready to be mounted."""
    pages = Pages(Desk(parts.people.sessions, parts.base.settings.locale, lambda: _zone(parts)))
    rules = _policies(parts)
    looked = _journal(parts)
    checking = _checks(parts, looked)
    warnings = home.Warnings(
        rules.ending_soon,
        parts.lists.out_of_step,
        parts.lists.untold,
        partial(_answerable, parts, checking),
        parts.rights.erasures.count_waiting,
        parts.policies,
        parts.base.journal,
    )
    home.add_routes(pages, parts.organization, parts.rosters, DayFigures(parts.base.store), warnings)
    organization.add_routes(pages, parts.organization)
    journal.add_routes(pages, looked)
    checks.add_routes(pages, checking)
    policies.add_routes(pages, rules)
    _add_try_it(pages, parts)
    _add_what_if(pages, parts)
    rosters.add_routes(pages, _rosters(parts))
    own = parts.rights
    rights.add_routes(pages, rights.Ports(own.lookup, own.erasures, own.holds, own.retention))
    sign_in.add_routes(pages, _sign_in(parts))
    pages.get("/{elsewhere:path}", Elsewhere(pages.table).show, roles=ANYBODY)  # Last: it answers whatever is left.
    return pages


def mount_console(app: Starlette, pages: Pages) -> None:
    """Give the pages their addresses; the script that they share stands before the static files of the package."""
    app.router.routes.append(assets.htmx_route())
    app.router.routes.extend(pages.router.routes)


def _add_try_it(pages: Pages, parts: Parts) -> None:
    store = parts.base.store
    sets = RuleSets(parts.policies, RevisionStore(store), DraftStore(store))
    try_it.add_routes(pages, sets, parts.facts, KeptTrials(store, recorder(parts.base.journal)))


def _add_what_if(pages: Pages, parts: Parts) -> None:
    drafts = DraftStore(parts.base.store)

    def draft(number: int) -> Draft:
        found = drafts.get(number)
        return Draft(found.head.id, found.head.title, found.files)

    what_if.add_routes(pages, parts.what_if, draft)


def _policies(parts: Parts) -> policies.Ports:
    settings, store = parts.base.settings, parts.base.store
    revisions, record = RevisionStore(store), recorder(parts.base.journal)
    return policies.Ports(
        policies=parts.policies,
        drafting=Drafting(DraftStore(store), revisions, parts.policies, record, four_eyes=settings.four_eyes),
        revisions=revisions,
        organization=parts.organization,
        figures=RuleFigures(store, lambda: parts.organization.value),
        folder=str(settings.policy_dir) if settings.policy_dir else None,
        rosters=lambda: {roster.name for roster in parts.lists.rosters.all()},
        renewals=None if settings.policy_dir else Renewals(store, shipped_folder()),
    )


def _journal(parts: Parts) -> JournalPorts:
    store, reader = parts.base.store, Reader(parts.base.store)
    pseudonyms = open_pseudonyms(store)

    def record_look(record_id: str, *, purpose: str, by: str) -> object:
        return parts.base.journal.append_blocking(viewed(record_id, purpose=purpose, by=by))

    return JournalPorts(
        search=DecisionSearch(store),
        hash_of=partial(address_hash, pseudonyms),
        explain=Explainer(reader, PastSets(RevisionStore(store))),
        looks=JournaledLooks(reader),
        record_look=record_look,
        rules=RulesInForce(lambda: parts.policies.policy_set),
        saved=SavedSearches(store, recorder(parts.base.journal)),
        figures=DayFigures(store),
        exports=_exports(parts),
        lags=parts.feed,
        refused=partial(refused_at, store),
    )


def _checks(parts: Parts, looked: JournalPorts) -> checks.Ports:
    def organization() -> Organization:
        return parts.organization.value

    def in_force() -> PolicySet:
        return parts.policies.policy_set

    def since_asked(decision_id: str) -> Since | None:
        # Judged by the program: nobody looks at it, so no look is recorded.
        told = looked.explain.explain(decision_id, "en", personal=True)
        return since(told) if told else None

    store = parts.base.store
    since = RulesSince(in_force, organization, partial(find_hits, store))
    return checks.Ports(
        checks=parts.second_checks,
        explain=looked.explain,
        record_look=looked.record_look,
        organization=organization,
        rules_since=since,
        void=VoidChecks(lambda: in_force().revision, since_asked),
        sent_since=SentSince(store, StoredDecisions(store), looked.hash_of),
    )


def _answerable(parts: Parts, checking: checks.Ports, person: Person) -> int:
    """Count the checks that this person may answer, but for those that no answer would let go any more."""
    waiting = parts.second_checks.waiting_for(person)
    return len(waiting) - len(checking.void(waiting))


def _exports(parts: Parts) -> Exports:
    journal = parts.base.journal

    def record_look(selection: Selection, purpose: str, by: str) -> object:
        return journal.append_blocking(viewed("journal", purpose=purpose, by=by, selection=selection))

    def opened(selection: Selection, chosen: Format, subjects: Iterable[str] | None) -> Export:
        return Export(parts.base.store, selection, dt.datetime.now(dt.UTC), chosen, subjects)

    return Exports(journal.checkpoint, opened, record_look)


def _rosters(parts: Parts) -> RosterPorts:
    def internal(domain: str) -> bool:
        return is_within(domain, frozenset(parts.organization.value.internal_domains))

    lists = parts.lists
    return RosterPorts(
        store=parts.base.store,
        rosters=lists.rosters,
        uploads=lists.uploads,
        sync=lists.sync,
        directories=lists.directories,
        mail_servers=MailServers(),
        accounts=AccountStandings(tuple(lists.directories.values())),
        internal=internal,
        policies_naming=lambda roster: policies_naming(parts.policies.policy_set.policies, roster),
        max_import_bytes=parts.base.settings.max_import_bytes,
    )


def _sign_in(parts: Parts) -> SignInDesk:
    settings = parts.base.settings
    return SignInDesk(*parts.people, provider=settings.oidc_issuer or "", public_url=settings.public_url)


def _zone(parts: Parts) -> dt.tzinfo:
    return zoneinfo.ZoneInfo(parts.organization.value.time_zone)
