"""The manifests of the Outlook add-in, as they are filled in."""

import datetime as dt
import itertools
from collections.abc import Callable

import pytest

from atesaki.clients.outlook import BadBaseUrl, Place, json_manifest, version_of, xml_manifest


@pytest.mark.parametrize("manifest", [xml_manifest, json_manifest])
@pytest.mark.parametrize(
    "address",
    [
        "https://guard.example.org/?a=1&b=2",
        "https://guard.example.org/#x",
        'https://guard.example.org/"x',
        "https://guard example.org",
        "https://user@guard.example.org",
        "https://宛先.example.jp",
        "https://Guard.example.org",
    ],
)
def test_an_address_that_makes_a_broken_or_another_add_in_is_refused(
    address: str, manifest: Callable[[Place, str], str]
) -> None:
    """No file can be loaded below it, or the ids, which come from it, would be others than those deployed."""
    with pytest.raises(BadBaseUrl, match="must look like"):
        manifest(Place(address, "test-deployment-key-0123456789"), "1.0.0")


def test_a_later_manifest_has_the_higher_version() -> None:
    """Of numbers that both kinds of manifest can hold, and above those of releases, which stood there before."""
    start = dt.datetime(2026, 11, 30, 23, 58, tzinfo=dt.UTC)
    steps = (0, 1, 2, 62, 60 * 24, 60 * 24 * 31, 60 * 24 * 32, 60 * 24 * 400)
    versions = [version_of(start + dt.timedelta(minutes=each)) for each in steps]
    numbers = [tuple(map(int, each.split("."))) for each in versions]
    assert all(one < other for one, other in itertools.pairwise([(9, 9, 9), *numbers]))
    assert all(each == ".".join(map(str, parts)) for each, parts in zip(versions, numbers, strict=True))
    assert max(max(parts) for parts in numbers) < 10_000
