"""The manifests of the Outlook add-in, as they are filled in."""

from collections.abc import Callable

import pytest

from atesaki.clients.outlook import BadBaseUrl, Place, json_manifest, xml_manifest


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
