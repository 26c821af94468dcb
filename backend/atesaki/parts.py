"""Opens every slice and keeps them running: what the application is made of, before it has any address."""

import asyncio
import contextlib
from functools import partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

from atesaki.api.second_checks import check_url
from atesaki.foundation import Foundation, open_foundation, recorder
from atesaki.huge_pages import keep_in_huge_pages
from atesaki.identity.entra import EntraTokens, Registration
from atesaki.identity.google import KEYS_URL
from atesaki.identity.jwks import Fetch, ProviderKeys
from atesaki.identity.nonce import Nonces
from atesaki.identity.rates import TokenBuckets
from atesaki.journal.feed import Feed
from atesaki.journal.feed.receivers import receivers_of
from atesaki.judgement.facts import Organization
from atesaki.people import People, open_people
from atesaki.policies.current import CurrentPolicies
from atesaki.policies.revisions import RevisionStore
from atesaki.policies.shipped import shipped_folder
from atesaki.rights import Rights, open_rights
from atesaki.roster_parts import RosterParts, open_rosters
from atesaki.rosters.members import find_hits
from atesaki.rosters.rosters import Rosters
from atesaki.sending.check import Check
from atesaki.sending.decisions import StoredDecisions
from atesaki.sending.earlier_check import EarlierChecks
from atesaki.sending.errors import OrganizationChanged
from atesaki.sending.facts import FactSources
from atesaki.sending.history import Correspondents
from atesaki.sending.idempotency import Retries
from atesaki.sending.index.indexer import Indexer, keep_indexed
from atesaki.sending.limits import Limits
from atesaki.sending.organization import CurrentOrganization
from atesaki.sending.outcome import Outcomes
from atesaki.sending.pseudonym import Pseudonyms, open_pseudonyms
from atesaki.sending.release import Releases
from atesaki.sending.replay.runs import Runs
from atesaki.sending.second_check import SecondChecks
from atesaki.sending.second_check_mail import second_check_mails
from atesaki.sending.upkeep import keep_tidy
from atesaki.settings import Settings


class Parts(NamedTuple):
    """Every slice, opened."""

    base: Foundation
    policies: CurrentPolicies
    lists: RosterParts
    organization: CurrentOrganization
    facts: FactSources
    correspondents: Correspondents
    limits: Limits
    check: Check
    retries: Retries
    releases: Releases
    second_checks: SecondChecks
    outcomes: Outcomes
    entra: EntraTokens
    google: ProviderKeys
    nonces: Nonces
    people: People
    indexer: Indexer
    what_if: Runs
    rights: Rights
    feed: Feed

    @property
    def rosters(self) -> Rosters:
        """The registered lists themselves."""
        return self.lists.rosters


async def open_parts(settings: Settings, fetch: Fetch, closing: contextlib.AsyncExitStack) -> Parts:
    """Open every slice, to be closed by `closing`; raises `AtesakiError` with one sentence about what can't be."""
    base = await asyncio.to_thread(open_foundation, settings, closing)
    parts = await asyncio.to_thread(_build, base, fetch, closing)
    await asyncio.to_thread(parts.policies.start)
    closing.callback(parts.policies.stop)
    await parts.lists.lookup.start()
    closing.push_async_callback(parts.lists.lookup.stop)
    if parts.lists.facts is not None:
        parts.lists.facts.start()
        closing.callback(parts.lists.facts.stop)
    closing.callback(parts.correspondents.flush)
    closing.callback(parts.what_if.stop)
    parts.rights.upkeep.start()
    closing.callback(parts.rights.upkeep.stop)
    await asyncio.to_thread(parts.feed.start)
    closing.callback(parts.feed.stop)
    for work in (
        parts.organization.keep_fresh(),
        parts.correspondents.keep_writing(),
        keep_tidy(base.store),
        keep_indexed(parts.indexer),
        parts.lists.keep_in_step(),
        parts.lists.keep_tidy(),
        parts.entra.keep_fresh(),
        keep_in_huge_pages(),
        *([parts.google.keep_fresh()] if settings.uses_google else []),
    ):
        task = asyncio.create_task(work)
        closing.push_async_callback(_cancelled, task)
    return parts


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task


def _build(base: Foundation, fetch: Fetch, closing: contextlib.AsyncExitStack) -> Parts:
    settings, store, journal = base.settings, base.store, base.journal
    pseudonyms, found = open_pseudonyms(store), StoredDecisions(store)
    record, shipped = recorder(journal), shipped_folder()
    policies = CurrentPolicies(RevisionStore(store), record, shipped=shipped, folder=settings.policy_dir)
    organization, correspondents = _organization(base), Correspondents(store, pseudonyms)
    lists = open_rosters(base, pseudonyms.of_bytes, closing)
    check = Check(
        policies=policies,
        facts=(facts := FactSources(lists.lookup, correspondents, organization, lists.facts)),
        journal=journal,
        releases=(releases := Releases(store, found, journal, pseudonyms)),
        checks=EarlierChecks(store, found, pseudonyms, lambda: ZoneInfo(organization.value.time_zone)),
        correspondents=correspondents,
        pseudonyms=pseudonyms,
        locale=settings.locale,
    )
    return Parts(
        base=base,
        policies=policies,
        organization=organization,
        facts=facts,
        correspondents=correspondents,
        lists=lists,
        limits=Limits(TokenBuckets(settings.rate_per_key), TokenBuckets(settings.rate_per_sender), journal, pseudonyms),
        check=check,
        retries=Retries(store, check, found, releases),
        releases=releases,
        second_checks=SecondChecks(store, found, journal, releases),
        outcomes=Outcomes(found, journal, correspondents, releases),
        entra=EntraTokens(_registration(settings), fetch),
        google=ProviderKeys(KEYS_URL, fetch),
        nonces=Nonces(pseudonyms.of_bytes),
        people=open_people(base, pseudonyms),
        indexer=Indexer(store, pseudonyms, organization, partial(find_hits, store)),
        what_if=_what_if(base, policies, lists),
        rights=_rights(base, pseudonyms, lists.rosters, correspondents),
        feed=_feed(base, pseudonyms),
    )


def _what_if(base: Foundation, policies: CurrentPolicies, lists: RosterParts) -> Runs:
    address = str(base.settings.store_address)
    return Runs(base.store, address, lambda: policies.in_force.loaded.files, directories=lists.facts is not None)


def _feed(base: Foundation, pseudonyms: Pseudonyms) -> Feed:
    settings, store = base.settings, base.store
    notices = second_check_mails(settings, store, pseudonyms.of, partial(check_url, settings.public_url or ""))
    return Feed(store, receivers_of(settings, pseudonyms.of)._replace(notices=notices), base.journal)


def _rights(base: Foundation, pseudonyms: Pseudonyms, rosters: Rosters, correspondents: Correspondents) -> Rights:
    days, forget = base.settings.retention_days, correspondents.forget
    return open_rights(base.store, base.journal, pseudonyms, rosters, retention_days=days, forget=forget)


def _registration(settings: Settings) -> Registration:
    return Registration(
        settings.entra_authority, settings.entra_tenants, settings.entra_audiences, settings.entra_clients
    )


def _organization(base: Foundation) -> CurrentOrganization:
    organization = CurrentOrganization(base.store, base.journal)
    if organization.state.revision == 0 and base.settings.internal_domains:
        with contextlib.suppress(OrganizationChanged):  # Another replica that starts at the same moment was faster.
            organization.put(Organization(internal_domains=base.settings.internal_domains), "settings", seen=0)
        organization.refresh()
    return organization
