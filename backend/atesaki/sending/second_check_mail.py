"""Mails that say that a second check waits: how many and where, and nobody's name (ADR 0016)."""

import ssl
from collections.abc import Callable, Sequence
from email.message import EmailMessage
from typing import Final

from sqlalchemy import select

from atesaki.clock import Clock, utc_now
from atesaki.journal.feed.delivery import Pseudonym, TakesNotices, key_of
from atesaki.journal.feed.letterbox import Letterbox, letterboxes
from atesaki.journal.feed.receivers import trusted_by
from atesaki.sending.second_check import WAITS_FOR
from atesaki.sending.second_check_records import REQUESTED
from atesaki.settings import Settings
from atesaki.storage.check_tables import second_checks
from atesaki.storage.engine import Store, micros

MOST_LINKS: Final = 50
"""So many links stand in one mail; the list of checks has them all."""

_NAME: Final = "second check mail"
_SUBJECT: Final = "二人目の確認を待っているメール: {count} 件 / Mails that wait for a second check: {count}"
_TEXT: Final = """\
二人目の確認を待っているメールが {count} 件あります。下のリンクを開いてサインインし、宛先を確かめて、
「送ってよい」か「まだ送らない」を選んでください。{days} 日のうちに答えがないと、送った人はもう一度頼むことになります。

Mails that wait for a second check: {count}. Open the link, sign in, look who would get it, and choose
“May be sent” or “Not yet”. After {days} days without an answer its sender has to ask again.

{links}

だれが何をだれに送ろうとしているかは、リンクの先でだけ見られます。このメールはプログラムが送りました。返信は届きません。
Who wants to send what to whom is seen behind the link only. A program sent this mail; nobody reads replies.
"""


class SecondCheckMail:
    """Tells one mailbox of checks that wait; of those that were answered or withdrawn meanwhile nobody is told."""

    kind = REQUESTED
    good_for = WAITS_FOR

    def __init__(  # noqa: PLR0913  # Each is one need of a mail.
        self,
        store: Store,
        letterbox: Letterbox,
        context: ssl.SSLContext,
        pseudonym: Pseudonym,
        *,
        name: str = _NAME,
        link: Callable[[str], str],
        clock: Clock = utc_now,
    ) -> None:
        self.name = name
        self.key = key_of(pseudonym, _NAME, letterbox.recipient)
        self._store = store
        self._letterbox = letterbox
        self._context = context
        self._link = link
        self._clock = clock

    def deliver(self, subjects: Sequence[str]) -> None:
        """Return once the mail server has taken the mail, or nothing of it waits any more; raises `NotDelivered`."""
        over = self._over(subjects)
        # A request that was withdrawn and made anew has two records, and is one check.
        waiting = [each for each in dict.fromkeys(subjects) if each not in over]
        if waiting:
            self._letterbox.send(self._message(waiting), self._context)

    def _over(self, decision_ids: Sequence[str]) -> set[str]:
        # What is asked for stands in the journal a moment before it stands here, and must not be passed over then.
        checks = second_checks.c
        over = (checks.state != "waiting") | (checks.expires_at <= micros(self._clock()))
        query = select(checks.decision_id).where(checks.decision_id.in_(decision_ids), over)
        with self._store.read() as connection:
            return set(connection.execute(query).scalars())

    def _message(self, decision_ids: Sequence[str]) -> EmailMessage:
        count = len(decision_ids)
        links = [self._link(each) for each in decision_ids[:MOST_LINKS]]
        message = EmailMessage()
        message["Subject"] = _SUBJECT.format(count=count)
        message.set_content(_TEXT.format(count=count, days=WAITS_FOR.days, links="\n".join(links)))
        return message


def second_check_mails(
    settings: Settings, store: Store, pseudonym: Pseudonym, link: Callable[[str], str], clock: Clock = utc_now
) -> tuple[TakesNotices, ...]:
    """Return the mailboxes that the settings name; `link` gives the page of a check.

    Raises `CertificatesUnusable`.
    """
    found = letterboxes(settings, settings.second_check_mail_to, _NAME)
    if not found:
        return ()
    context = trusted_by(settings)
    return tuple(
        [SecondCheckMail(store, box, context, pseudonym, name=name, link=link, clock=clock) for name, box in found]
    )
