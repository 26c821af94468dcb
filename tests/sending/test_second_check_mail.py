"""Checkers learn by mail that a check waits: once, in both languages, and without a word about anybody."""

import datetime as dt
from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from tests.fakes.mail_server import MailServer, mail_server
from tests.fakes.receivers import Certificate, certificate
from tests.sending.rights.office import Office
from tests.sending.test_second_check import CALLER, MORI, NOW, PLEASE, STAFF, Desk

from atesaki.journal.feed.delivery import NotDelivered
from atesaki.journal.feed.lag import notice_lag_of
from atesaki.journal.feed.notices_duty import NoticesDuty
from atesaki.sending.second_check import WAITS_FOR
from atesaki.sending.second_check_mail import MOST_LINKS, second_check_mails
from atesaki.settings import Settings, read_settings

CHECKERS = "checkers@hall.example"


@pytest.fixture(scope="module")
def tls(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    """A certificate of loopback."""
    return certificate(tmp_path_factory.mktemp("tls"))


@pytest.fixture
def post(tls: Certificate) -> Iterator[MailServer]:
    """The organization's mail server."""
    with mail_server(tls) as server:
        yield server


def settings_for(post: MailServer, tls: Certificate, *recipients: str) -> Settings:
    """Name the mail server and the mailboxes."""
    return read_settings(
        data_dir=Path("unused"),
        public_url="https://guard.hall.example",
        second_check_mail_to=recipients or (CHECKERS,),
        smtp_url=f"smtps://127.0.0.1:{post.port}",
        smtp_from="atesaki@hall.example",
        feed_ca_file=tls.file,
    )


class Room:
    """Messages that wait for a second person, and the mailboxes that are told."""

    def __init__(self, office: Office, settings: Settings) -> None:
        office.now = NOW
        self.office, self.desk = office, Desk(office)
        self.mailboxes = second_check_mails(
            settings,
            office.store,
            office.pseudonyms.of,
            lambda each: f"https://guard.hall.example/{each}",
            lambda: self.desk.now,
        )
        self.restart()

    def restart(self) -> None:
        """Begin anew, as after a restart."""
        self.duties = [NoticesDuty(self.office.store, each, lambda: self.desk.now) for each in self.mailboxes]
        for duty in self.duties:
            duty.begin()

    def ask(self, decision_id: str = "d1") -> None:
        """Hold a message of its own, and ask."""
        self.desk.hold(decision_id, fingerprint=decision_id)
        self.desk.checks.ask(decision_id, PLEASE, CALLER)

    def untold(self) -> list[int]:
        """Tell how many questions each mailbox lacks."""
        return [notice_lag_of(self.office.store, each, self.desk.now).records for each in self.mailboxes]


@pytest.fixture
def room(office: Office, post: MailServer, tls: Certificate) -> Room:
    """One mailbox, and nothing asked yet."""
    return Room(office, settings_for(post, tls))


def test_a_question_is_told_once_and_names_nobody(room: Room, post: MailServer) -> None:
    """In Japanese and English, with the link; who and to whom is seen behind it only."""
    room.ask()
    assert room.untold() == [1]
    room.duties[0].turn()
    room.duties[0].turn()
    room.restart()
    room.duties[0].turn()
    [mail] = post.mails
    text = mail.get_content()
    assert (mail["To"], mail["From"], mail["Auto-Submitted"]) == (CHECKERS, "atesaki@hall.example", "auto-generated")
    assert mail["Subject"] == "二人目の確認を待っているメール: 1 件 / Mails that wait for a second check: 1"
    assert "https://guard.hall.example/d1\n" in text
    assert ("3 日のうちに" in text, "After 3 days" in text) == (True, True)
    assert not any(word in mail.as_string() + text for word in (STAFF, "hanako", "Minutes", "list right"))
    assert abs(parsedate_to_datetime(mail["Date"]) - dt.datetime.now(dt.UTC)) < dt.timedelta(minutes=5)
    assert mail["Message-ID"].endswith("@hall.example>")
    assert room.untold() == [0]


def test_all_that_came_since_stands_in_one_mail(room: Room, post: MailServer) -> None:
    """Oldest first; of very many the first ones."""
    names = [f"d{number:02}" for number in range(MOST_LINKS + 1)]
    for name in names:
        room.ask(name)
    room.duties[0].turn()
    [mail] = post.mails
    links = [line for line in mail.get_content().splitlines() if line.startswith("https://")]
    assert links == [f"https://guard.hall.example/{name}" for name in names[:MOST_LINKS]]
    assert f"{len(names)} 件" in mail["Subject"]


def test_nobody_is_told_of_what_needs_no_answer(room: Room, post: MailServer) -> None:
    """Answered or withdrawn meanwhile, or too old: the mail would only teach people to ignore it."""
    room.ask("granted")
    room.desk.checks.grant("granted", MORI)
    room.ask("declined")
    room.desk.checks.decline("declined", MORI, "Not to them.")
    room.ask("withdrawn")
    room.desk.checks.withdraw("withdrawn", CALLER)
    room.duties[0].turn()
    assert (post.mails, room.untold()) == ([], [0])
    room.ask("forgotten")
    room.desk.now += WAITS_FOR
    room.duties[0].turn()
    assert (post.mails, room.untold()) == ([], [0])


def test_what_was_withdrawn_and_asked_anew_is_one_check(room: Room, post: MailServer) -> None:
    """Two records of one mail are no two mails that wait."""
    room.ask("again")
    room.desk.checks.withdraw("again", CALLER)
    room.ask("again")
    room.duties[0].turn()
    [mail] = post.mails
    assert (mail.get_content().count("/again"), "1 件" in mail["Subject"]) == (1, True)


def test_what_was_asked_before_there_was_a_mailbox_is_not_told(
    office: Office, post: MailServer, tls: Certificate
) -> None:
    """Whoever sets one up is not flooded; the list of checks has them."""
    office.now = NOW
    desk = Desk(office)
    desk.checks.ask("d1", PLEASE, CALLER)
    room = Room(office, settings_for(post, tls))
    assert room.untold() == [0]
    room.duties[0].turn()
    assert post.mails == []


def test_a_question_that_is_being_written_down_is_told(room: Room, post: MailServer) -> None:
    """Its record is durable a moment before it is a check that waits."""
    room.ask()
    with room.office.store.write() as connection:
        connection.exec_driver_sql("DELETE FROM second_checks")
    room.duties[0].turn()
    assert len(post.mails) == 1


def test_a_mail_server_that_refuses_is_seen_and_tried_again(room: Room, post: MailServer) -> None:
    """Nothing is passed over, and whoever looks learns of it."""
    post.refusing = True
    room.ask()
    with pytest.raises(NotDelivered, match=r"^The mail can't be sent: \w+\.$") as refused:
        room.duties[0].turn()
    room.duties[0].fail(str(refused.value))
    lag = notice_lag_of(room.office.store, room.mailboxes[0], room.desk.now + dt.timedelta(seconds=90))
    assert (lag.target, lag.records, lag.seconds) == ("second check mail", 1, 90.0)
    assert (lag.problem, lag.acknowledged_at) == (str(refused.value), None)
    post.refusing = False
    room.duties[0].turn()
    assert (len(post.mails), room.untold()) == (1, [0])
    assert notice_lag_of(room.office.store, room.mailboxes[0], room.desk.now).problem is None


def test_each_mailbox_is_told_for_itself(office: Office, post: MailServer, tls: Certificate) -> None:
    """One that is no longer there keeps no other waiting, and brings it no second mail."""
    room = Room(office, settings_for(post, tls, CHECKERS, "gone@hall.example"))
    post.unknown = "gone@hall.example"
    room.ask()
    room.duties[0].turn()
    for _ in range(2):
        with pytest.raises(NotDelivered):
            room.duties[1].turn()
    room.duties[0].turn()
    assert [mail["To"] for mail in post.mails] == [CHECKERS]
    assert [duty.name for duty in room.duties] == ["second check mail 1", "second check mail 2"]
    assert room.untold() == [0, 1]
