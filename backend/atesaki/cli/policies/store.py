"""The policy sets in the store of this machine; on SQLite published to only while no server writes there."""

import contextlib
from collections.abc import Mapping

from atesaki.cli.policies.published import Published
from atesaki.cli.stored import existing_store, lacks_store, tell_if_new, writing
from atesaki.foundation import recorder
from atesaki.policies.current import CurrentPolicies
from atesaki.policies.drafting.draft import IN_THE_CONSOLE, FourEyes
from atesaki.policies.revisions import RevisionStore
from atesaki.policies.shipped import shipped_folder
from atesaki.settings import Settings
from atesaki.storage.engine import Store, open_store

AUTHOR = "cli"
"""Stands as the author; a server names whoever its token belongs to."""


class StoreOfThisMachine:
    """Reads at any time; publishes with a record in the journal, as the server does.

    Looking never makes a store, so that a mistyped folder doesn't pass for one in which nothing is in force.
    """

    def __init__(self, settings: Settings, *, may_begin: bool = False) -> None:
        self._settings = settings
        self._may_begin = may_begin

    def newest(self) -> Published | None:
        """Return the files published last and their revision, `None` where nothing is published yet."""
        if self._may_begin and lacks_store(self._settings):
            tell_if_new(self._settings)
            return None
        with self._opened() as store:
            newest = next(RevisionStore(store).newest_first(), None)
        return None if newest is None else Published(newest.files, newest.revision)

    def publish(self, files: Mapping[str, str], note: str, expected: str | None) -> int:
        """Publish in the place of the revision `expected`; raises `StoreInUse` while a server has a SQLite store."""
        if self._settings.four_eyes:
            raise FourEyes(IN_THE_CONSOLE)
        with self._opened() as store, writing(self._settings, store) as journal:
            policies = CurrentPolicies(
                RevisionStore(store),
                recorder(journal),
                shipped=shipped_folder(),
                folder=self._settings.policy_dir,
            )
            return policies.publish(files, AUTHOR, note, expected=expected).number

    def _opened(self) -> contextlib.closing[Store]:
        settings = self._settings
        return contextlib.closing(open_store(settings.store_address) if self._may_begin else existing_store(settings))
