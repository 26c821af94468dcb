"""The policies that install the Gmail extension and tell it where its server is, as each system wants them written.

https://support.google.com/chrome/a/answer/7517624 and the policy list of chromium.org name the places.
"""

import json
import plistlib
import uuid
from collections.abc import Mapping
from typing import Any

from msgspec import Struct

FORCED = "force_installed"
STORE_UPDATES = "https://clients2.google.com/service/update2/crx"
"""Where Chrome asks for extensions of the Chrome Web Store; an organization that serves its own names another."""

_CHROME = r"HKEY_LOCAL_MACHINE\Software\Policies\Google\Chrome"
_EDGE = r"HKEY_LOCAL_MACHINE\Software\Policies\Microsoft\Edge"
_NAMESPACE = uuid.UUID("6f6c1d0e-2b5a-5a52-9d0f-0f6a2f1e9c11")


class ExtensionPolicy(Struct, frozen=True):
    """What the extension is told; see manifest/gmail/extension/managed_schema.json."""

    extension_id: str
    update_url: str
    backend_url: str
    deployment_key: str
    fail_mode: str | None = None
    oauth_client_id: str | None = None
    hosted_domain: str | None = None

    @property
    def values(self) -> dict[str, str]:
        """The managed values by the names of the schema; what is not set is left out."""
        named = {
            "backendUrl": self.backend_url,
            "deploymentKey": self.deployment_key,
            "failMode": self.fail_mode,
            "oauthClientId": self.oauth_client_id,
            "hostedDomain": self.hosted_domain,
        }
        return {name: value for name, value in named.items() if value is not None}

    @property
    def settings(self) -> dict[str, Any]:
        """The policy `ExtensionSettings`, which installs the extension and keeps it installed."""
        return {self.extension_id: {"installation_mode": FORCED, "update_url": self.update_url}}


def google_admin(policy: ExtensionPolicy) -> str:
    """Return the JSON for "Policy for extensions" in the Google Admin console."""
    return _json({name: {"Value": value} for name, value in policy.values.items()})


def linux(policy: ExtensionPolicy) -> str:
    """Return a file for `/etc/opt/chrome/policies/managed` or `/etc/chromium/policies/managed`."""
    told = {"extensions": {policy.extension_id: policy.values}}
    return _json({"ExtensionSettings": policy.settings, "3rdparty": told})


def windows(policy: ExtensionPolicy) -> str:
    """Return a registry file for Chrome and Edge; to be written in UTF-16 with a byte order mark."""
    sections = [section for root in (_CHROME, _EDGE) for section in _sections(root, policy)]
    return "\r\n\r\n".join(["Windows Registry Editor Version 5.00", *sections]) + "\r\n"


def _sections(root: str, policy: ExtensionPolicy) -> list[str]:
    place = policy.extension_id
    return [
        _section(rf"{root}\ExtensionSettings\{place}", policy.settings[place]),
        _section(rf"{root}\3rdparty\extensions\{place}\policy", policy.values),
    ]


def _section(key: str, values: Mapping[str, str]) -> str:
    return "\r\n".join([f"[{key}]", *(f'"{name}"="{_quoted(value)}"' for name, value in values.items())])


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def macos(policy: ExtensionPolicy) -> bytes:
    """Return a configuration profile for Chrome and Edge; on macOS an extension has a preference domain of its own."""
    payloads = [
        payload
        for browser in ("com.google.Chrome", "com.microsoft.Edge")
        for payload in (
            _payload(browser, {"ExtensionSettings": policy.settings}),
            _payload(f"{browser}.extensions.{policy.extension_id}", policy.values),
        )
    ]
    profile = {"PayloadContent": payloads, "PayloadDisplayName": "Atesaki for Gmail", "PayloadScope": "System"}
    return plistlib.dumps(_payload("Configuration", profile))


def _payload(kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
    # The same ids each time: a profile that is uploaded again replaces the one before.
    identifier = f"atesaki.gmail.{kind}"
    named = {"PayloadIdentifier": identifier, "PayloadUUID": str(uuid.uuid5(_NAMESPACE, identifier)).upper()}
    return {"PayloadType": kind, "PayloadVersion": 1, **named, **content}


def _json(value: object) -> str:
    return json.dumps(value, indent=2) + "\n"
