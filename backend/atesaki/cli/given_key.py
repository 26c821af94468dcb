"""The deployment key that a manifest carries; the store knows only its digest, so it has to be given."""

from atesaki.judgement.errors import AtesakiError
from atesaki.settings import Settings


def given_key(settings: Settings) -> str:
    """Return the key that clients are to send, the first of several; raises `AtesakiError` where there is none."""
    if not settings.deployment_keys:
        raise AtesakiError(
            "Give the deployment key that the first start printed: --deployment-keys KEY; "
            "in the place of one that was lost set a new one in ATESAKI_DEPLOYMENT_KEYS and restart the server.",
            field="deployment-keys",
        )
    return settings.deployment_keys[0].get_secret_value()
