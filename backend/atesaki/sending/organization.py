"""Who we are, kept in the store: domains, time zone and office hours, replaced as a whole and journaled."""

import asyncio
import datetime as dt
import threading
import zoneinfo
from collections.abc import Iterable

import msgspec
from msgspec import Struct

from atesaki.journal import Entry
from atesaki.journal.changes import Change, newest_change
from atesaki.journal.read import Reader
from atesaki.judgement.facts import Organization
from atesaki.judgement.organization import is_free_mail, is_public_suffix, normalize_domain
from atesaki.sending.errors import OrganizationChanged, OrganizationInvalid
from atesaki.sending.records import RecordsBlocking
from atesaki.storage.documents import Document, DocumentChanged, Kept
from atesaki.storage.engine import Store, micros

KIND = "organization.changed"
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
    return _state(Document(store, NAME).read())


class CurrentOrganization:
    """The organization in force, read from the store at the start and whenever it changes."""

    def __init__(self, store: Store, journal: RecordsBlocking) -> None:
        self._store = store
        self._journal = journal
        self._document = Document(store, NAME)
        self._taking = threading.Lock()
        self.state = OrganizationState()
        self.refresh()

    @property
    def value(self) -> Organization:
        """The organization in force."""
        return self.state.organization

    def refresh(self) -> OrganizationState:
        """Read the store again, and return what is in force."""
        self._take(_state(self._document.read()))
        return self.state

    async def keep_fresh(self) -> None:
        """Notice what other processes change, until cancelled; while the store is away, the last state stays."""
        while True:
            await asyncio.sleep(REFRESH_SECONDS)
            try:
                await asyncio.to_thread(self.refresh)
            except Exception:  # noqa: BLE001, S112  # Without the store nothing can be recorded, so nothing is answered.
                continue

    def put(self, organization: Organization, author: str, *, seen: int | None = None) -> OrganizationState:
        """Replace the newest organization, where `seen` is given only the one of that revision.

        Raises `OrganizationChanged`, or `OrganizationInvalid` with the setting that can't be used.
        """
        wanted = checked(organization)
        with self._document.alone() as kept:
            before = _state(kept)
            if seen not in {None, before.revision}:
                raise _changed()
            after = OrganizationState(wanted, before.revision + 1)
            # Recorded first: a change that took effect unrecorded would be worse than a record of one that failed.
            self._journal.append_blocking(_entry(before, after, author))
            self._write(after)
        self._take(after)
        return after

    def change_to(self, revision: int) -> Change | None:
        """Return who made this revision and when, as far as the journal still knows."""
        return newest_change(Reader(self._store), KIND, lambda body, _: body.get("revision") == revision)

    def _take(self, state: OrganizationState) -> None:
        """Let it be in force here, unless another thread has a newer one by now."""
        with self._taking:
            if state.revision > self.state.revision:
                self.state = state

    def _write(self, state: OrganizationState) -> None:
        body, now = msgspec.json.encode(state.organization).decode(), micros(dt.datetime.now(dt.UTC))
        try:
            with self._store.write() as connection:
                self._document.replace(connection, body, seen=state.revision - 1, at=now)
        except DocumentChanged as error:
            raise _changed() from error


def _state(kept: Kept) -> OrganizationState:
    if kept.revision == 0:
        return OrganizationState()
    return OrganizationState(msgspec.json.decode(kept.body, type=Organization), kept.revision)


def _entry(before: OrganizationState, after: OrganizationState, author: str) -> Entry:
    body = {"revision": after.revision, "before": before.organization, "after": after.organization}
    return Entry(KIND, NAME, body, {"author": author})


def _changed() -> OrganizationChanged:
    return OrganizationChanged("Somebody else changed the organization in the meantime; look at it again.")


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
        place = [normalize_domain(text) for text in organization.internal_domains].index(domain)
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
