"""The two tokens of a call to the Gmail add-on: that Google calls for our add-on, and who pressed the button.

https://developers.google.com/workspace/add-ons/guides/alternate-runtimes, "Validate requests from Google"
"""

import time
from collections.abc import Callable

from msgspec import Struct

from atesaki.identity.errors import NotPermitted
from atesaki.identity.google import ISSUERS, person, verified_address
from atesaki.identity.id_token import Expected, FindsKeys, TokenInvalid, read_id_token
from atesaki.identity.verifier import Identity


class AddonTrust(Struct, frozen=True):
    """Whom the add-on's routes believe.

    `audiences` are all addresses that Google may name as the called one: behind a proxy none can be computed.
    `service_account` and `client_id` are what `gcloud workspace-add-ons get-authorization` shows;
    `hosted_domains` are the Workspace domains whose people are permitted, everybody's where there are none.
    """

    audiences: tuple[str, ...]
    service_account: str
    client_id: str
    hosted_domains: tuple[str, ...] = ()


class AddonTokens:
    """Verifies the tokens of one deployment of the add-on; both are Google's ID tokens."""

    def __init__(self, keys: FindsKeys, trust: AddonTrust, now: Callable[[], float] = time.time) -> None:
        self._keys = keys
        self._trust = trust
        self._now = now

    async def confirm_caller(self, token: str | None) -> None:
        """Make sure that Google calls for our add-on.

        Raises `TokenInvalid`, `NotPermitted` for another service account, and `KeysUnavailable`.
        """
        claims = await self._read(token, self._trust.audiences)
        if verified_address(claims) != self._trust.service_account:
            raise NotPermitted("This call comes from another add-on.")

    async def find_sender(self, token: str | None) -> Identity:
        """Return who pressed the button; the address in it is the only one that is believed.

        Raises `TokenInvalid`, `NotPermitted` for an address or a domain that doesn't count, and `KeysUnavailable`.
        """
        return person(await self._read(token, (self._trust.client_id,)), self._trust.hosted_domains)

    async def _read(self, token: str | None, audiences: tuple[str, ...]) -> dict[str, object]:
        if not token:
            raise TokenInvalid("This call comes without an identity token.")
        return dict(await read_id_token(token, self._keys, Expected(ISSUERS, audiences), self._now))
