"""What `atesaki doctor` says of the policies in the store: those in force, what ends soon, what is newly shipped."""

import contextlib
import datetime as dt
import zoneinfo
from collections.abc import Iterator

from atesaki.cli.diagnosis import Diagnosis, advice, ok, problem
from atesaki.judgement.errors import AtesakiError
from atesaki.policies.errors import PolicyErrors
from atesaki.policies.expiry import REMIND_DAYS, endings, today_in
from atesaki.policies.load import load_published
from atesaki.policies.renewal import Renewals
from atesaki.policies.revisions import RevisionStore
from atesaki.policies.shipped import shipped_folder
from atesaki.sending.organization import stored_organization
from atesaki.settings import Settings
from atesaki.storage.engine import Store


def published(store: Store) -> Diagnosis:
    """Look whether the newest published policy set loads in this version of the program, and its tests."""
    newest = next(RevisionStore(store).newest_first(), None)
    if newest is None:
        return advice("policies", "No policies are published yet.", "`atesaki serve` publishes the shipped ones.")
    try:
        unread = load_published(newest.files).unread
    except AtesakiError as error:
        mend = (
            "Mend it in a draft in the console, or in a folder: `atesaki policies pull`, then `atesaki policies apply`."
        )
        return problem("policies", f"Publication {newest.number} doesn't load: {error.detail}", mend)
    if unread:
        sentence = f"Publication {newest.number} loads, but for tests with a mistake: {PolicyErrors(unread).detail}"
        return advice("policies", sentence, "Correct them in a draft; until then no change of the rules is published.")
    return ok("policies", f"Publication {newest.number} of {newest.published_at:%Y-%m-%d} loads.")


def ending(store: Store, now: dt.datetime) -> Iterator[Diagnosis]:
    """Look at what ends soon in the policies in force: rules, and exemptions that somebody answers for."""
    newest = next(RevisionStore(store).newest_first(), None)
    # What doesn't load, and a time zone that isn't known, are told by those who look at them.
    with contextlib.suppress(AtesakiError, zoneinfo.ZoneInfoNotFoundError):
        today = today_in(stored_organization(store).organization, now)
        found = endings(load_published(newest.files).policy_set, today) if newest else []
        names = [f"{each.what} {each.policy}.{each.rule} on {each.until}" for each in found if not each.over]
        if names:
            mend = "Extend what is still needed, with its owner."
            yield advice("policies", f"{len(names)} end within {REMIND_DAYS} days: {', '.join(names)}.", mend)


def newly_shipped(settings: Settings, store: Store) -> Iterator[Diagnosis]:
    """Name what this version ships in newer texts; an upgrade puts none of them in force by itself."""
    newest = next(RevisionStore(store).newest_first(), None)
    if newest is None or settings.policy_dir is not None:
        return
    found = Renewals(store, shipped_folder()).found(newest.files)
    if names := (*found.taken, *found.left):
        sentence = f"This version ships newer texts of {', '.join(names)}, which are not in force."
        yield advice("policies", sentence, "Under Rules in the console, put them into a draft and publish it.")
