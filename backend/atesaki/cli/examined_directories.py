"""What `atesaki doctor` says of directories, and of the rosters that follow their groups."""

import contextlib
import datetime as dt
from collections.abc import Iterator

from atesaki.cli.diagnosis import Diagnosis, ok, problem
from atesaki.deadline import within
from atesaki.directory.at_send import WHOLE_OF_LISTS
from atesaki.directory.configured import open_directories
from atesaki.directory.port import Directory
from atesaki.judgement.errors import AtesakiError
from atesaki.rosters.sources import late_after, out_of_step, sources
from atesaki.settings import Settings
from atesaki.storage.engine import Store

_LOST = (
    "Meanwhile no roster can follow a group there, and mail to your own lists warns; "
    "until it has answered once, also mail to any address of your own that its sender has never written to."
)


def directories(settings: Settings) -> Iterator[Diagnosis]:
    """Ask each directory for its groups and lists."""
    with contextlib.ExitStack() as closing:
        try:
            found = open_directories(settings, closing)
        except AtesakiError as error:
            yield problem("directory", error.detail, "Mend the setting; the server does not start with it.")
            return
        for directory in found.values():
            yield _asked(directory)


def _asked(directory: Directory) -> Diagnosis:
    try:
        with within(WHOLE_OF_LISTS):
            directory.groups("")
            lists = directory.mailing_lists()
    except AtesakiError as error:
        mend = "Check the settings, the permissions (docs/directory.md), the firewall and HTTPS_PROXY."
        return problem("directory", f"{error.detail} {_LOST}", mend)
    return ok("directory", f"The directory ({directory.provider}) tells its groups; addresses of lists: {len(lists)}.")


def in_step(settings: Settings, store: Store, now: dt.datetime) -> Iterator[Diagnosis]:
    """Look whether rosters are in step with the groups that they follow."""
    found = sources(store)
    names = out_of_step(found, now - late_after(settings))
    if names:
        why = ", ".join(f"{name} ({found[name].problem or 'not synced for long'})" for name in names)
        sentence = f"Not in step with their groups, so new members are not protected: {why}."
        yield problem("rosters", sentence, "The page of each roster in the console says what to do.")
    elif found:
        yield ok("rosters", f"{len(found)} follow a group, and are in step with it.")
