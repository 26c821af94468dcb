"""What `atesaki doctor` says of directories, and of the rosters that follow their groups."""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

from atesaki.cli.diagnosis import Diagnosis, ok, problem
from atesaki.deadline import within
from atesaki.directory.at_send import WHOLE_OF_LISTS
from atesaki.directory.configured import open_directories
from atesaki.directory.errors import DirectoryBusy, DirectoryFaulty, DirectoryRefused
from atesaki.directory.port import Directory, Provider
from atesaki.judgement.errors import AtesakiError
from atesaki.rosters.sources import late_after, out_of_step, sources
from atesaki.settings import Settings
from atesaki.storage.engine import Store

_LOST = (
    "Until it answers, no roster can follow a group there, "
    "and mail to your own lists warns as soon as what the server knows of them is too old; "
    "where it has never answered, or not for three rounds of sync, also mail to any address of your own that its "
    "sender has never written to."
)

_HEALTH: Final[Mapping[Provider, str]] = {
    "microsoft": "“Service health” in the Microsoft 365 admin center",
    "google": "the Google Workspace Status Dashboard",
}


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
        return problem("directory", f"{error.detail} {_LOST}", _mend(error, directory.provider))
    return ok("directory", f"The directory ({directory.provider}) tells its groups; addresses of lists: {len(lists)}.")


def _mend(error: AtesakiError, provider: Provider) -> str:
    if isinstance(error, DirectoryBusy):
        return (
            f"No setting is wrong: run this again in {error.retry_after} seconds. "
            "If it goes on, another program that asks the same directory uses up what all may ask."
        )
    if isinstance(error, DirectoryFaulty):
        return f"No setting is wrong, and the server asks again by itself. Meanwhile look at {_HEALTH[provider]}."
    if isinstance(error, DirectoryRefused):
        return "docs/directory.md shows where that is done, step by step."
    return "Check the settings (docs/directory.md), the firewall and HTTPS_PROXY."


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
