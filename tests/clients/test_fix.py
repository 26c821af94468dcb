"""Remedies on a message: who stands where afterwards."""

from atesaki.clients.fix import fixed
from atesaki.judgement.decision import Remedy
from atesaki.judgement.message import Message, Recipient, Sender

ME = "staff@hall.example"


def mail(to: str = "", cc: str = "", bcc: str = "") -> Message:
    """Return a message to these addresses."""
    lists = {name: tuple(map(Recipient, texts.split())) for name, texts in (("to", to), ("cc", cc), ("bcc", bcc))}
    return Message(Sender(ME), to=lists["to"], cc=lists["cc"], bcc=lists["bcc"])


def fields(message: Message) -> tuple[str, str, str]:
    """Return the addresses of To, Cc and Bcc."""
    to, cc, bcc = (" ".join(each.address for each in field) for field in (message.to, message.cc, message.bcc))
    return to, cc, bcc


def test_everyone_who_is_named_moves_to_bcc_and_the_sender_stands_in_to() -> None:
    """Nobody who was blind before is lost, and To is never empty."""
    moved = fixed(mail("a@x.jp b@y.jp", "c@z.jp", "d@w.jp"), Remedy("move_to_bcc", ("a@x.jp", "b@y.jp", "c@z.jp")))
    assert fields(moved) == (ME, "", "d@w.jp a@x.jp b@y.jp c@z.jp")


def test_colleagues_stay_where_they_are() -> None:
    """Only who is named moves."""
    moved = fixed(mail("boss@hall.example a@x.jp"), Remedy("move_to_bcc", ("a@x.jp",)))
    assert fields(moved) == ("boss@hall.example", "", "a@x.jp")


def test_one_mailbox_in_two_spellings_leaves_both_fields() -> None:
    """A decision names a person once, as first written; the other spelling must not stay visible."""
    moved = fixed(mail("Ann@x.jp", "ann@X.jp"), Remedy("move_to_bcc", ("Ann@x.jp",)))
    assert fields(moved) == (ME, "", "Ann@x.jp")


def test_blind_recipients_of_one_mailbox_stay_two() -> None:
    """Moving others drops nobody's second address."""
    moved = fixed(mail("a@x.jp", bcc="k+one@x.jp k+two@x.jp"), Remedy("move_to_bcc", ("a@x.jp",)))
    assert fields(moved) == (ME, "", "k+one@x.jp k+two@x.jp a@x.jp")


def test_removing_takes_people_out_of_every_field() -> None:
    """Wherever they stand."""
    left = fixed(mail("a@x.jp b@y.jp", "a@x.jp", "A@x.jp"), Remedy("remove", ("a@x.jp",)))
    assert fields(left) == ("b@y.jp", "", "")


def test_first_of_separate_messages_goes_to_the_first_person() -> None:
    """To one person, visibly, and to nobody else."""
    assert fields(fixed(mail("a@x.jp b@y.jp"), Remedy("send_individually", ("a@x.jp", "b@y.jp")))) == ("a@x.jp", "", "")
