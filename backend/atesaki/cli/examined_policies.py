"""Whether the installed version ships policies that an upgraded store has not got."""

from collections.abc import Iterator

from atesaki.cli.diagnosis import Diagnosis, advice
from atesaki.policies.renewal import Renewals
from atesaki.policies.revisions import RevisionStore
from atesaki.policies.shipped import shipped_folder
from atesaki.settings import Settings
from atesaki.storage.engine import Store


def newly_shipped(settings: Settings, store: Store) -> Iterator[Diagnosis]:
    """Name what this version ships in newer texts; an upgrade puts none of them in force by itself."""
    newest = next(RevisionStore(store).newest_first(), None)
    if newest is None or settings.policy_dir is not None:
        return
    found = Renewals(store, shipped_folder()).found(newest.files)
    if names := (*found.taken, *found.left):
        sentence = f"This version ships newer texts of {', '.join(names)}, which are not in force."
        yield advice("policies", sentence, "Under Rules in the console, put them into a draft and publish it.")
