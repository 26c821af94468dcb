"""What `atesaki doctor` says of the organization: who is ours, and in which time zone its days are."""

import zoneinfo
from collections.abc import Iterator

from atesaki.cli.diagnosis import Diagnosis, advice, problem
from atesaki.judgement.organization import is_within
from atesaki.sending.index.days import DayFigures
from atesaki.sending.organization import SHARED, shared_domain, stored_organization
from atesaki.settings import Settings
from atesaki.storage.engine import Store


def organization(settings: Settings, store: Store) -> Iterator[Diagnosis]:
    """Look at what the judgement knows about us."""
    kept = stored_organization(store)
    known = kept.organization
    if not known.internal_domains:
        sentence = "No internal domains are declared, so only each sender's own domain counts as internal."
        yield advice("organization", sentence, "Declare them in the console under Organization.")
    ours = frozenset(known.internal_domains)
    passed_by = [domain for domain in settings.internal_domains if not is_within(domain, ours)]
    if kept.revision and passed_by:
        sentence = (
            f"ATESAKI_INTERNAL_DOMAINS names {', '.join(passed_by)}, which is not in force: the store goes first."
        )
        yield advice("organization", sentence, "Add it in the console under Organization.")
    if domain := shared_domain(known):
        yield problem("organization", SHARED.format(domain=domain), "Take it out in the console under Organization.")
    if others := sorted(DayFigures(store).zones() - {known.time_zone}):
        sentence = f"The figures of some days were counted in {', '.join(others)}, the time zone before."
        yield advice("figures", sentence, "Run: atesaki journal reindex (on SQLite with the server stopped)")
    if known.time_zone not in zoneinfo.available_timezones():
        yield problem("organization", f"This machine doesn't know the time zone {known.time_zone}.", "Install tzdata.")
