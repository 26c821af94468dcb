"""The receivers that the settings name."""

import datetime as dt
import ssl
from typing import ClassVar, NamedTuple
from urllib.parse import urlsplit

from atesaki.deadline import tls_context
from atesaki.journal.feed.delivery import Pseudonym, TakesCheckpoints, TakesEvents, TakesNotices
from atesaki.journal.feed.folder import CheckpointsFolder
from atesaki.journal.feed.letterbox import letterboxes
from atesaki.journal.feed.mail import CheckpointsMail
from atesaki.journal.feed.post import Post
from atesaki.journal.feed.syslog import PORT, Syslog
from atesaki.journal.feed.webhook import CheckpointsWebhook, RecordsWebhook
from atesaki.judgement.errors import AtesakiError
from atesaki.settings import Settings


class CertificatesUnusable(AtesakiError):
    """The certificates that receivers are trusted by can't be read."""

    type: ClassVar[str] = "bad-setting"


class ConfiguredReceivers(NamedTuple):
    """Who is fed, and with what."""

    records: tuple[TakesEvents, ...]
    checkpoints: tuple[TakesCheckpoints, ...]
    every: dt.timedelta
    from_now: bool
    purpose: str | None
    notices: tuple[TakesNotices, ...] = ()


def receivers_of(settings: Settings, pseudonym: Pseudonym) -> ConfiguredReceivers:
    """Make the receivers, whose places are known in the store by `pseudonym`; raises `CertificatesUnusable`."""
    context = trusted_by(settings)
    secret = settings.feed_webhook_secret.get_secret_value().encode() if settings.feed_webhook_secret else b""
    records: list[TakesEvents] = []
    if settings.feed_webhook_url is not None:
        records.append(RecordsWebhook(Post(settings.feed_webhook_url, secret, context)))
    if settings.feed_syslog is not None:
        parts = urlsplit(settings.feed_syslog)
        records.append(Syslog((parts.hostname or "", parts.port or PORT), context))
    return ConfiguredReceivers(
        tuple(records),
        _keepers(settings, context, secret, pseudonym),
        dt.timedelta(minutes=settings.checkpoint_minutes),
        settings.feed_from == "now",
        settings.feed_purpose,
    )


def _keepers(
    settings: Settings, context: ssl.SSLContext, secret: bytes, pseudonym: Pseudonym
) -> tuple[TakesCheckpoints, ...]:
    found: list[TakesCheckpoints] = []
    if settings.checkpoint_folder is not None:
        found.append(CheckpointsFolder(settings.checkpoint_folder, pseudonym))
    if settings.checkpoint_webhook_url is not None:
        found.append(CheckpointsWebhook(Post(settings.checkpoint_webhook_url, secret, context), pseudonym))
    for name, letterbox in letterboxes(settings, settings.checkpoint_mail_to, "checkpoint mail"):
        found.append(CheckpointsMail(letterbox, context, pseudonym, name))
    return tuple(found)


def trusted_by(settings: Settings) -> ssl.SSLContext:
    """Return how receivers are known; raises `CertificatesUnusable`."""
    places = settings.feed_webhook_url, settings.feed_syslog, settings.checkpoint_webhook_url, settings.smtp_url
    if settings.feed_ca_file is None and not any(places):
        # Nobody is spoken to; to load all certificates of the system would slow each start down.
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        return tls_context(settings.feed_ca_file)
    except OSError as error:
        raise CertificatesUnusable(
            "ATESAKI_FEED_CA_FILE can't be read as certificates (PEM).", field="feed_ca_file"
        ) from error
