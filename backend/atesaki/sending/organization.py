"""Who we are, kept in the store: domains, time zone and office hours, replaced as a whole and journaled."""

import asyncio
import datetime as dt
import zoneinfo
from collections.abc import Iterable

import msgspec
from msgspec import Struct
from sqlalchemy import delete, insert, select

from atesaki.journal import Entry
from atesaki.judgement.facts import Organization
from atesaki.judgement.organization import is_free_mail, is_public_suffix, normalize_domain
from atesaki.sending.errors import OrganizationInvalid
from atesaki.sending.records import RecordsBlocking
from atesaki.storage.engine import Store, micros
from atesaki.storage.tables import documents

NAME = "organization"
REFRESH_SECONDS = 2.0
"""How long another process's change may stay unnoticed."""


SHARED = "{domain} can't be an internal domain: strangers have addresses there too; name a domain of your own."


class OrganizationState(Struct, frozen=True):
    """The organization in force; revision 0 is the one that nobody has described yet."""

    organization: Organization = Organization()
    revision: int = 0


def stored_organization(store: Store) -> OrganizationState:
    """Return the organization in the store, revision 0 where there is none."""
    query = select(documents.c.revision, documents.c.body).where(documents.c.name == NAME)
    with store.read() as connection:
        row = connection.execute(query).first()
    if row is None:
        return OrganizationState()
    return OrganizationState(msgspec.json.decode(row.body, type=Organization), row.revision)


class CurrentOrganization:
    """The organization in force, read from the store at the start and whenever it changes."""

    def __init__(self, store: Store, journal: RecordsBlocking) -> None:
        self._store = store
        self._journal = journal
        self.state = OrganizationState()
        self.refresh()

    @property
    def value(self) -> Organization:
        """The organization in force."""
        return self.state.organization

    def refresh(self) -> None:
        """Read the store again."""
        state = stored_organization(self._store)
        if state.revision != self.state.revision:
            self.state = state

    async def keep_fresh(self) -> None:
        """Notice what other processes change, until cancelled; while the store is away, the last state stays."""
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            try:
                await asyncio.to_thread(self.refresh)
            except Exception:  # noqa: BLE001, S112  # Without the store nothing can be recorded, so nothing is answered.
                continue

    def put(self, organization: Organization, author: str) -> OrganizationState:
        """Replace the organization; raises `OrganizationInvalid` with the setting that can't be used."""
        before = self.state
        after = OrganizationState(checked(organization), before.revision + 1)
        body = {
            "revision": after.revision,
            "before": before.organization,
            "after": after.organization,
        }
        # Recorded first: a change that took effect unrecorded would be worse than a record of one that failed.
        self._journal.append_blocking(Entry("organization.changed", NAME, body, {"author": author}))
        self._write(after)
        self.state = after
        return after

    def _write(self, state: OrganizationState) -> None:
        now = micros(dt.datetime.now(dt.UTC))
        text = msgspec.json.encode(state.organization).decode()
        with self._store.write() as connection:
            connection.execute(delete(documents).where(documents.c.name == NAME))
            connection.execute(insert(documents).values(name=NAME, revision=state.revision, body=text, updated_at=now))


def checked(organization: Organization) -> Organization:
    """Return the organization with its domains in lower-case A-labels, each once.

    Raises `OrganizationInvalid` for what is no domain, no IANA time zone, a day that ends before it begins,
    or an internal domain of a mailbox provider or registry.
    """
    if organization.time_zone not in zoneinfo.available_timezones():
        raise OrganizationInvalid("This is not an IANA time zone such as Asia/Tokyo.", field="time_zone")
    if organization.office_hours.end <= organization.office_hours.start:
        raise OrganizationInvalid("Office hours must end after they start.", field="office_hours.end")
    cleaned = msgspec.structs.replace(
        organization,
        internal_domains=_domains(organization.internal_domains, "internal_domains"),
        partner_domains=_domains(organization.partner_domains, "partner_domains"),
    )
    if domain := shared_domain(cleaned):
        place = cleaned.internal_domains.index(domain)
        raise OrganizationInvalid(SHARED.format(domain=domain), field=f"internal_domains[{place}]")
    return cleaned


def shared_domain(organization: Organization) -> str | None:
    """Return the first internal domain that belongs to strangers too; the judgement takes nobody there for ours."""
    domains = organization.internal_domains
    return next((domain for domain in domains if is_free_mail(domain) or is_public_suffix(domain)), None)


def _domains(domains: Iterable[str], field: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_domain(text, f"{field}[{place}]") for place, text in enumerate(domains)))


def _domain(text: str, field: str) -> str:
    try:
        return normalize_domain(text)
    except ValueError as error:
        raise OrganizationInvalid(str(error), field=field) from error
