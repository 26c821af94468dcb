"""What Outlook gets: the built add-in with a deployment's configuration in it, and the manifests that IT deploys."""

import datetime as dt
import json
import re
import uuid
from typing import Any, ClassVar, Final
from urllib.parse import urlsplit

from msgspec import Struct

from atesaki.clients.profile import Profile
from atesaki.judgement.errors import AtesakiError
from atesaki.judgement.explain import Locale
from atesaki.policies.shipped import shipped
from atesaki.settings import Settings

PLACEHOLDER: Final = '"@@ATESAKI_CONFIG@@"'
"""The string literal in the built scripts that stands for the configuration (manifest/outlook/README.md)."""

SCRIPTS: Final = ("launchevent.js", "pane.js")

_ENTRA_PART = re.compile(r"\s*<!--entra-->.*?<!--/entra-->", re.DOTALL)
_ADDRESS = re.compile(r"https://[a-z0-9.-]+(:\d{1,5})?(/[A-Za-z0-9._~/-]*)?")
_IN_ADDRESS = re.compile(r"[A-Za-z0-9._~+=-]+")
_READ_MS, _TOKEN_MS, _WRITE_MS = 1_000, 1_000, 500


class NotBuilt(AtesakiError):
    """The client files are missing."""

    status: ClassVar[int] = 404
    type: ClassVar[str] = "client-not-built"


class BadBaseUrl(AtesakiError):
    """A public address that Outlook would not load an add-in from."""

    type: ClassVar[str] = "bad-base-url"


class BadKey(AtesakiError):
    """A deployment key that can't stand in the address of the add-in's files."""

    type: ClassVar[str] = "bad-deployment-key"


class Entra(Struct, frozen=True):
    """The app registration in Microsoft Entra: its client id (a GUID) and where people sign in."""

    client_id: str
    authority: str

    def resource(self, host: str) -> str:
        """Return the application ID URI in the form that Office's own sign-in insists on (`api://host/client id`)."""
        return f"api://{host}/{self.client_id}"


class Place(Struct, frozen=True):
    """Where a deployment is reached: the public address without a slash at its end, and the deployment key."""

    base_url: str
    key: str
    entra: Entra | None = None

    @property
    def addin_url(self) -> str:
        """Below it lies every file of the add-in."""
        return f"{self.base_url}/outlook/{self.key}"

    @property
    def host(self) -> str:
        """Host and port."""
        return urlsplit(self.base_url).netloc


def entra_of(settings: Settings) -> Entra | None:
    """Return the app registration that the server verifies tokens of, `None` where people aren't verified."""
    if settings.entra_client_id is None or not settings.entra_tenants:
        return None
    tenant = settings.entra_tenants[0] if len(settings.entra_tenants) == 1 else "organizations"
    return Entra(settings.entra_client_id, f"{settings.entra_authority}/{tenant}")


def token_scripts(settings: Settings) -> tuple[str, ...]:
    """Return the addresses of the scripts that classic Outlook may give tokens to.

    The list is public and names the deployment keys, so it is empty unless tokens are verified:
    then a key alone no longer makes anybody a sender of ours.
    """
    if settings.public_url is None or entra_of(settings) is None:
        return ()
    keys = [key.get_secret_value() for key in settings.deployment_keys]
    return tuple(f"{Place(settings.public_url, key).addin_url}/launchevent.js" for key in keys)


def read_built(name: str) -> bytes:
    """Return a built file; raises `NotBuilt`."""
    try:
        return (shipped("manifest/dist/outlook", "outlook") / name).read_bytes()
    except OSError:
        raise NotBuilt("The Outlook add-in is not built here; run make setup.") from None


def rendered_script(name: str, config: dict[str, Any]) -> bytes:
    """Return a built script with the configuration in place of its placeholder.

    The JSON is ASCII, so that the engine of classic Outlook reads U+2028 as text (JSON ⊂ ECMAScript only since 2019).
    """
    head, tail = read_built(name).split(PLACEHOLDER.encode())
    return head + json.dumps(config, separators=(",", ":")).encode("ascii") + tail


def rendered_page(name: str, *, entra: bool) -> bytes:
    """Return a built page; only with Entra it loads the sign-in library."""
    page = read_built(name)
    return page if entra else _ENTRA_PART.sub("", page.decode()).encode()


def config_of(profile: Profile, place: Place, *, version: str, locale: Locale) -> dict[str, Any]:
    """Return the configuration as `manifest/outlook/src/config.ts` reads it; times are milliseconds."""
    return {
        "apiBase": place.base_url,
        "key": place.key,
        "version": version,
        "internalDomains": profile.fallback.internal_domains,
        "peopleThreshold": profile.fallback.people,
        "onRisk": profile.fallback.on_risk,
        "fields": profile.collect,
        "timeouts": {
            "read": _READ_MS,
            "backend": profile.timeouts.decision_ms,
            "token": _TOKEN_MS,
            "write": _WRITE_MS,
            "total": profile.timeouts.total_ms,
        },
        "locale": locale,
        "entra": _entra(place),
    }


def _entra(place: Place) -> dict[str, str] | None:
    if place.entra is None:
        return None
    return {
        "clientId": place.entra.client_id,
        "authority": place.entra.authority,
        "scope": f"{place.entra.resource(place.host)}/access_as_user",
    }


def version_of(moment: dt.datetime) -> str:
    """Return the version of a manifest that was written at `moment` (UTC, to the minute), as three numbers.

    Microsoft takes a changed manifest only with a higher version, and a manifest changes without a release of ours:
    with another deployment key, or once Entra verifies senders. A part has at most five digits, none of them a
    leading zero (MS-OWEMXML, `OfficeApp/Version`; semver.org).
    """
    return f"{moment.year}.{moment.month * 100 + moment.day}.{moment.hour * 100 + moment.minute}"


def xml_manifest(place: Place, version: str) -> str:
    """Return the add-in only manifest, the primary one."""
    template = read_built("manifest.xml").decode()
    return _filled(template if place.entra else _ENTRA_PART.sub("", template), place, version)


def json_manifest(place: Place, version: str) -> str:
    """Return the unified manifest."""
    manifest = json.loads(_filled(read_built("manifest.json").decode(), place, version))
    if place.entra is None:
        del manifest["webApplicationInfo"]
    return json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"


def _filled(template: str, place: Place, version: str) -> str:
    if urlsplit(place.base_url).scheme != "https":
        raise BadBaseUrl("Outlook loads add-ins only from an https:// address.", field="base-url")
    # The ids come from the address: one that can be written in two ways would make two add-ins.
    if not _ADDRESS.fullmatch(place.base_url):
        raise BadBaseUrl(
            "The address must look like https://guard.example.org, in small letters and without ? or #.",
            field="base-url",
        )
    if not _IN_ADDRESS.fullmatch(place.key):
        raise BadKey(
            "The deployment key is part of an address in Outlook: use letters, digits and . _ ~ + = - in it.",
            field="deployment-keys",
        )
    values = {
        # Stable for an address, so that a renewed manifest replaces the deployed one.
        "XML_ID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{place.base_url}/outlook/manifest.xml")),
        "JSON_ID": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{place.base_url}/outlook/manifest.json")),
        "VERSION": version,
        "BASE_URL": place.base_url,
        "ORIGIN": f"https://{place.host}",
        "HOST": place.host,
        "ADDIN_URL": place.addin_url,
        "CLIENT_ID": place.entra.client_id if place.entra else "",
        "RESOURCE": place.entra.resource(place.host) if place.entra else "",
    }
    return re.sub(r"@@(\w+)@@", lambda found: values[found[1]], template)
