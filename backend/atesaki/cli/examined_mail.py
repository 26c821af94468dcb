"""What `atesaki doctor` says of the mail server, before anybody waits for a mail."""

from collections.abc import Iterator
from typing import Final

from atesaki.cli.diagnosis import Diagnosis, ok, problem
from atesaki.deadline import within
from atesaki.journal.feed.delivery import NotDelivered
from atesaki.journal.feed.letterbox import letterboxes
from atesaki.journal.feed.receivers import trusted_by
from atesaki.judgement.errors import AtesakiError
from atesaki.settings import Settings

_SECONDS: Final = 30.0


def mail(settings: Settings) -> Iterator[Diagnosis]:
    """Sign in at the mail server, where mails are to be sent, and send nothing."""
    boxes = letterboxes(settings, (*settings.checkpoint_mail_to, *settings.second_check_mail_to), "mail")
    if not boxes:
        return
    try:
        with within(_SECONDS):
            boxes[0][1].sign_in(trusted_by(settings))
    except NotDelivered as error:
        mend = "Check ATESAKI_SMTP_URL, ATESAKI_SMTP_PASSWORD, ATESAKI_FEED_CA_FILE and the firewall."
        yield problem("mail", str(error), mend)
    except AtesakiError as error:
        yield problem("mail", error.detail, "Name a PEM file that this account can read; the server doesn't start.")
    else:
        yield ok("mail", "The mail server lets us in.")
